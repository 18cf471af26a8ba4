"""The event log: no holes, order of commit, and cursors that two readers cannot both move."""

from __future__ import annotations

import asyncio

from shared.db import Database
from shared.domain.events import EventKind, Joined
from shared.store.events import FeedCursor, find_feed_cursor, list_events, move_feed_cursor
from tests.shared.builders import add_community, happen, said


async def test_events_come_back_as_they_were_stored(db: Database) -> None:
    island = (await add_community(db))["island"]

    await happen(db, island, said("hello"), Joined(platform_name="Mira"))

    async with db.connection() as conn:
        events = await list_events(conn, island, after=0, upto=10, kinds=list(EventKind))
    assert [(event.seq, event.event) for event in events] == [
        (1, said("hello")),
        (2, Joined(platform_name="Mira")),
    ]


async def test_writers_at_once_leave_no_holes_in_the_numbers(db: Database) -> None:
    island = (await add_community(db))["island"]

    await asyncio.gather(*(happen(db, island, said(f"line {number}"), said("x")) for number in range(20)))

    async with db.connection() as conn:
        events = await list_events(conn, island, after=0, upto=100, kinds=[EventKind.CHAT])
    assert [event.seq for event in events] == list(range(1, 41))


async def test_only_one_of_two_readers_moves_a_feeds_cursor(db: Database) -> None:
    island = (await add_community(db))["island"]
    start, end = FeedCursor(file_identity="a", byte_offset=0), FeedCursor(file_identity="a", byte_offset=50)
    async with db.transaction() as conn:
        assert await move_feed_cursor(conn, island, "log", before=None, after=start)

    async def move() -> bool:
        async with db.transaction() as conn:
            return await move_feed_cursor(conn, island, "log", before=start, after=end)

    moved = await asyncio.gather(move(), move())

    assert sorted(moved) == [False, True]
    async with db.connection() as conn:
        assert await find_feed_cursor(conn, island, "log") == end


async def test_a_second_first_reader_does_not_move_the_cursor(db: Database) -> None:
    island = (await add_community(db))["island"]
    start = FeedCursor(file_identity="a", byte_offset=0)
    async with db.transaction() as conn:
        await move_feed_cursor(conn, island, "log", before=None, after=start)

    async with db.transaction() as conn:
        assert not await move_feed_cursor(conn, island, "log", before=None, after=start)

"""Readers: each event takes effect once, whatever fails when."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from shared.cache import Wakeups
from shared.clock import SystemClock
from shared.db import Connection, Database
from shared.domain.events import Chat, EventKind
from shared.runtime.readers import BATCH, Batch, Reader, read_all
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources
from tests.shared.builders import add_community, happen, said


@pytest.fixture
async def resources(db: Database, redis: Redis) -> Resources:
    async with db.connection() as conn:
        await conn.execute("CREATE TABLE seen (id bigint GENERATED ALWAYS AS IDENTITY, text text)")
    return Resources(
        db=db, redis=redis, wakeups=Wakeups(redis), reporter=Reporter("test"), clock=SystemClock()
    )


async def _note(conn: Connection, batch: Batch) -> None:
    for event in batch.events:
        assert isinstance(event.event, Chat)
        await conn.execute("INSERT INTO seen (text) VALUES ($1)", event.event.text)


async def _seen(db: Database) -> list[str]:
    async with db.connection() as conn:
        return [row["text"] for row in await conn.fetch("SELECT text FROM seen ORDER BY id")]


async def test_a_reader_sees_each_event_once_and_in_order(resources: Resources) -> None:
    island = (await add_community(resources.db))["island"]
    texts = [f"line {number}" for number in range(BATCH + 10)]
    await happen(resources.db, island, *map(said, texts))
    reader = Reader(name="noter", kinds=(EventKind.CHAT,), apply=_note)

    await read_all(reader, resources)
    await read_all(reader, resources)

    assert await _seen(resources.db) == texts


async def test_a_reader_that_fails_half_way_starts_over_and_doubles_nothing(resources: Resources) -> None:
    island = (await add_community(resources.db))["island"]
    await happen(resources.db, island, said("one"), said("two"))
    fail = True

    async def stumble(conn: Connection, batch: Batch) -> None:
        await _note(conn, batch)
        if fail:
            raise RuntimeError

    reader = Reader(name="noter", kinds=(EventKind.CHAT,), apply=stumble)
    with pytest.raises(RuntimeError):
        await read_all(reader, resources)
    fail = False

    await read_all(reader, resources)

    assert await _seen(resources.db) == ["one", "two"]


async def test_readers_have_cursors_of_their_own(resources: Resources) -> None:
    island = (await add_community(resources.db))["island"]
    await happen(resources.db, island, said("hello"))

    await read_all(Reader(name="first", kinds=(EventKind.CHAT,), apply=_note), resources)
    await read_all(Reader(name="second", kinds=(EventKind.CHAT,), apply=_note), resources)

    assert await _seen(resources.db) == ["hello", "hello"]


async def test_a_reader_passes_over_kinds_it_does_not_want(resources: Resources) -> None:
    island = (await add_community(resources.db))["island"]
    await happen(resources.db, island, said("hello"))
    called = False

    async def apply(_conn: Connection, _batch: Batch) -> None:
        nonlocal called
        called = True

    await read_all(Reader(name="joins", kinds=(EventKind.JOINED,), apply=apply), resources)

    assert not called
    async with resources.db.connection() as conn:
        assert await conn.fetchval("SELECT seq FROM event_cursors WHERE reader = 'joins'") == 1

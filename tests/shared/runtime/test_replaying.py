"""A reader's tables are what the log gives, and where they are not, a replay says so and changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from redis.asyncio import Redis

from bots.stats.counting.domain import KINDS
from bots.stats.counting.service import Counting
from shared.cache import Wakeups
from shared.clock import SystemClock
from shared.db import Database
from shared.domain.events import Joined, Left
from shared.errors import ConfigError
from shared.ids import ServerId
from shared.runtime.readers import Reader, read_all
from shared.runtime.replaying import Derived, replay
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources
from shared.store.events import NewEvent, add_events
from tests.shared.builders import add_community

READER = Reader(name="stats", kinds=KINDS, apply=Counting().apply)
TABLES = (
    Derived(
        schema="stats",
        table="sessions",
        columns=("server_id", "player", "name", "joined_at", "left_at", "ended"),
    ),
    Derived(schema="stats", table="players", columns=("server_id", "player", "playtime", "sessions")),
)
BEGAN_AT = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.fixture
async def island(db: Database, redis: Redis) -> ServerId:
    """Return a server on which people came and went, and was read."""
    island = (await add_community(db))["island"]
    async with db.transaction() as conn:
        await conn.execute("UPDATE communities SET approved_at = now()")
        for number in range(40):
            name, at = f"player {number % 7}", BEGAN_AT + timedelta(minutes=number)
            event = Joined(platform_name=name) if number % 3 else Left(platform_name=name)
            await add_events(conn, island, "log", [NewEvent(occurred_at=at, event=event, raw="")])
    resources = Resources(
        db=db, redis=redis, wakeups=Wakeups(redis), reporter=Reporter("test"), clock=SystemClock()
    )
    await read_all(READER, resources)
    return island


async def test_a_reader_that_did_its_work_agrees_with_its_log(
    db: Database, database_url: str, island: ServerId
) -> None:
    found = await replay(READER, db, database_url, TABLES)

    assert found.agrees
    assert (found.events, found.is_whole) == (40, True)


async def test_what_was_changed_by_hand_or_lost_is_told_and_left_as_it_is(
    db: Database, database_url: str, island: ServerId
) -> None:
    async with db.transaction() as conn:
        await conn.execute(
            "UPDATE stats.players SET playtime = playtime + '1 day' WHERE player = 'name:player 1'"
        )
        await conn.execute("DELETE FROM stats.sessions WHERE player = 'name:player 2'")
        before = await conn.fetchval("SELECT count(*) FROM stats.sessions")

    found = await replay(READER, db, database_url, TABLES)

    assert not found.agrees
    sessions, players = found.differences
    assert sessions.missing > 0
    assert (sessions.unexpected, players.missing, players.unexpected) == (0, 1, 1)
    assert "player 1" in players.examples[0]
    async with db.connection() as conn:
        assert await conn.fetchval("SELECT count(*) FROM stats.sessions") == before


async def test_events_that_the_reader_has_not_read_yet_are_no_difference(
    db: Database, database_url: str, island: ServerId
) -> None:
    async with db.transaction() as conn:
        new = NewEvent(occurred_at=BEGAN_AT, event=Joined(platform_name="new"), raw="")
        await add_events(conn, island, "log", [new])

    assert (await replay(READER, db, database_url, TABLES)).agrees


async def test_a_log_whose_beginning_is_gone_is_not_called_whole(
    db: Database, database_url: str, island: ServerId
) -> None:
    async with db.transaction() as conn:
        await conn.execute("DELETE FROM game_events WHERE seq <= 3")

    assert not (await replay(READER, db, database_url, TABLES)).is_whole


async def test_the_scratch_database_is_gone_afterwards(
    db: Database, database_url: str, island: ServerId
) -> None:
    await replay(READER, db, database_url, TABLES)

    async with db.connection() as conn:
        left = await conn.fetchval("SELECT count(*) FROM pg_database WHERE datname LIKE 'helena_replay_%'")
    assert left == 0


async def test_a_user_who_may_not_make_databases_is_told_what_is_missing(
    db: Database, database_url: str, island: ServerId
) -> None:
    admin = await asyncpg.connect(database_url)
    try:
        await admin.execute("CREATE ROLE helena_plain LOGIN")
        url = database_url.replace("//postgres@", "//helena_plain@").replace(
            "user=postgres", "user=helena_plain"
        )
        with pytest.raises(ConfigError, match="CREATEDB"):
            await replay(READER, db, url, TABLES)
    finally:
        await admin.execute("DROP ROLE helena_plain")
        await admin.close()

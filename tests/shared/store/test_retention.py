"""Old and done is forgotten; what marks a channel's end, or waits, is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from shared.db import Connection, Database, migrations
from shared.domain.events import EventKind
from shared.ids import ServerId
from shared.store.events import list_events
from shared.store.retention import (
    add_event_months,
    forget_event_months,
    forget_sent_posts,
    forget_settled_commands,
)
from supervisor.embedded import EmbeddedStack
from tests.shared.builders import CHAT_CHANNEL, GUILD, add_community, happen, said

MONTH = timedelta(days=30)
ROOT = Path(migrations.__file__).resolve().parents[2]
LATER = datetime.now(UTC) + timedelta(days=1)


async def test_the_newest_post_of_a_channel_is_kept(db: Database) -> None:
    await add_community(db)
    async with db.transaction() as conn:
        for number, state in ((1, "sent"), (2, "sent"), (3, "queued")):
            await conn.execute(
                """
                INSERT INTO outbox (guild_id, bot, channel_id, dedupe_key, content, state, sent_at, message_id)
                VALUES ($1, 'chat_bridge', $2, $3::text, 'x', $4, now(), $5)
                """,
                GUILD,
                CHAT_CHANNEL,
                str(number),
                state,
                number,
            )

        forgotten = await forget_sent_posts(conn, before=LATER)

        left = await conn.fetch("SELECT dedupe_key FROM outbox ORDER BY id")
    assert (forgotten, [row["dedupe_key"] for row in left]) == (1, ["2", "3"])


async def test_a_command_that_waits_is_kept(db: Database) -> None:
    island = (await add_community(db))["island"]
    async with db.transaction() as conn:
        for key, state in (("a", "confirmed"), ("b", "queued")):
            await conn.execute(
                """
                INSERT INTO rcon_commands (server_id, dedupe_key, command, requested_by, expires_at, state, settled_at)
                VALUES ($1, $2, 'SaveWorld', 'test', now(), $3, now())
                """,
                island,
                key,
                state,
            )

        forgotten = await forget_settled_commands(conn, before=LATER)

        left = await conn.fetchval("SELECT string_agg(dedupe_key, '') FROM rcon_commands")
    assert (forgotten, left) == (1, "b")


async def months(conn: Connection) -> list[str]:
    rows = await conn.fetch("SELECT part FROM event_months ORDER BY ends_at")
    return [row["part"] for row in rows]


async def add_old(conn: Connection, server_id: ServerId, *seqs: int, months_ago: int) -> None:
    """Put events into a month of the past."""
    await conn.execute(
        """
        INSERT INTO game_events (server_id, seq, occurred_at, recorded_at, kind, data, raw, source)
        SELECT $1, seq, at, at, 'chat', '{"platform_name": "A", "survivor": "A", "text": "old"}', 'old', 'log'
        FROM unnest($2::bigint[]) AS seq, (SELECT now() - $3 * interval '31 days' AS at) AS back
        """,
        server_id,
        list(seqs),
        months_ago,
    )


async def split_first(conn: Connection) -> None:
    """Let the part that holds the past end two months ago, as it does where Helena has run for long."""
    await conn.execute(
        """
        DO $$
        DECLARE
            end_at timestamptz := date_trunc('month', now(), 'UTC') - interval '180 days';
        BEGIN
            ALTER TABLE game_events DETACH PARTITION game_events_first;
            EXECUTE format(
                'ALTER TABLE game_events ATTACH PARTITION game_events_first FOR VALUES FROM (MINVALUE) TO (%L)', end_at
            );
            UPDATE event_months SET ends_at = end_at WHERE part = 'game_events_first';
            PERFORM add_event_months(now());
        END
        $$
        """
    )


async def test_events_of_coming_months_have_a_part_before_they_come(db: Database) -> None:
    async with db.transaction() as conn:
        assert await add_event_months(conn) == 0
        await conn.execute(
            "DROP TABLE game_events_first; DELETE FROM event_months WHERE part = 'game_events_first'"
        )

        assert await add_event_months(conn) == 1
        assert len(await months(conn)) == 3


async def test_a_clock_that_leapt_ahead_and_back_leaves_no_month_without_a_part(db: Database) -> None:
    async with db.transaction() as conn:
        await conn.execute("SELECT add_event_months(now() + interval '5 years')")
        await conn.execute(
            """
            DROP TABLE game_events_first;
            DELETE FROM event_months WHERE part = 'game_events_first';
            """
        )

        assert await add_event_months(conn) == 1


async def test_a_month_that_all_have_read_is_forgotten_whole(db: Database) -> None:
    island = (await add_community(db))["island"]
    async with db.transaction() as conn:
        await add_old(conn, island, 1, 2, months_ago=20)
        await split_first(conn)
        await conn.execute("UPDATE servers SET last_seq = 2")
        await conn.execute(
            "INSERT INTO event_cursors (reader, server_id, seq) VALUES ('points', $1, 2)", island
        )
    await happen(db, island, said("new"))

    async with db.transaction() as conn:
        forgotten = await forget_event_months(conn, before=datetime.now(UTC), given_up_after=MONTH)

        left = await list_events(conn, island, after=0, upto=10, kinds=list(EventKind))
        assert (forgotten, [event.seq for event in left]) == (1, [3])
        assert "game_events_first" not in await months(conn)


@pytest.mark.parametrize(("idle_days", "forgotten"), [(0, 0), (31, 1)])
async def test_a_month_that_a_living_reader_has_not_read_stays(
    db: Database, idle_days: int, forgotten: int
) -> None:
    island = (await add_community(db))["island"]
    async with db.transaction() as conn:
        await add_old(conn, island, 1, 2, months_ago=20)
        await split_first(conn)
        await conn.execute(
            """
            INSERT INTO event_cursors (reader, server_id, seq, moved_at)
            VALUES ('points', $1, 1, now() - $2 * interval '1 day')
            """,
            island,
            idle_days,
        )

        found = await forget_event_months(conn, before=datetime.now(UTC), given_up_after=MONTH)

    assert found == forgotten


async def test_a_log_that_was_one_table_becomes_parts_without_losing_a_line(
    servers: EmbeddedStack, template: str
) -> None:
    admin = await asyncpg.connect(servers.database_url)
    name = f"helena_parts_{id(admin)}"
    await admin.execute(f"CREATE DATABASE {name}")
    url = servers.database_url.replace("/helena?", f"/{name}?")
    found = [m for m in migrations.find_migrations(ROOT) if m.owner == "shared"]
    try:
        await migrations.apply(url, [m for m in found if m.number < 10])
        conn = await asyncpg.connect(url)
        await conn.execute(
            """
            INSERT INTO communities (guild_id, name) VALUES (1, 'x');
            INSERT INTO servers (guild_id, key, name, game, map, last_seq) VALUES (1, 'island', 'I', 'asa', 'I', 500);
            INSERT INTO game_events (server_id, seq, occurred_at, recorded_at, kind, data, raw, source)
            SELECT 1, n, now() - n * interval '1 day', now() - n * interval '1 day', 'unknown', '{}', 'line ' || n, 'log'
            FROM generate_series(1, 500) AS n;
            INSERT INTO feed_cursors (server_id, source, moved_at) VALUES (1, 'log', now());
            """
        )
        before = await conn.fetch("SELECT * FROM game_events ORDER BY seq")

        await migrations.apply(url, found)

        assert await conn.fetch("SELECT * FROM game_events ORDER BY seq") == before
        assert await conn.fetchval("SELECT newest_at FROM feed_cursors") == before[-1]["occurred_at"]
        with pytest.raises(asyncpg.UniqueViolationError):
            await conn.execute(
                """
                INSERT INTO game_events (server_id, seq, occurred_at, kind, data, raw, source)
                VALUES (1, 500, now(), 'unknown', '{}', 'again', 'log')
                """
            )
        await conn.close()
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()

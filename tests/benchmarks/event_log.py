"""How fast the event log answers after a year: a table of parts by month beside one table, in one run.

``python -m tests.benchmarks.event_log --rows 10000000`` fills an embedded Postgres of its own with events of a hundred
servers over thirteen months, and prints the median of each query that readers, bots and feeds ask.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.db import Connection, migrations, open_database
from shared.domain.events import EventKind
from shared.ids import GuildId, ServerId
from shared.store.backlog import list_latest_events
from shared.store.commands import list_shown_in_log
from shared.store.events import NewEvent, add_events, list_events
from supervisor.embedded import EmbeddedStack
from tests.shared.builders import said

SERVERS = 100
MONTHS = 13
ROUNDS = 31
GUILD = GuildId(1)

_FILL = """
INSERT INTO game_events (server_id, seq, occurred_at, recorded_at, kind, data, raw, source)
SELECT server, $1 + n, at, at,
    (ARRAY['chat', 'joined', 'left', 'killed', 'tamed', 'tribe', 'server_chat', 'world_saved'])[1 + n % 8],
    jsonb_build_object('platform_name', 'Aster ' || n % 70, 'survivor', 'Aster', 'text', 'line ' || n),
    '[2026.05.04-10.00.00:123][  7]2026.05.04_10.00.00: Aster ' || n % 70 || ' (Aster): line ' || n, 'log'
FROM generate_series(1, $2::int) AS n, generate_series(1, $3::int) AS server,
    LATERAL (SELECT $4::timestamptz + n * ($5::interval / $2) AS at) AS moment
"""


async def fill(conn: Connection, rows: int) -> int:
    """Fill the months up to this one, and return the last number of each server."""
    await conn.execute(
        """
        INSERT INTO communities (guild_id, name, approved_at) VALUES (1, 'x', now());
        INSERT INTO servers (guild_id, key, name, game, map)
        SELECT 1, 'server-' || n, 'Server', 'asa', 'TheIsland_WP' FROM generate_series(1, 100) AS n;
        ALTER TABLE game_events DETACH PARTITION game_events_first;
        DELETE FROM event_months WHERE part = 'game_events_first';
        """
    )
    now = datetime.now(UTC)
    last = 0
    each = rows // SERVERS // MONTHS
    for back in reversed(range(MONTHS)):
        begins = (
            now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) - timedelta(days=30 * back)
        ).replace(day=1)
        await make_month(conn, begins)
        length = min(timedelta(days=27), now - begins) if back == 0 else timedelta(days=27)
        await conn.execute(_FILL, last, each, SERVERS, begins, length, timeout=3600)
        last += each
        sys.stdout.write(f"{last * SERVERS:,} rows\n")
        sys.stdout.flush()
    await conn.execute("UPDATE servers SET last_seq = $1", last)
    await conn.execute("VACUUM ANALYZE game_events", timeout=3600)
    return last


async def make_month(conn: Connection, begins: datetime) -> None:
    """Make the part of a month of the past, as if Helena had run then."""
    await conn.execute(
        f"""
        DO $$
        DECLARE
            begins timestamptz := '{begins.isoformat()}';
            part text := 'game_events_' || to_char(begins, 'YYYY_MM');
        BEGIN
            EXECUTE format('CREATE TABLE %I (LIKE game_events INCLUDING DEFAULTS, PRIMARY KEY (server_id, seq))', part);
            EXECUTE format(
                'ALTER TABLE game_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                part, begins, begins + interval '1 month'
            );
            INSERT INTO event_months VALUES (part, begins, begins + interval '1 month');
        END
        $$
        """  # an instant of our own
    )


async def join_parts(conn: Connection) -> None:
    """Put all rows into one table, as before there were parts."""
    await conn.execute(
        """
        CREATE TABLE one_table AS SELECT * FROM game_events ORDER BY server_id, seq;
        ALTER TABLE one_table ADD PRIMARY KEY (server_id, seq);
        ALTER TABLE one_table ALTER recorded_at SET DEFAULT now();
        CREATE INDEX ON one_table (server_id, kind, occurred_at);
        ALTER TABLE game_events RENAME TO game_events_parts;
        ALTER TABLE one_table RENAME TO game_events;
        """,
        timeout=3600,
    )
    await conn.execute("VACUUM ANALYZE game_events", timeout=3600)


async def measure(conn: Connection, last: int) -> dict[str, float]:
    """Return the median of each query, in milliseconds."""
    server = ServerId(7)
    now = datetime.now(UTC)
    kinds = [EventKind.CHAT, EventKind.JOINED, EventKind.LEFT]
    new = [NewEvent(occurred_at=now, event=said(f"new {n}"), raw=f"new {n}") for n in range(20)]

    async def write() -> None:
        async with conn.transaction():
            await add_events(conn, server, "log", new)

    queries: dict[str, Callable[[], Awaitable[object]]] = {
        "reader, newest 500": lambda: list_events(conn, server, after=last - 500, upto=last, kinds=kinds),
        "reader, nothing new": lambda: list_events(conn, server, after=last, upto=last + 1, kinds=kinds),
        "reader, 500 of last year": lambda: list_events(conn, server, after=500, upto=1000, kinds=kinds),
        "latest chat of 100 servers": lambda: list_latest_events(conn, GUILD, [EventKind.CHAT]),
        "was it shown? (hit of an hour)": lambda: list_shown_in_log(
            conn, server, "nobody said that", since=now - timedelta(hours=1)
        ),
        "write 20 events": write,
    }
    found = {}
    for name, query in queries.items():
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            await query()
            times.append((time.perf_counter() - began) * 1000)
        found[name] = statistics.median(times)
    return found


async def main(rows: int) -> None:
    """Fill, measure with parts, join them, measure again, and print both."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedStack(Path(folder), ephemeral=True) as stack:
        await migrations.apply(stack.database_url)
        async with open_database(stack.database_url, max_size=1) as db, db.connection() as conn:
            last = await fill(conn, rows)
            parts = await measure(conn, last)
            last = int(await conn.fetchval("SELECT max(last_seq) FROM servers WHERE id <> 7"))
            await join_parts(conn)
            one = await measure(conn, last)
    sys.stdout.write(f"{'':34}{'parts':>10}{'one table':>12}\n")
    for name, median in parts.items():
        sys.stdout.write(f"{name:34}{median:8.2f}ms{one[name]:10.2f}ms\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    asyncio.run(main(parser.parse_args().rows))

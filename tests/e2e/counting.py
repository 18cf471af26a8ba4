"""What came of a run: what was said in Discord, and all that is derived from the event log."""

from __future__ import annotations

import re

from redis.asyncio import Redis

from bots.activity_points.earning.service import EarningService
from bots.stats.counting.domain import KINDS
from bots.stats.counting.service import Counting
from sandbox.discord.human import Human
from shared.cache import Wakeups
from shared.clock import SystemClock
from shared.db import Database, open_database
from shared.domain.events import EventKind
from shared.runtime.readers import Reader, read_all
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources

Rows = list[tuple[object, ...]]

_DERIVED = {
    "ledger": """
        SELECT t.dedupe_key, t.rule, t.at, t.seq, a.kind, a.owner, e.amount
        FROM activity_points.entries e
        JOIN activity_points.transactions t ON t.id = e.transaction_id
        JOIN activity_points.accounts a ON a.id = e.account_id
        ORDER BY t.dedupe_key, a.kind, a.owner
        """,
    "sessions": """
        SELECT server_id, player, name, joined_at, seen_at, left_at, ended
        FROM stats.sessions
        ORDER BY server_id, player, joined_at
        """,
    "players": """
        SELECT server_id, player, name, first_seen_at, last_seen_at, playtime, sessions
        FROM stats.players
        ORDER BY server_id, player
        """,
    "survivors": """
        SELECT server_id, survivor, survivor_id, deaths, survivor_kills, creature_kills, tames
        FROM stats.survivors
        ORDER BY server_id, survivor
        """,
}


async def said_in(human: Human, channel: str) -> list[str]:
    """Return every line of a channel, oldest first."""
    place, lines, before = human.channel_id(channel), [], ""
    while page := await human.client.call("GET", f"/channels/{place}/messages?limit=100{before}"):
        lines += [message["content"] for message in page]
        before = f"&before={page[-1]['id']}"
    # where several players share a message, each line says whose it is
    return [
        re.sub(r"^\*\*.*?\*\*: ", "", line) for content in reversed(lines) for line in content.splitlines()
    ]


async def derived_from(db: Database) -> dict[str, Rows]:
    """Return every point, session and total that the readers made of the event log."""
    async with db.connection() as conn:
        return {name: [tuple(row) for row in await conn.fetch(sql)] for name, sql in _DERIVED.items()}


async def undisturbed(db: Database, database_url: str, redis: Redis) -> dict[str, Rows]:
    """Return the same, made of the same events from the beginning with nobody in the way."""
    async with open_database(database_url) as fresh:
        async with db.connection() as source, fresh.transaction() as target:
            for table in ("communities", "servers", "game_events"):
                for (row,) in await source.fetch(f"SELECT to_jsonb(t) FROM {table} t"):
                    await target.execute(
                        f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_record(NULL::{table}, $1)",
                        row,
                    )
        resources = Resources(
            db=fresh, redis=redis, wakeups=Wakeups(redis), reporter=Reporter("test"), clock=SystemClock()
        )
        earning = EarningService(resources.wakeups, resources.clock)
        for reader in (
            Reader(name="activity_points", kinds=tuple(EventKind), apply=earning.apply),
            Reader(name="stats", kinds=KINDS, apply=Counting().apply),
        ):
            await read_all(reader, resources)
        return await derived_from(fresh)

"""Any process may be killed at any moment: every line, every point and every chat message counts exactly once."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bots.activity_points.earning.service import EarningService
from sandbox.ark.replay import Replay
from sandbox.discord.human import Human, open_human
from sandbox.discord.limits import Limits
from sandbox.discord.models import Json
from sandbox.discord.server import open_discord
from shared.cache import Wakeups
from shared.clock import SystemClock
from shared.db import Database, open_database
from shared.domain.events import EventKind
from shared.domain.text import for_discord
from shared.runtime.readers import Reader, read_all
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources
from tests.e2e.running import Helena, running_helena
from tests.waiting import until

# At most so many lines at a time, so that kills fall into the middle of the work.
CHUNK = 50
WATCHED = ("parser", "chat_bridge", "activity_points", "stats", "decay", "admin", "tickets", "dashboard")


def _community_file(path: Path, seed: Json, log_path: Path) -> Path:
    path.write_text(
        f"""
        [guild]
        id = {seed["guild_id"]}
        name = "Ark of Helena"
        staff_roles = [{seed["roles"]["Staff"]}]
        [[servers]]
        key = "island"
        name = "The Island"
        game = "asa"
        map = "TheIsland_WP"
        chat_channel = {seed["channels"]["chat-island"]}
        log_path = "{log_path}"
        """
    )
    return path


def _environment(seed: Json, community_file: Path, database_url: str, redis_url: str) -> dict[str, str]:
    tokens = {f"HELENA_{app['name'].upper()}_TOKEN": app["token"] for app in seed["apps"]}
    return tokens | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "HELENA_DISCORD_API": seed["api"],
        "HELENA_DISCORD_GATEWAY": seed["gateway"],
        "HELENA_DISCORD_CDN": seed["cdn"],
        "HELENA_COMMUNITY_FILE": str(community_file),
    }


async def _said(human: Human, channel: str) -> list[str]:
    """Return every line of a channel, oldest first."""
    place, lines, before = human.channel_id(channel), [], ""
    while page := await human.client.call("GET", f"/channels/{place}/messages?limit=100{before}"):
        lines += [message["content"] for message in page]
        before = f"&before={page[-1]['id']}"
    # where several players share a message, each line says whose it is
    return [
        re.sub(r"^\*\*.*?\*\*: ", "", line) for content in reversed(lines) for line in content.splitlines()
    ]


async def _write_and_kill(
    helena: Helena, replay: Replay, *, lines: int, kills: int, seed: int
) -> Counter[str]:
    """Write the log while killing a service now and then; return who was killed how often."""
    rng = random.Random(seed)
    chunks = lines // CHUNK
    moments = set(rng.sample(range(1, chunks), kills))
    killed: Counter[str] = Counter()
    for chunk in range(chunks):
        replay.write(CHUNK)
        await asyncio.sleep(rng.uniform(0, 0.1))
        if chunk in moments:
            services = await helena.services()
            # the rarest first, so that none is taken for a crash loop
            name = min(
                (name for name in services if name in WATCHED), key=lambda n: (killed[n], rng.random())
            )
            os.kill(services[name], signal.SIGKILL)
            killed[name] += 1
    return killed


async def _wait_until_all_is_done(db: Database, lines: int) -> None:
    async def done() -> bool:
        async with db.connection() as conn:
            return bool(
                await conn.fetchval(
                    """
                    SELECT (SELECT sum(last_seq) FROM servers) = $1
                        AND NOT EXISTS (SELECT FROM outbox WHERE state IN ('queued', 'sending'))
                        AND (SELECT count(*) FROM event_cursors WHERE seq = $1
                             AND reader IN ('chat_bridge', 'activity_points')) = 2
                    """,
                    lines,
                )
            )

    await until(done, within=240)


async def _ledger(db: Database) -> list[tuple[object, ...]]:
    async with db.connection() as conn:
        rows = await conn.fetch(
            """
            SELECT t.dedupe_key, t.rule, t.at, t.seq, a.kind, a.owner, e.amount
            FROM activity_points.entries e
            JOIN activity_points.transactions t ON t.id = e.transaction_id
            JOIN activity_points.accounts a ON a.id = e.account_id
            ORDER BY t.dedupe_key, a.kind, a.owner
            """
        )
    return [tuple(row) for row in rows]


async def _undisturbed_ledger(db: Database, database_url: str, redis: Redis) -> list[tuple[object, ...]]:
    """Book the same events once more from the beginning, with nobody killing anything."""
    async with open_database(database_url) as fresh:
        async with db.connection() as source, fresh.transaction() as target:
            for table in ("communities", "servers", "game_events"):
                rows = await source.fetch(f"SELECT to_jsonb(t) AS row FROM {table} t")
                for row in rows:
                    await target.execute(
                        f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_record(NULL::{table}, $1)",
                        row["row"],
                    )
        resources = Resources(
            db=fresh, redis=redis, wakeups=Wakeups(redis), reporter=Reporter("test"), clock=SystemClock()
        )
        earning = EarningService(resources.wakeups, resources.clock)
        await read_all(Reader(name="activity_points", kinds=tuple(EventKind), apply=earning.apply), resources)
        return await _ledger(fresh)


async def test_killing_any_process_loses_and_doubles_nothing(
    tmp_path: Path,
    database_url: str,
    second_database_url: str,
    redis_url: str,
    redis: Redis,
    request: pytest.FixtureRequest,
) -> None:
    lines, kills = (10_000, 20) if request.config.getoption("--long") else (2_000, 8)
    replay = Replay(tmp_path / "logs", seed=7, begin=datetime.now(UTC))
    async with open_discord(port=0, data=tmp_path / "discord", limits=Limits.generous()) as discord:
        seed = discord.seed()
        community_file = _community_file(tmp_path / "community.toml", seed, replay.path)
        environ = _environment(seed, community_file, database_url, redis_url)
        async with (
            running_helena(tmp_path / "data", environ=environ) as helena,
            open_human(seed, "alice") as alice,
            open_database(database_url) as db,
        ):
            killed = await _write_and_kill(helena, replay, lines=lines, kills=kills, seed=7)
            await _wait_until_all_is_done(db, len(replay.truth.texts))

            async with db.connection() as conn:
                rows = await conn.fetch("SELECT raw FROM game_events ORDER BY server_id, seq")
            assert [row["raw"] for row in rows] == replay.truth.texts
            said = Counter(await _said(alice, "chat-island"))
            expected = Counter(for_discord(text) for _, _, text in replay.truth.chats)
            wrong = {text: said[text] for text, count in expected.items() if said[text] != count}
            assert wrong == {}, killed
            assert await _ledger(db) == await _undisturbed_ledger(db, second_database_url, redis)
            assert killed.total() == kills

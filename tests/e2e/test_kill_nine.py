"""Any process may be killed at any moment: every line, every point and every chat message counts exactly once."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from sandbox.ark.replay import Replay
from sandbox.discord.human import open_human
from sandbox.discord.limits import Limits
from sandbox.discord.models import Json
from sandbox.discord.server import open_discord
from shared.db import Database, open_database
from shared.domain.text import for_discord
from tests.e2e.counting import derived_from, said_in, undisturbed
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
                             AND reader IN ('chat_bridge', 'activity_points', 'stats')) = 3
                    """,
                    lines,
                )
            )

    await until(done, within=240)


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
            said = Counter(await said_in(alice, "chat-island"))
            expected = Counter(for_discord(text) for _, _, text in replay.truth.chats)
            wrong = {text: said[text] for text, count in expected.items() if said[text] != count}
            assert wrong == {}, killed
            assert await derived_from(db) == await undisturbed(db, second_database_url, redis)
            assert killed.total() == kills

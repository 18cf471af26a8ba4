"""Whatever is killed, frozen or cut off at random: every line of every file is stored once, in order, and counts once."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from sandbox.discord.human import open_human
from sandbox.discord.limits import Limits
from sandbox.discord.models import Json
from sandbox.discord.server import open_discord
from shared.db import Database, open_database
from shared.domain.text import for_discord
from tests.e2e.chaos.games import Game, open_games
from tests.e2e.chaos.inside import Inside, open_inside
from tests.e2e.chaos.trouble import Trouble
from tests.e2e.counting import derived_from, said_in, undisturbed
from tests.e2e.running import free_ports
from tests.waiting import until

log = logging.getLogger(__name__)

_GAMES = 8
# The channels that the chat of the first servers goes to.
_CHANNELS = ("chat-island", "chat-ragnarok")
_READERS = ("activity_points", "stats")
_SETTLING_SECONDS = 600.0


def _environment(path: Path, seed: Json, games: list[Game]) -> dict[str, str]:
    channels = [seed["channels"][name] for name in _CHANNELS] + [None] * len(games)
    guild = f"""
            [guild]
            id = {seed["guild_id"]}
            name = "Ark of Helena"
            staff_roles = [{seed["roles"]["Staff"]}]
            """
    path.write_text(
        guild + "".join(game.entry(channel) for game, channel in zip(games, channels, strict=False))
    )
    tokens = {f"HELENA_{app['name'].upper()}_TOKEN": app["token"] for app in seed["apps"]}
    return tokens | {
        "HELENA_DISCORD_API": seed["api"],
        "HELENA_DISCORD_GATEWAY": seed["gateway"],
        "HELENA_DISCORD_CDN": seed["cdn"],
        "HELENA_COMMUNITY_FILE": str(path),
    }


async def _run(games: list[Game], trouble: Trouble, *, lines: int, kills: int, rng: random.Random) -> None:
    """Have the games write, with a trouble between every few lines, until there were so many of both."""
    per_step = max(1, lines // (kills * len(games)))
    while trouble.kills < kills:
        await asyncio.gather(*(game.write(rng.randint(0, 2 * per_step)) for game in games))
        await asyncio.sleep(rng.uniform(0, 0.4))
        await trouble.strike()


async def _wait_until_all_is_done(db: Database, lines: dict[str, list[str]]) -> None:
    async def done() -> bool:
        async with db.connection() as conn:
            rows = await conn.fetch("SELECT id, key, last_seq FROM servers")
            if any(row["last_seq"] < len(lines[row["key"]]) for row in rows):
                return False
            behind: bool = await conn.fetchval(
                """
                SELECT EXISTS (SELECT FROM outbox WHERE state IN ('queued', 'sending'))
                    OR EXISTS (
                        SELECT FROM servers s, unnest($1::text[]) AS r (name)
                        WHERE s.last_seq > coalesce(
                            (SELECT c.seq FROM event_cursors c WHERE c.reader = r.name AND c.server_id = s.id), 0)
                    )
                """,
                list(_READERS),
            )
            return not behind

    await until(done, within=_SETTLING_SECONDS, every=0.5)


async def _stored(db: Database) -> dict[str, list[str]]:
    async with db.connection() as conn:
        rows = await conn.fetch(
            "SELECT s.key, e.raw FROM game_events e JOIN servers s ON s.id = e.server_id ORDER BY e.server_id, e.seq"
        )
    stored: dict[str, list[str]] = {}
    for key, raw in rows:
        stored.setdefault(key, []).append(raw)
    return stored


async def test_no_kill_freeze_or_cut_loses_or_doubles_anything(
    tmp_path: Path, second_database_url: str, redis: Redis, request: pytest.FixtureRequest
) -> None:
    is_long = request.config.getoption("--long")
    lines, kills = (200_000, 1_000) if is_long else (10_000, 50)
    rng = random.Random(20_261_120)
    async with (
        open_discord(port=0, data=tmp_path / "discord", limits=Limits.generous()) as discord,
        open_games(
            tmp_path / "games", _GAMES, first_port=free_ports() + 1000, begin=datetime.now(UTC)
        ) as games,
    ):
        seed = discord.seed()
        environ = _environment(tmp_path / "community.toml", seed, games)
        async with open_inside(tmp_path / "helena", environ) as inside, open_human(seed, "alice") as alice:
            trouble = Trouble(inside, games, discord, rng=rng)
            await _run(games, trouble, lines=lines, kills=kills, rng=rng)
            await trouble.end()
            written = {game.key: game.lines() for game in games}
            async with open_database(inside.database_url()) as db:
                await _check(db, inside, written, second_database_url, redis)
                for game, channel in zip(games, _CHANNELS, strict=False):
                    chats = [text for text in await _chats(db, game.key) if text]
                    said = await said_in(alice, channel)
                    assert Counter(said) & Counter(chats) == Counter(chats), trouble.counts
                    assert [line for line in said if line in set(chats)] == chats, trouble.counts
    log.info("%s lines, %s kills: %s", sum(map(len, written.values())), trouble.kills, dict(trouble.counts))


async def _check(
    db: Database, inside: Inside, written: dict[str, list[str]], second_database_url: str, redis: Redis
) -> None:
    await _wait_until_all_is_done(db, written)
    stored = await _stored(db)
    for key, lines in written.items():
        assert stored[key] == lines, key
    assert await derived_from(db) == await undisturbed(db, second_database_url, redis)


async def _chats(db: Database, key: str) -> list[str]:
    """Return what was said on a server, as Discord shows it."""
    async with db.connection() as conn:
        rows = await conn.fetch(
            """
            SELECT e.data ->> 'text' AS text FROM game_events e JOIN servers s ON s.id = e.server_id
            WHERE s.key = $1 AND e.kind = 'chat' ORDER BY e.seq
            """,
            key,
        )
    return [for_discord(row["text"]) for row in rows]

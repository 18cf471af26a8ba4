"""A community to test bots in: Discord's stand-in, a database and Redis, bots in this process, people at keyboards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest
from pydantic import SecretStr

from sandbox.discord.human import Human, open_human
from sandbox.discord.limits import Limits
from sandbox.discord.models import Json
from sandbox.discord.server import DiscordStandIn, open_discord
from shared.cache.keys import EVENTS_STORED
from shared.config.community import Community, Guild, ServerEntry
from shared.db import Database
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.endpoints import use_endpoints
from shared.discord_kit.runner import run_bot
from shared.discord_kit.settings import BotSettings
from shared.domain.events import GameEvent
from shared.ids import ChannelId, GuildId, RoleId, ServerId
from shared.runtime.resources import Resources, open_resources
from shared.store.community import sync
from shared.store.events import NewEvent, add_events

READY_SECONDS = 15.0


@dataclass
class TestCommunity:
    """Everything a story of a bot needs."""

    __test__ = False

    discord: DiscordStandIn
    seed: Json
    settings: BotSettings
    resources: Resources
    alice: Human
    bob: Human
    sam: Human
    servers: dict[str, ServerId]
    _running: dict[str, tuple[asyncio.Task[None], asyncio.Event]] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        """Return the database."""
        return self.resources.db

    @property
    def guild_id(self) -> GuildId:
        """Return the guild of the community."""
        return GuildId(int(self.seed["guild_id"]))

    def channel_id(self, name: str) -> ChannelId:
        """Return a seeded channel."""
        return ChannelId(int(self.seed["channels"][name]))

    async def start(self, name: str) -> HelenaBot:
        """Start a bot, and wait until it is ready."""
        token = next(app["token"] for app in self.seed["apps"] if app["name"] == name)
        bot = HelenaBot(names=[name], resources=self.resources, settings=self.settings)
        stop = asyncio.Event()
        await bot.__aenter__()  # closed by run_bot
        task = asyncio.create_task(run_bot(bot, token, stop), name=f"bot {name}")
        self._running[name] = (task, stop)
        ready = asyncio.create_task(bot.wait_until_ready())
        await asyncio.wait({task, ready}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            ready.cancel()
            await task
        assert ready.done(), f"{name} was not ready within {READY_SECONDS} s"
        return bot

    async def stop(self, name: str) -> None:
        """Stop a bot as SIGTERM does."""
        task, stop = self._running.pop(name)
        stop.set()
        await asyncio.wait_for(task, timeout=20)

    async def kill(self, name: str) -> None:
        """End a bot in the middle of whatever it does."""
        task, _ = self._running.pop(name)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def stop_all(self) -> None:
        """Stop whatever runs."""
        for name in list(self._running):
            await self.stop(name)

    async def feed(self, server: str, *events: GameEvent, at: datetime | None = None) -> int:
        """Append events to a server's log as the parser does, wake the readers, and return the last seq."""
        when = at or datetime.now(UTC)
        step = timedelta(milliseconds=1)
        new = [
            NewEvent(occurred_at=when + step * n, event=event, raw=repr(event))
            for n, event in enumerate(events)
        ]
        async with self.db.transaction() as conn:
            last = await add_events(conn, self.servers[server], "test", new)
        await self.resources.wakeups.send(EVENTS_STORED)
        return last


def community_of(seed: Json) -> Community:
    """Return the community file's content for a seeded guild."""
    channels, roles = seed["channels"], seed["roles"]
    named = {"status": "status", "decay": "decay-watch", "audit": "audit", "tickets": "tickets"}
    named |= {"transcripts": "transcripts"}
    return Community(
        guild=Guild(
            id=GuildId(int(seed["guild_id"])),
            name="Ark of Helena",
            staff_roles=(RoleId(int(roles["Staff"])),),
            owner_roles=(RoleId(int(roles["Owner"])),),
        ),
        channels={purpose: ChannelId(int(channels[name])) for purpose, name in named.items()},
        servers=(
            ServerEntry(
                key="island",
                name="The Island",
                game="asa",
                map="TheIsland_WP",
                chat_channel=ChannelId(int(channels["chat-island"])),
            ),
            ServerEntry(
                key="ragnarok",
                name="Ragnarok",
                game="ase",
                map="Ragnarok",
                chat_channel=ChannelId(int(channels["chat-ragnarok"])),
            ),
        ),
    )


@contextmanager
def _endpoints_put_back() -> Iterator[None]:
    """Undo what ``use_endpoints`` does for the whole process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
        gateway = discord.gateway.DiscordWebSocket
        patch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)
        patch.setattr(discord.asset.Asset, "BASE", discord.asset.Asset.BASE)
        yield


@asynccontextmanager
async def open_test_community(
    *, data: Path, database_url: str, redis_url: str, limits: Limits | None = None, record: Path | None = None
) -> AsyncIterator[TestCommunity]:
    """Open a community with two servers, and stop all bots on the way out."""
    async with AsyncExitStack() as stack:
        opening = open_discord(
            port=0, data=data / "discord", limits=limits or Limits.generous(), record=record
        )
        discord = await stack.enter_async_context(opening)
        seed = discord.seed()
        settings = BotSettings(
            database_url=SecretStr(database_url),
            redis_url=SecretStr(redis_url),
            data=data,
            discord_api=seed["api"],
            discord_gateway=seed["gateway"],
            discord_cdn=seed["cdn"],
        )
        stack.enter_context(_endpoints_put_back())
        use_endpoints(settings)
        resources = await stack.enter_async_context(open_resources(settings, "tests", pool_size=10))
        alice, bob, sam = [
            await stack.enter_async_context(open_human(seed, name)) for name in ("alice", "bob", "sam")
        ]
        community = TestCommunity(
            discord=discord,
            seed=seed,
            settings=settings,
            resources=resources,
            servers=await sync(resources.db, community_of(seed)),
            alice=alice,
            bob=bob,
            sam=sam,
        )
        try:
            yield community
        finally:
            await community.stop_all()

"""A small community in the database, for tests of the bridge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bots.chat_bridge.from_discord.domain import Spoken
from bots.chat_bridge.from_discord.service import FromDiscord
from bots.chat_bridge.from_game.service import KINDS, FromGame
from shared.cache import Wakeups
from shared.clock import FrozenClock
from shared.db import Connection, Database
from shared.domain.events import Chat, GameEvent
from shared.domain.permissions import Actor, Level
from shared.ids import ChannelId, GuildId, MemberId, MessageId, ServerId
from shared.runtime.readers import Batch, Reader, read_all
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources
from shared.store.events import NewEvent, add_events
from shared.store.servers import CommunityRow, Purpose, Route, set_community, set_route, set_server

GUILD = GuildId(10)
ISLAND_CHANNEL = ChannelId(100)
RAGNAROK_CHANNEL = ChannelId(200)


@dataclass(slots=True, kw_only=True)
class World:
    """Two game servers of one cluster, each with a channel of its own."""

    db: Database
    resources: Resources
    clock: FrozenClock
    island: ServerId
    ragnarok: ServerId
    ids: list[int] = field(default_factory=lambda: [1000])

    async def feed(self, server_id: ServerId, *events: GameEvent, age: timedelta = timedelta()) -> None:
        """Append events to a server's log, as the parser would, and let the bridge read it."""
        new = [NewEvent(occurred_at=self.clock.now() - age, event=event, raw="") for event in events]
        async with self.db.transaction() as conn:
            await add_events(conn, server_id, "test", new)
        await self.read()

    async def read(self) -> None:
        """Let the bridge read what is new."""
        reader = Reader(name="chat_bridge", kinds=KINDS, apply=FromGame(self.clock).apply)
        await read_all(reader, self.resources)

    @property
    def from_discord(self) -> FromDiscord:
        return FromDiscord(self.db, self.resources.wakeups, self.clock)

    def spoken(self, text: str, *, channel_id: ChannelId = ISLAND_CHANNEL, author: int = 4) -> Spoken:
        """Return a new message of a person."""
        self.ids[0] += 1
        return Spoken(
            message_id=MessageId(self.ids[0]),
            guild_id=GUILD,
            channel_id=channel_id,
            author_id=MemberId(author),
            author_name="Alice",
            text=text,
        )

    async def posts(self, channel_id: ChannelId = ISLAND_CHANNEL) -> list[tuple[str | None, str]]:
        """Return author and content of what waits for a channel, in order."""
        async with self.db.connection() as conn:
            rows = await conn.fetch(
                "SELECT author, content FROM outbox WHERE channel_id = $1 ORDER BY id", channel_id
            )
        return [(row["author"], row["content"]) for row in rows]

    async def commands(self, server_id: ServerId) -> list[str]:
        """Return what is queued for a server, in order."""
        async with self.db.connection() as conn:
            rows = await conn.fetch(
                "SELECT command FROM rcon_commands WHERE server_id = $1 ORDER BY id", server_id
            )
        return [row["command"] for row in rows]

    async def settle(self, state: str, *, server_id: ServerId | None = None) -> None:
        """Let queued commands end."""
        async with self.db.connection() as conn:
            await conn.execute(
                "UPDATE rcon_commands SET state = $1, failure = $3 WHERE $2::bigint IS NULL OR server_id = $2",
                state,
                server_id,
                None if state == "confirmed" else "the map is not up",
            )


def actor(level: Level = Level.STAFF, *, member: int = 7) -> Actor:
    """Return somebody who asks."""
    return Actor(guild_id=GUILD, member_id=MemberId(member), name="Sam", level=level, reference="REF")


def chat(text: str, survivor: str = "Rex") -> Chat:
    """Return a line of a player."""
    return Chat(platform_name="otter99", survivor=survivor, text=text)


async def make_world(db: Database, redis: Redis) -> World:
    """Put the community into an empty database."""
    clock = FrozenClock(datetime.now(UTC))
    async with db.transaction() as conn:
        await set_community(conn, CommunityRow(guild_id=GUILD, name="Ark", staff_roles=(), owner_roles=()))
        island = await _add(conn, "island", "The Island", "asa", ISLAND_CHANNEL)
        ragnarok = await _add(conn, "ragnarok", "Ragnarok", "ase", RAGNAROK_CHANNEL)
    resources = Resources(db=db, redis=redis, wakeups=Wakeups(redis), reporter=Reporter("test"), clock=clock)
    return World(db=db, resources=resources, clock=clock, island=island, ragnarok=ragnarok)


async def route(world: World, routes: Sequence[tuple[ServerId, ChannelId]]) -> None:
    """Send servers' chat to channels."""
    async with world.db.transaction() as conn:
        for server_id, channel_id in routes:
            await set_route(
                conn,
                Route(guild_id=GUILD, purpose=Purpose.CHAT, server_id=server_id, channel_id=channel_id),
            )


async def read_batch(world: World, batch: Batch) -> None:
    """Let the bridge apply a batch."""
    async with world.db.transaction() as conn:
        await FromGame(world.clock).apply(conn, batch)


async def _add(conn: Connection, key: str, name: str, game: str, channel_id: ChannelId) -> ServerId:
    server_id = await set_server(conn, GUILD, key=key, name=name, game=game, map_name=name, cluster="main")
    await set_route(
        conn, Route(guild_id=GUILD, purpose=Purpose.CHAT, server_id=server_id, channel_id=channel_id)
    )
    return server_id

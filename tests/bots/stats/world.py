"""A community in the database, for tests of the stats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from bots.stats.counting.domain import KINDS
from bots.stats.counting.service import Counting
from shared.cache import Wakeups
from shared.clock import FrozenClock
from shared.db import Database
from shared.domain.events import GameEvent
from shared.domain.permissions import Actor, Level
from shared.ids import GuildId, MemberId, ServerId
from shared.runtime.readers import Reader, read_all
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources
from shared.store.events import NewEvent, add_events
from shared.store.servers import CommunityRow, set_community, set_server

GUILD = GuildId(10)
T0 = datetime(2026, 5, 1, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """Return an instant of the story."""
    return T0 + timedelta(minutes=minutes)


@dataclass(slots=True, kw_only=True)
class World:
    """Two game servers, an ASA and an ASE one."""

    db: Database
    resources: Resources
    clock: FrozenClock
    island: ServerId
    ragnarok: ServerId

    async def feed(self, server_id: ServerId, *events: tuple[float, GameEvent]) -> None:
        """Append events, by minute, to a server's log, and count them."""
        new = [NewEvent(occurred_at=at(minute), event=event, raw="") for minute, event in events]
        async with self.db.transaction() as conn:
            await add_events(conn, server_id, "test", new)
        await self.read()

    async def read(self) -> None:
        """Count what is new."""
        await read_all(Reader(name="stats", kinds=KINDS, apply=Counting().apply), self.resources)

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what a statement finds."""
        async with self.db.connection() as conn:
            return [tuple(row) for row in await conn.fetch(statement)]

    async def tables(self) -> Sequence[list[tuple[Any, ...]]]:
        """Return everything counted, without row numbers."""
        return [
            await self.rows("SELECT server_id, alive_at FROM stats.servers ORDER BY 1"),
            await self.rows(
                "SELECT server_id, player, joined_at, seen_at, left_at, ended FROM stats.sessions ORDER BY 1, 2, 3, 5"
            ),
            await self.rows(
                """
                SELECT server_id, player, name, first_seen_at, last_seen_at, playtime, sessions
                FROM stats.players ORDER BY 1, 2
                """
            ),
            await self.rows(
                """
                SELECT server_id, survivor, deaths, survivor_kills, creature_kills, tames
                FROM stats.survivors ORDER BY 1, 2
                """
            ),
            await self.rows("SELECT server_id, survivor, player, tied_at FROM stats.ties ORDER BY 1, 2, 3"),
        ]


def actor(member: int = 7) -> Actor:
    """Return a member who asks."""
    return Actor(guild_id=GUILD, member_id=MemberId(member), name="Bob", level=Level.MEMBER, reference="REF")


async def make_world(db: Database, redis: Redis) -> World:
    """Put the community into an empty database."""
    clock = FrozenClock(at(600))
    async with db.transaction() as conn:
        await set_community(conn, CommunityRow(guild_id=GUILD, name="Ark", staff_roles=(), owner_roles=()))
        island = await set_server(
            conn, GUILD, key="island", name="The Island", game="asa", map_name="TheIsland_WP", cluster="main"
        )
        ragnarok = await set_server(
            conn, GUILD, key="ragnarok", name="Ragnarok", game="ase", map_name="Ragnarok", cluster="main"
        )
    resources = Resources(db=db, redis=redis, wakeups=Wakeups(redis), reporter=Reporter("test"), clock=clock)
    return World(db=db, resources=resources, clock=clock, island=island, ragnarok=ragnarok)

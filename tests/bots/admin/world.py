"""A guild with two game servers, and the admin bot's services on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from bots.admin.auditing.commands import auditing_of
from bots.admin.auditing.service import Auditing
from bots.admin.linking.claims import READER, Claims
from bots.admin.linking.service import Linking
from bots.admin.restarting.service import Restarts
from bots.admin.running.service import Runs
from shared.cache import Wakeups
from shared.clock import FrozenClock
from shared.db import Database
from shared.domain.events import EventKind, GameEvent
from shared.domain.permissions import Actor, Level
from shared.ids import ChannelId, GuildId, MemberId, ServerId
from shared.runtime.readers import Reader, read_all
from shared.runtime.resources import Resources
from shared.store.audit import AuditEntry, list_audit
from shared.store.events import NewEvent, add_events
from shared.store.servers import CommunityRow, Purpose, Route, set_community, set_route, set_server
from shared.store.states import set_state

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
AUDIT = ChannelId(900)
GUILD = GuildId(77)

_references = count(1)


def actor(level: Level = Level.STAFF, member: int = 5, name: str = "Sam") -> Actor:
    """Return somebody who asks."""
    return Actor(
        guild_id=GUILD,
        member_id=MemberId(member),
        name=name,
        level=level,
        reference=f"REF{next(_references)}",
    )


@dataclass(slots=True, kw_only=True)
class World:
    """An ASA server "island" and an ASE server "ragnarok"."""

    db: Database
    resources: Resources
    clock: FrozenClock
    island: ServerId
    ragnarok: ServerId

    @property
    def wakeups(self) -> Wakeups:
        return self.resources.wakeups

    @property
    def runs(self) -> Runs:
        return Runs(self.db, self.wakeups, self.clock)

    @property
    def auditing(self) -> Auditing:
        return auditing_of(self.resources)

    @property
    def linking(self) -> Linking:
        return Linking(self.db, self.clock)

    @property
    def restarts(self) -> Restarts:
        return Restarts(self.db, self.wakeups, self.clock)

    async def feed(
        self, server_id: ServerId, *events: GameEvent, age: timedelta = timedelta(), read: bool = True
    ) -> None:
        """Append events to a log, and let the bot read its chat."""
        new = [NewEvent(occurred_at=self.clock.now() - age, event=event, raw="") for event in events]
        async with self.db.transaction() as conn:
            await add_events(conn, server_id, "test", new)
        if read:
            claims = Claims(self.wakeups, self.clock)
            reader = Reader(
                name=READER, kinds=(EventKind.CHAT,), apply=claims.apply, committed=claims.committed
            )
            await read_all(reader, self.resources)

    async def see(self, server_id: ServerId, *, is_up: bool) -> None:
        """Let the parser look at a server now."""
        async with self.db.transaction() as conn:
            await set_state(conn, server_id, is_up=is_up, players=[], source="rcon", at=self.clock.now())

    async def route_audit(self) -> None:
        """Give the audit log a channel."""
        route = Route(guild_id=GUILD, purpose=Purpose.AUDIT.value, server_id=ServerId(0), channel_id=AUDIT)
        async with self.db.transaction() as conn:
            await set_route(conn, route)

    async def entries(self) -> list[AuditEntry]:
        """Return what is on record, the newest first."""
        async with self.db.connection() as conn:
            return await list_audit(conn, GUILD, limit=100)

    async def posts(self) -> list[str]:
        """Return what waits for Discord, as titles and texts."""
        async with self.db.connection() as conn:
            rows = await conn.fetch("SELECT content, embeds FROM outbox ORDER BY id")
        return [
            " ".join([row["content"], *(f"{e['title']}: {e['description']}" for e in row["embeds"])]).strip()
            for row in rows
        ]


async def build_world(resources: Resources, clock: FrozenClock) -> World:
    """Add the guild and its servers."""
    community = CommunityRow(guild_id=GUILD, name="Wetlands", staff_roles=(), owner_roles=())
    async with resources.db.transaction() as conn:
        await set_community(conn, community)
        ids = {
            key: await set_server(
                conn, GUILD, key=key, name=key.title(), game=game, map_name=key, cluster="main"
            )
            for key, game in (("island", "asa"), ("ragnarok", "ase"))
        }
    return World(
        db=resources.db, resources=resources, clock=clock, island=ids["island"], ragnarok=ids["ragnarok"]
    )

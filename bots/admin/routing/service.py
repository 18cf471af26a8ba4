"""Shows and sets routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bots.admin.routing.domain import check_scope
from bots.admin.service import entry_of
from shared.clock import Clock
from shared.db import Database
from shared.domain.permissions import Actor, Level, require
from shared.ids import ChannelId, ServerId
from shared.store.audit import add_audit
from shared.store.servers import (
    GameServer,
    Purpose,
    Route,
    find_route,
    get_server,
    list_routes,
    list_servers,
    set_route,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """All routes of a community, and its servers."""

    routes: Sequence[Route]
    servers: Sequence[GameServer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A route that was set."""

    purpose: Purpose
    server: GameServer | None
    before: ChannelId | None
    after: ChannelId


class Routing:
    """Where posts go."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def show(self, actor: Actor) -> Routes:
        """Return where everything goes."""
        require(actor, Level.OWNER)
        async with self._db.connection() as conn:
            return Routes(
                routes=await list_routes(conn, actor.guild_id),
                servers=await list_servers(conn, actor.guild_id),
            )

    async def set(
        self, actor: Actor, purpose: Purpose, channel_id: ChannelId, server_key: str | None
    ) -> Change:
        """Send a class of posts to a channel, of one server where there is a key."""
        require(actor, Level.OWNER)
        check_scope(purpose, has_server=server_key is not None)
        async with self._db.transaction() as conn:
            server = None if server_key is None else await get_server(conn, actor.guild_id, server_key)
            server_id = ServerId(0) if server is None else server.id
            before = await find_route(conn, actor.guild_id, purpose, server_id)
            route = Route(
                guild_id=actor.guild_id, purpose=purpose.value, server_id=server_id, channel_id=channel_id
            )
            await set_route(conn, route)
            entry = entry_of(
                actor,
                self._clock.now(),
                "setup.channel",
                target=purpose.value if server is None else f"{purpose.value} of {server.key}",
                arguments={"before": str(before or "nowhere"), "after": str(channel_id)},
                result="set",
            )
            await add_audit(conn, entry)
        return Change(purpose=purpose, server=server, before=before, after=channel_id)

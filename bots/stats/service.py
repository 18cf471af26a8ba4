"""Loads what is known of the servers of a community."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bots.stats.domain import CommunityStatus, status_of
from shared.clock import Clock
from shared.db import Database
from shared.ids import ChannelId, GuildId
from shared.store.saves import list_current_saves, list_refusals
from shared.store.servers import (
    Purpose,
    find_route,
    get_server,
    list_communities,
    list_servers,
)
from shared.store.states import list_states


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPlace:
    """Where a community's status panel is shown."""

    guild_id: GuildId
    channel_id: ChannelId


class StatusService:
    """Answers how the servers are."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def status(self, guild_id: GuildId, server_key: str | None = None) -> CommunityStatus:
        """Return what is known of one server or of all.

        Raises
        ------
        NotFoundError
            When there is no such server.
        """
        async with self._db.connection() as conn:
            chosen = None if server_key is None else await get_server(conn, guild_id, server_key)
            status = status_of(
                await list_servers(conn, guild_id),
                await list_states(conn, guild_id),
                await list_current_saves(conn, guild_id),
                await list_refusals(conn, guild_id),
                self._clock.now(),
            )
        if chosen is None:
            return status
        return replace(status, servers=tuple(one for one in status.servers if one.server.id == chosen.id))

    async def panel_places(self) -> list[PanelPlace]:
        """Return where status panels are shown; without a route there is none."""
        async with self._db.connection() as conn:
            places = [
                (guild_id, await find_route(conn, guild_id, Purpose.STATUS))
                for guild_id in await list_communities(conn)
            ]
        return [
            PanelPlace(guild_id=guild_id, channel_id=channel_id)
            for guild_id, channel_id in places
            if channel_id is not None
        ]

"""What features of the bridge share: a community's bridge, read from the shared tables."""

from __future__ import annotations

from bots.chat_bridge.domain import Bridge, build_bridge
from shared.db import Connection
from shared.ids import GuildId
from shared.store.servers import find_community, list_communities, list_routes, list_servers


async def load_bridge(conn: Connection, guild_id: GuildId) -> Bridge:
    """Return a community's bridge as its routes are at this moment."""
    community = await find_community(conn, guild_id)
    return build_bridge(
        guild_id,
        community.name if community is not None else "",
        await list_servers(conn, guild_id),
        await list_routes(conn, guild_id),
    )


async def load_bridges(conn: Connection) -> list[Bridge]:
    """Return the bridges of all communities that are served."""
    return [await load_bridge(conn, guild_id) for guild_id in await list_communities(conn)]

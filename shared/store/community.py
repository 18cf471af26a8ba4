"""Brings the community file into the database; secrets stay in the file."""

from __future__ import annotations

from shared.config.community import Community
from shared.db import Database
from shared.ids import ServerId
from shared.store.servers import (
    CommunityRow,
    Purpose,
    Route,
    add_route,
    remove_servers_except,
    set_community,
    set_server,
)


async def sync(db: Database, community: Community) -> dict[str, ServerId]:
    """Add and change what the file names, and return the servers' ids by key. Safe to repeat."""
    guild = community.guild
    async with db.transaction() as conn:
        row = CommunityRow(
            guild_id=guild.id, name=guild.name, staff_roles=guild.staff_roles, owner_roles=guild.owner_roles
        )
        await set_community(conn, row)
        for purpose, channel_id in community.channels.items():
            route = Route(guild_id=guild.id, purpose=purpose, server_id=ServerId(0), channel_id=channel_id)
            await add_route(conn, route)
        ids: dict[str, ServerId] = {}
        for server in community.servers:
            ids[server.key] = await set_server(
                conn,
                guild.id,
                key=server.key,
                name=server.name,
                game=server.game,
                map_name=server.map,
                cluster=server.cluster,
            )
            if server.chat_channel is not None:
                chat = Route(
                    guild_id=guild.id,
                    purpose=Purpose.CHAT,
                    server_id=ids[server.key],
                    channel_id=server.chat_channel,
                )
                await add_route(conn, chat)
        await remove_servers_except(conn, guild.id, list(ids))
    return ids

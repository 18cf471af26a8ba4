"""What all answers begin with: who looks, and at which saves."""

from __future__ import annotations

from bots.decay.domain import Source, Viewer, pair, view_of
from shared.db import Connection
from shared.domain.permissions import Actor
from shared.errors import NotFoundError
from shared.ids import GuildId
from shared.store.saves import list_current_saves, list_refusals
from shared.store.servers import get_server, list_servers
from shared.store.survivor_accounts import list_own_survivors


async def viewer_of(conn: Connection, actor: Actor) -> Viewer:
    """Return what somebody may see."""
    return view_of(actor, await list_own_survivors(conn, actor.guild_id, actor.member_id))


async def sources_of(conn: Connection, guild_id: GuildId, server_key: str | None) -> tuple[Source, ...]:
    """Return one server or all, each with its save in use.

    Raises
    ------
    NotFoundError
        When there is no such server, or none at all.
    """
    if server_key is not None:
        servers = [await get_server(conn, guild_id, server_key)]
    else:
        servers = await list_servers(conn, guild_id)
    if not servers:
        raise NotFoundError(
            "This community has no game servers yet. The owner adds them to the community file."
        )
    saves = await list_current_saves(conn, guild_id)
    return pair(servers, saves, await list_refusals(conn, guild_id))

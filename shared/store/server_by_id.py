"""A game server by the id that events carry; readers of the log need its guild and its name."""

from __future__ import annotations

from shared.db import Connection
from shared.errors import NotFoundError
from shared.ids import ServerId
from shared.store.servers import GAME_SERVERS, GameServer


async def get_server_by_id(conn: Connection, server_id: ServerId) -> GameServer:
    """Return a server, also one that the community has removed: its history stays.

    Raises
    ------
    NotFoundError
        When there never was one.
    """
    row = await conn.fetchrow(f"{GAME_SERVERS} WHERE s.id = $1", server_id)
    if row is None:
        raise NotFoundError(f"There is no game server with id {server_id}.")
    return GameServer(**row)

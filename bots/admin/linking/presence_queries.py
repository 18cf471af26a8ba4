"""SQL of who is on, by account and name."""

from __future__ import annotations

from collections.abc import Collection

from bots.admin.linking.sharing import Presence
from shared.db import Connection
from shared.ids import ServerId


async def list_presences(conn: Connection, server_id: ServerId) -> list[Presence]:
    """Return who is on a server, as far as its log has been read."""
    rows = await conn.fetch(
        "SELECT player, name, joined_at FROM admin.presences WHERE server_id = $1", server_id
    )
    return [Presence(**row) for row in rows]


async def set_presences(
    conn: Connection, server_id: ServerId, *, gone: Collection[Presence], new: Collection[Presence]
) -> None:
    """Take away who has gone, and add who has come."""
    await conn.executemany(
        "DELETE FROM admin.presences WHERE server_id = $1 AND player = $2 AND name = $3",
        [(server_id, one.player, one.name) for one in gone],
    )
    await conn.executemany(
        "INSERT INTO admin.presences (server_id, player, name, joined_at) VALUES ($1, $2, $3, $4)",
        [(server_id, one.player, one.name, one.joined_at) for one in new],
    )

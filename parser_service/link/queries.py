"""What only the link asks the database."""

from __future__ import annotations

from shared.db import Connection
from shared.ids import ServerId


async def lock_link(conn: Connection, server_id: ServerId) -> bool:
    """Become the one who sends commands to a game server, for as long as this connection lives."""
    # three kinds of advisory locks: 1 feeds, 2 links, 3 saves
    return bool(await conn.fetchval("SELECT pg_try_advisory_lock(2, $1)", server_id))

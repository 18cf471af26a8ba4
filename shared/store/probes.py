"""What a probe showed of a game server's RCON."""

from __future__ import annotations

from shared.db import Connection
from shared.ids import ServerId


async def find_shows_unicode(conn: Connection, server_id: ServerId) -> bool | None:
    """Return whether text that is not ASCII passes a server's RCON unharmed; ``None`` where no probe could tell."""
    found = await conn.fetchval("SELECT shows_unicode FROM rcon_probes WHERE server_id = $1", server_id)
    return None if found is None else bool(found)


async def set_shows_unicode(conn: Connection, server_id: ServerId, *, shows: bool) -> None:
    """Remember what a probe showed."""
    await conn.execute(
        """
        INSERT INTO rcon_probes (server_id, shows_unicode, probed_at)
        VALUES ($1, $2, now())
        ON CONFLICT (server_id) DO UPDATE
        SET shows_unicode = excluded.shows_unicode, probed_at = excluded.probed_at
        """,
        server_id,
        shows,
    )


async def remove_probe(conn: Connection, server_id: ServerId) -> None:
    """Forget what was known: the server has changed, and no probe can tell."""
    await conn.execute("DELETE FROM rcon_probes WHERE server_id = $1", server_id)

"""How often the decoding of a save was begun, on record before it begins: whoever dies of it cannot write any more."""

from __future__ import annotations

from datetime import datetime

from parser_service.storing.handling import Ticket
from shared.db import Connection


async def add_attempt(conn: Connection, ticket: Ticket, *, at: datetime) -> int:
    """Write down that an attempt begins, and return which one it is."""
    found: int = await conn.fetchval(
        """
        INSERT INTO jobs.decode_attempts (server_id, identity, attempts, begun_at) VALUES ($1, $2, 1, $3)
        ON CONFLICT (server_id, identity) DO UPDATE
        SET attempts = decode_attempts.attempts + 1, begun_at = excluded.begun_at
        RETURNING attempts
        """,
        ticket.server_id,
        ticket.identity,
        at,
    )
    return found


async def take_attempt_back(conn: Connection, ticket: Ticket) -> None:
    """Let an attempt not count."""
    await conn.execute(
        "UPDATE jobs.decode_attempts SET attempts = attempts - 1 WHERE server_id = $1 AND identity = $2",
        ticket.server_id,
        ticket.identity,
    )


async def forget_attempts(conn: Connection, ticket: Ticket) -> None:
    """Remove the record of a save that was dealt with."""
    await conn.execute(
        "DELETE FROM jobs.decode_attempts WHERE server_id = $1 AND identity = $2",
        ticket.server_id,
        ticket.identity,
    )

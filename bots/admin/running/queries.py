"""SQL of orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bots.admin.running.domain import RunLine
from shared.db import Connection
from shared.ids import GuildId, ServerId
from shared.store.commands import CommandState


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An order; ``secret`` is what its commands hold that nobody may read."""

    audit_id: int
    secret: str


async def add_run(conn: Connection, audit_id: int, guild_id: GuildId, secret: str) -> None:
    """Keep an order."""
    await conn.execute(
        "INSERT INTO admin.runs (audit_id, guild_id, secret) VALUES ($1, $2, $3)", audit_id, guild_id, secret
    )


async def add_run_command(conn: Connection, audit_id: int, server_id: ServerId, command_id: int) -> None:
    """Keep which command carries an order to a server."""
    await conn.execute(
        "INSERT INTO admin.run_commands (audit_id, server_id, command_id) VALUES ($1, $2, $3)",
        audit_id,
        server_id,
        command_id,
    )


async def list_lines(conn: Connection, audit_ids: Sequence[int]) -> list[RunLine]:
    """Return how far orders have come, by order and server."""
    rows = await conn.fetch(
        """
        SELECT r.audit_id, r.command_id, s.name AS server, c.state,
            coalesce(c.reply, '') AS reply, coalesce(c.failure, '') AS failure
        FROM admin.run_commands r
        JOIN rcon_commands c ON c.id = r.command_id
        JOIN servers s ON s.id = r.server_id
        WHERE r.audit_id = ANY ($1)
        ORDER BY r.audit_id, s.name
        """,
        list(audit_ids),
    )
    return [RunLine(**{**row, "state": CommandState(row["state"])}) for row in rows]


async def lock_over(conn: Connection, *, limit: int) -> list[Run]:
    """Return orders that ended everywhere and whose outcome is not on record yet, and hold them."""
    rows = await conn.fetch(
        """
        SELECT r.audit_id, r.secret
        FROM admin.runs r
        WHERE r.settled_at IS NULL AND NOT EXISTS (
            SELECT FROM admin.run_commands o JOIN rcon_commands c ON c.id = o.command_id
            WHERE o.audit_id = r.audit_id AND c.state IN ('queued', 'sending')
        )
        ORDER BY r.audit_id
        LIMIT $1
        FOR UPDATE OF r SKIP LOCKED
        """,
        limit,
    )
    return [Run(**row) for row in rows]


async def set_run_settled(conn: Connection, audit_id: int, at: datetime) -> None:
    """Note that an order's outcome is on record; its secret is forgotten."""
    await conn.execute("UPDATE admin.runs SET settled_at = $2, secret = '' WHERE audit_id = $1", audit_id, at)


async def set_command_hidden(conn: Connection, audit_id: int, secret: str) -> None:
    """Take a secret out of the commands of an order that is over, and out of what the servers answered."""
    await conn.execute(
        """
        UPDATE rcon_commands c
        SET command = replace(c.command, $2, '***'), reply = replace(c.reply, $2, '***')
        FROM admin.run_commands o
        WHERE o.audit_id = $1 AND c.id = o.command_id
        """,
        audit_id,
        secret,
    )

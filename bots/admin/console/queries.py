"""SQL of commands that wait for their confirmation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.db import Connection
from shared.ids import GuildId, MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCommand:
    """A dangerous command that has been asked about. It runs on all servers where the key is ``None``."""

    guild_id: GuildId
    member_id: MemberId
    server_key: str | None
    command: str
    reason: str
    asked_at: datetime


async def add_pending(conn: Connection, pending: PendingCommand) -> int:
    """Keep a command until it is confirmed, and return its number."""
    found = await conn.fetchval(
        """
        INSERT INTO admin.pending_commands (guild_id, member_id, server_key, command, reason, asked_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        RETURNING id
        """,
        pending.guild_id,
        pending.member_id,
        pending.server_key,
        pending.command,
        pending.reason,
        pending.asked_at,
    )
    return int(found)


async def remove_pending(
    conn: Connection, pending_id: int, guild_id: GuildId, member_id: MemberId
) -> PendingCommand | None:
    """Take a command that its asker settles, once; ``None`` when it was settled before or is another's."""
    row = await conn.fetchrow(
        """
        DELETE FROM admin.pending_commands
        WHERE id = $1 AND guild_id = $2 AND member_id = $3
        RETURNING guild_id, member_id, server_key, command, reason, asked_at
        """,
        pending_id,
        guild_id,
        member_id,
    )
    return None if row is None else PendingCommand(**row)


async def remove_old_pending(conn: Connection, *, before: datetime) -> None:
    """Forget commands that nobody confirmed."""
    await conn.execute("DELETE FROM admin.pending_commands WHERE asked_at < $1", before)

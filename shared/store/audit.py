"""Who did what: actor, reason, arguments and result of every change and every look at private data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.db import Connection
from shared.ids import GuildId, MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit log."""

    guild_id: GuildId
    at: datetime
    actor_id: MemberId
    actor_name: str
    action: str
    target: str = ""
    reason: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    result: str = ""
    reference: str


async def add_audit(conn: Connection, entry: AuditEntry) -> int:
    """Put an entry on record, and return its number."""
    found = await conn.fetchval(
        """
        INSERT INTO audit_log (guild_id, at, actor_id, actor_name, action, target, reason, arguments, result, reference)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        RETURNING id
        """,
        entry.guild_id,
        entry.at,
        entry.actor_id,
        entry.actor_name,
        entry.action,
        entry.target,
        entry.reason,
        dict(entry.arguments),
        entry.result,
        entry.reference,
    )
    return int(found)


async def set_audit_result(conn: Connection, audit_id: int, result: str) -> None:
    """Add how an action ended to its entry."""
    await conn.execute("UPDATE audit_log SET result = $2 WHERE id = $1", audit_id, result)


async def list_audit(conn: Connection, guild_id: GuildId, *, limit: int, offset: int = 0) -> list[AuditEntry]:
    """Return the newest entries of a community."""
    rows = await conn.fetch(
        """
        SELECT guild_id, at, actor_id, actor_name, action, target, reason, arguments, result, reference
        FROM audit_log
        WHERE guild_id = $1
        ORDER BY at DESC, id DESC
        LIMIT $2 OFFSET $3
        """,
        guild_id,
        limit,
        offset,
    )
    return [AuditEntry(**row) for row in rows]

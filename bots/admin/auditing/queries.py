"""SQL of the audit log as the admin bot reads it, and of its mirror."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bots.admin.auditing.domain import Deed
from shared.db import Connection
from shared.ids import GuildId, MemberId


async def search_deeds(
    conn: Connection, guild_id: GuildId, *, action: str | None, actor_id: MemberId | None, limit: int
) -> list[Deed]:
    """Return the newest entries of a community, of an action (and what is below it) and of a person."""
    rows = await conn.fetch(
        """
        SELECT id, guild_id, at, actor_id, actor_name, action, target, reason, arguments, result, reference
        FROM audit_log
        WHERE guild_id = $1
            AND ($2::text IS NULL OR action = $2 OR starts_with(action, $2 || '.') OR starts_with(action, $2 || ' '))
            AND ($3::bigint IS NULL OR actor_id = $3)
        ORDER BY at DESC, id DESC
        LIMIT $4
        """,
        guild_id,
        action,
        actor_id,
        limit,
    )
    return [Deed(**row) for row in rows]


async def list_actions(conn: Connection, guild_id: GuildId) -> list[str]:
    """Return what has been done in a community, by name."""
    rows = await conn.fetch(
        "SELECT DISTINCT action FROM audit_log WHERE guild_id = $1 ORDER BY action LIMIT 500", guild_id
    )
    return [row["action"] for row in rows]


async def list_unmirrored(conn: Connection, *, quiet_before: datetime, limit: int) -> list[Deed]:
    """Return entries that the audit channel has not shown; those without a result only from before an instant.

    Transactions commit out of the order of their numbers, so it looks back behind the newest one shown.
    """
    rows = await conn.fetch(
        """
        SELECT a.id, a.guild_id, a.at, a.actor_id, a.actor_name, a.action, a.target, a.reason, a.arguments,
            a.result, a.reference
        FROM audit_log a
        WHERE a.id > (SELECT coalesce(max(m.audit_id), 0) - 10000 FROM admin.mirrored m)
            AND NOT EXISTS (SELECT FROM admin.mirrored m WHERE m.audit_id = a.id)
            AND (a.result <> '' OR a.at < $1)
        ORDER BY a.id
        LIMIT $2
        """,
        quiet_before,
        limit,
    )
    return [Deed(**row) for row in rows]


async def list_concluded(conn: Connection, *, limit: int) -> list[Deed]:
    """Return entries that were shown without a result, and have one now."""
    rows = await conn.fetch(
        """
        SELECT a.id, a.guild_id, a.at, a.actor_id, a.actor_name, a.action, a.target, a.reason, a.arguments,
            a.result, a.reference
        FROM admin.mirrored m JOIN audit_log a ON a.id = m.audit_id
        WHERE m.result = '' AND a.result <> ''
        ORDER BY a.id
        LIMIT $1
        """,
        limit,
    )
    return [Deed(**row) for row in rows]


async def set_mirrored(conn: Connection, deeds: Sequence[Deed], at: datetime) -> None:
    """Note which entries have been shown, and with which result."""
    await conn.execute(
        """
        INSERT INTO admin.mirrored (audit_id, mirrored_at, result)
        SELECT shown.id, $3, shown.result FROM unnest($1::bigint[], $2::text[]) AS shown (id, result)
        ON CONFLICT (audit_id) DO UPDATE SET result = excluded.result
        """,
        [deed.id for deed in deeds],
        [deed.result for deed in deeds],
        at,
    )

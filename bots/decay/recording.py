"""What the bot puts on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shared.db import Connection
from shared.domain.permissions import Actor
from shared.store.audit import AuditEntry, add_audit


async def put_on_record(
    conn: Connection,
    actor: Actor,
    *,
    at: datetime,
    action: str,
    target: str,
    result: str,
    reason: str = "",
    arguments: Mapping[str, str],
) -> None:
    """Write down who did, or looked at, what."""
    entry = AuditEntry(
        guild_id=actor.guild_id,
        at=at,
        actor_id=actor.member_id,
        actor_name=actor.name,
        action=action,
        target=target,
        reason=reason,
        arguments=arguments,
        result=result,
        reference=actor.reference,
    )
    await add_audit(conn, entry)

"""What all use cases of the admin bot share: which servers are meant, and how deeds go on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shared.db import Connection
from shared.domain.permissions import Actor
from shared.errors import NotFoundError
from shared.ids import GuildId
from shared.store.audit import AuditEntry
from shared.store.servers import GameServer, get_server, list_servers

_NO_SERVERS = "This community has no game servers yet. The owner adds them to the community file."


async def choose_servers(conn: Connection, guild_id: GuildId, key: str | None) -> list[GameServer]:
    """Return the server with this key, or all.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    if key is not None:
        return [await get_server(conn, guild_id, key)]
    servers = await list_servers(conn, guild_id)
    if not servers:
        raise NotFoundError(_NO_SERVERS)
    return servers


def entry_of(
    actor: Actor,
    at: datetime,
    action: str,
    *,
    target: str = "",
    reason: str = "",
    arguments: Mapping[str, str] | None = None,
    result: str = "",
) -> AuditEntry:
    """Return a person's deed as the audit log keeps it."""
    return AuditEntry(
        guild_id=actor.guild_id,
        at=at,
        actor_id=actor.member_id,
        actor_name=actor.name,
        action=action,
        target=target,
        reason=reason,
        arguments=arguments or {},
        result=result,
        reference=actor.reference,
    )

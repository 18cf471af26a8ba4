"""The guild's audit log (Discord docs, "Audit Log Events")."""

from __future__ import annotations

from enum import IntEnum

from sandbox.discord import render
from sandbox.discord.core import Core
from sandbox.discord.models import AuditEntry, Json
from sandbox.discord.permissions import Permission
from sandbox.discord.snowflake import Snowflake


class Action(IntEnum):
    """What was done; Discord's numbers."""

    CHANNEL_CREATE = 10
    CHANNEL_UPDATE = 11
    CHANNEL_DELETE = 12
    OVERWRITE_CREATE = 13
    OVERWRITE_UPDATE = 14
    OVERWRITE_DELETE = 15
    MEMBER_KICK = 20
    MEMBER_BAN_ADD = 22
    MEMBER_BAN_REMOVE = 23
    MEMBER_UPDATE = 24
    MEMBER_ROLE_UPDATE = 25
    ROLE_CREATE = 30
    ROLE_UPDATE = 31
    ROLE_DELETE = 32
    INVITE_CREATE = 40
    WEBHOOK_CREATE = 50
    WEBHOOK_UPDATE = 51
    WEBHOOK_DELETE = 52
    MESSAGE_DELETE = 72
    MESSAGE_BULK_DELETE = 73
    MESSAGE_PIN = 74
    MESSAGE_UNPIN = 75
    THREAD_CREATE = 110
    THREAD_UPDATE = 111
    THREAD_DELETE = 112


def note(
    core: Core,
    guild_id: Snowflake,
    actor_id: Snowflake,
    action: Action,
    target_id: Snowflake | None,
    *,
    reason: str | None = None,
    changes: list[Json] | None = None,
    options: Json | None = None,
) -> None:
    """Write a line into the log and tell those who may read it."""
    entry = AuditEntry(
        id=core.world.ids.next(),
        guild_id=guild_id,
        user_id=actor_id,
        action=action,
        target_id=target_id,
        reason=reason,
        changes=changes or [],
        options=options or {},
    )
    core.world.save(entry)
    core.hub.to_guild(
        guild_id,
        "GUILD_AUDIT_LOG_ENTRY_CREATE",
        {**render.audit_entry(entry), "guild_id": guild_id},
        needs=Permission.VIEW_AUDIT_LOG,
    )

"""The world's things as Discord's JSON; the shapes are those of Discord's OpenAPI description.

A field that Discord leaves out is left out here: discord.py treats ``null`` and absence differently,
and a wrong one ends its ``Client.start()``.
"""

from __future__ import annotations

from datetime import datetime

from sandbox.discord.intents import Intent
from sandbox.discord.models import (
    Application,
    AuditEntry,
    Ban,
    Channel,
    ChannelType,
    Invite,
    Member,
    Role,
    User,
    Webhook,
)
from sandbox.discord.models import Json as Json
from sandbox.discord.permissions import Permission
from sandbox.discord.snowflake import Snowflake
from sandbox.discord.world import GuildState, World


def timestamp(instant: datetime) -> str:
    """Return an instant as Discord writes it."""
    return instant.isoformat(timespec="microseconds")


def timestamp_or_none(instant: datetime | None) -> str | None:
    """Return an instant as Discord writes it, or null."""
    return None if instant is None else timestamp(instant)


def user(who: User) -> Json:
    """Return a user object."""
    return {
        "id": who.id,
        "username": who.username,
        # Discord docs, "Unique Usernames": people have "0"; bots keep a discriminator of four digits.
        "discriminator": f"{int(who.id) % 9999 + 1:04d}" if who.bot else "0",
        "global_name": who.global_name,
        "avatar": None,
        "bot": who.bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
        "banner": None,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
    }


def own_user(who: User) -> Json:
    """Return the user object one gets of oneself."""
    return {**user(who), "mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}


def bare_member(it: Member) -> Json:
    """Return a member object without its user, as messages carry it."""
    return {
        "nick": it.nick,
        "avatar": None,
        "banner": None,
        "roles": list(it.roles),
        "joined_at": timestamp(it.joined_at),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": timestamp_or_none(it.timed_out_until_at),
    }


def member(world: World, it: Member) -> Json:
    """Return a member object."""
    return {"user": user(world.users[it.user_id]), **bare_member(it)}


def role(it: Role) -> Json:
    """Return a role object."""
    return {
        "id": it.id,
        "name": it.name,
        "color": it.color,
        "colors": {"primary_color": it.color, "secondary_color": None, "tertiary_color": None},
        "hoist": it.hoist,
        "icon": None,
        "unicode_emoji": None,
        "position": it.position,
        "permissions": str(int(it.permissions)),
        "managed": it.bot_id is not None,
        "mentionable": it.mentionable,
        "flags": 0,
        **({"tags": {"bot_id": it.bot_id}} if it.bot_id else {}),
    }


def channel(it: Channel) -> Json:
    """Return a guild channel or a thread; ``direct_channel`` makes those of direct messages."""
    if it.thread is not None:
        return _thread(it)
    body: Json = {
        "id": it.id,
        "type": int(it.type),
        "guild_id": it.guild_id,
        "name": it.name,
        "position": it.position,
        "parent_id": it.parent_id,
        "flags": 0,
        "permission_overwrites": [
            {"id": o.id, "type": o.type, "allow": str(int(o.allow)), "deny": str(int(o.deny))}
            for o in it.overwrites
        ],
    }
    if it.type is ChannelType.CATEGORY:
        return body
    body |= {
        "nsfw": it.nsfw,
        "last_message_id": it.last_message_id,
        "rate_limit_per_user": it.slowmode_seconds,
    }
    if it.type is ChannelType.VOICE:
        return body | {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    return body | {"topic": it.topic}


def _thread(it: Channel) -> Json:
    state = it.thread
    assert state is not None  # the caller looked
    metadata: Json = {
        "archived": state.archived,
        "auto_archive_duration": state.auto_archive_minutes,
        "archive_timestamp": timestamp(state.archived_changed_at),
        "locked": state.locked,
        "create_timestamp": timestamp(state.created_at),
    }
    if it.type is ChannelType.PRIVATE_THREAD:
        metadata["invitable"] = state.invitable
    return {
        "id": it.id,
        "type": int(it.type),
        "guild_id": it.guild_id,
        "parent_id": it.parent_id,
        "owner_id": state.owner_id,
        "name": it.name,
        "last_message_id": it.last_message_id,
        "rate_limit_per_user": it.slowmode_seconds,
        # Discord docs, "Thread Fields": both counts stop at 50 for old threads only.
        "message_count": state.message_count,
        "total_message_sent": state.total_message_sent,
        "member_count": len(state.members),
        "flags": 0,
        "thread_metadata": metadata,
    }


def thread_member(it: Channel, user_id: Snowflake) -> Json:
    """Return a thread member object."""
    assert it.thread is not None  # only threads have members
    return {
        "id": it.id,
        "user_id": user_id,
        "join_timestamp": timestamp(it.thread.members[user_id]),
        "flags": 0,
    }


def direct_channel(world: World, it: Channel, viewer_id: Snowflake) -> Json:
    """Return a direct message channel as one of its two sides sees it."""
    return {
        "id": it.id,
        "type": int(it.type),
        "last_message_id": it.last_message_id,
        "flags": 0,
        "recipients": [user(world.users[other]) for other in it.recipients if other != viewer_id],
    }


def channel_for(world: World, it: Channel, viewer_id: Snowflake) -> Json:
    """Return any channel as a user sees it."""
    return direct_channel(world, it, viewer_id) if it.type is ChannelType.DM else channel(it)


def webhook(world: World, it: Webhook, *, with_token: bool) -> Json:
    """Return a webhook; its token goes only to who may use it."""
    body: Json = {
        "id": it.id,
        "type": 1,
        "guild_id": it.guild_id,
        "channel_id": it.channel_id,
        "name": it.name,
        "avatar": None,
        "application_id": it.application_id,
        "user": user(world.users[it.creator_id]),
    }
    if with_token:
        # discord.py accepts webhook addresses of discord.com only (webhook/async_.py, ``from_url``).
        body |= {"token": it.token, "url": f"https://discord.com/api/webhooks/{it.id}/{it.token}"}
    return body


def application(world: World, it: Application, owner: User) -> Json:
    """Return one's own application."""
    flags = application_flags(it)
    return {
        "id": it.id,
        "name": it.title,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(world.users[it.id]),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(owner),
        "team": None,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "summary": "",
    }


def application_flags(it: Application) -> int:
    """Return the flags that say which privileged intents were granted to an unverified application."""
    # Discord docs, "Application Flags": the ..._LIMITED ones.
    limited = {
        Intent.GUILD_PRESENCES: 1 << 13,
        Intent.GUILD_MEMBERS: 1 << 15,
        Intent.MESSAGE_CONTENT: 1 << 19,
    }
    return sum(flag for intent, flag in limited.items() if it.privileged & intent)


# What a plain community has not got; OpenAPI wants each of these fields to be there.
_GUILD_DEFAULTS: Json = {
    "icon": None,
    "description": None,
    "home_header": None,
    "splash": None,
    "discovery_splash": None,
    "banner": None,
    "application_id": None,
    "afk_channel_id": None,
    "system_channel_id": None,
    "widget_channel_id": None,
    "vanity_url_code": None,
    "rules_channel_id": None,
    "safety_alerts_channel_id": None,
    "public_updates_channel_id": None,
    "max_presences": None,
    "incidents_data": None,
    "system_channel_flags": 0,
    "verification_level": 0,
    "default_message_notifications": 0,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "nsfw_level": 0,
    "afk_timeout": 300,
    "region": "local",
    "preferred_locale": "en-US",
    "nsfw": False,
    "widget_enabled": False,
    "premium_progress_bar_enabled": False,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
}


def guild(state: GuildState) -> Json:
    """Return a guild object with its roles."""
    return {
        **_GUILD_DEFAULTS,
        "id": state.guild.id,
        "name": state.guild.name,
        "owner_id": state.guild.owner_id,
        "roles": [role(it) for it in state.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
    }


def invite_guild(state: GuildState) -> Json:
    """Return the guild as an invite shows it."""
    whole = guild(state)
    shown = (
        "id name splash banner description icon features verification_level vanity_url_code nsfw_level nsfw"
    )
    return {name: whole[name] for name in (*shown.split(), "premium_subscription_count")}


def invite(world: World, it: Invite) -> Json:
    """Return an invite."""
    where = world.get_channel(it.channel_id)
    return {
        "code": it.code,
        "type": 0,
        "guild": invite_guild(world.get_guild(it.guild_id)),
        "guild_id": it.guild_id,
        "channel": {"id": where.id, "type": int(where.type), "name": where.name},
        "inviter": user(world.users[it.inviter_id]),
        "uses": it.uses,
        "max_uses": it.max_uses,
        "max_age": it.max_age_seconds,
        "temporary": False,
        "created_at": timestamp(it.created_at),
        "expires_at": None,
    }


def ban(world: World, it: Ban) -> Json:
    """Return a ban."""
    return {"user": user(world.users[it.user_id]), "reason": it.reason}


def audit_entry(it: AuditEntry) -> Json:
    """Return a line of the audit log."""
    return {
        "id": it.id,
        "action_type": it.action,
        "user_id": it.user_id,
        "target_id": it.target_id,
        **({"changes": it.changes} if it.changes else {}),
        **({"options": it.options} if it.options else {}),
        **({"reason": it.reason} if it.reason else {}),
    }


def bits(value: Permission) -> str:
    """Return permissions as Discord writes them: a number in a string."""
    return str(int(value))

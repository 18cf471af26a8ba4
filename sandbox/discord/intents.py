"""Gateway intents: which events a bot asked for, and is allowed (Discord docs, "List of Intents")."""

from __future__ import annotations

from enum import IntFlag


class Intent(IntFlag):
    """Discord docs, "Gateway Intents"."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
"""Those that must be granted to the application."""

NONE = Intent(0)

# Event → the intent it needs in a guild, and in a direct message. An event that is not here always
# arrives: READY, INTERACTION_CREATE and the like.
_NEEDED: dict[str, tuple[Intent, Intent]] = {
    "GUILD_ROLE_CREATE": (Intent.GUILDS, NONE),
    "GUILD_ROLE_UPDATE": (Intent.GUILDS, NONE),
    "GUILD_ROLE_DELETE": (Intent.GUILDS, NONE),
    "CHANNEL_CREATE": (Intent.GUILDS, NONE),
    "CHANNEL_UPDATE": (Intent.GUILDS, NONE),
    "CHANNEL_DELETE": (Intent.GUILDS, NONE),
    "CHANNEL_PINS_UPDATE": (Intent.GUILDS, Intent.DIRECT_MESSAGES),
    "THREAD_CREATE": (Intent.GUILDS, NONE),
    "THREAD_UPDATE": (Intent.GUILDS, NONE),
    "THREAD_DELETE": (Intent.GUILDS, NONE),
    "THREAD_MEMBERS_UPDATE": (Intent.GUILDS, NONE),
    "GUILD_MEMBER_ADD": (Intent.GUILD_MEMBERS, NONE),
    "GUILD_MEMBER_UPDATE": (Intent.GUILD_MEMBERS, NONE),
    "GUILD_MEMBER_REMOVE": (Intent.GUILD_MEMBERS, NONE),
    "GUILD_AUDIT_LOG_ENTRY_CREATE": (Intent.GUILD_MODERATION, NONE),
    "GUILD_BAN_ADD": (Intent.GUILD_MODERATION, NONE),
    "GUILD_BAN_REMOVE": (Intent.GUILD_MODERATION, NONE),
    "WEBHOOKS_UPDATE": (Intent.GUILD_WEBHOOKS, NONE),
    "INVITE_CREATE": (Intent.GUILD_INVITES, NONE),
    "INVITE_DELETE": (Intent.GUILD_INVITES, NONE),
    "PRESENCE_UPDATE": (Intent.GUILD_PRESENCES, NONE),
    "MESSAGE_CREATE": (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    "MESSAGE_UPDATE": (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    "MESSAGE_DELETE": (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    "MESSAGE_DELETE_BULK": (Intent.GUILD_MESSAGES, NONE),
    "MESSAGE_REACTION_ADD": (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
    "MESSAGE_REACTION_REMOVE": (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
    "MESSAGE_REACTION_REMOVE_ALL": (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
    "TYPING_START": (Intent.GUILD_MESSAGE_TYPING, Intent.DIRECT_MESSAGE_TYPING),
}


def wants(intents: Intent, event: str, *, in_guild: bool) -> bool:
    """Return whether a bot with these intents hears of the event."""
    of_guild, of_direct = _NEEDED.get(event, (NONE, NONE))
    needed = of_guild if in_guild else of_direct
    return not needed or bool(intents & needed)

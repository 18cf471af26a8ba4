"""Who and what a community is seeded with, as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.discord.intents import PRIVILEGED, Intent
from sandbox.discord.models import ChannelType
from sandbox.discord.permissions import NOTHING, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRole:
    """A role; the first one listed is the highest."""

    name: str
    permissions: Permission = NOTHING
    color: int = 0
    hoist: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedChannel:
    """A channel. ``private_to`` names the roles and applications that see it; without, everybody does."""

    name: str
    type: ChannelType = ChannelType.TEXT
    category: str | None = None
    topic: str | None = None
    private_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPerson:
    """A person; exactly one of a community owns the guild."""

    name: str
    display_name: str
    roles: tuple[str, ...] = ()
    is_owner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedApplication:
    """An application: its bot user, the privileged intents granted, and what its role may do."""

    name: str
    title: str
    permissions: Permission
    privileged: Intent = PRIVILEGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A guild with its roles, channels, people and bots."""

    name: str
    roles: tuple[SeedRole, ...] = ()
    channels: tuple[SeedChannel, ...] = ()
    people: tuple[SeedPerson, ...] = ()
    applications: tuple[SeedApplication, ...] = ()
    main_channel: str = field(default="welcome")


# What every bot of Helena does: read, write, show cards and pictures.
_BASE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.ADD_REACTIONS
    | Permission.USE_EXTERNAL_EMOJIS
)
_PANELS = Permission.MANAGE_MESSAGES | Permission.PIN_MESSAGES
_THREADS = Permission.CREATE_PRIVATE_THREADS | Permission.CREATE_PUBLIC_THREADS | Permission.MANAGE_THREADS
_MODERATION = (
    Permission.KICK_MEMBERS
    | Permission.BAN_MEMBERS
    | Permission.MODERATE_MEMBERS
    | Permission.MANAGE_NICKNAMES
    | Permission.MANAGE_ROLES
    | Permission.MANAGE_CHANNELS
    | Permission.MANAGE_WEBHOOKS
    | Permission.VIEW_AUDIT_LOG
    | Permission.CREATE_INSTANT_INVITE
    | Permission.SEND_POLLS
    | Permission.MENTION_EVERYONE
)

_STAFF_PERMISSIONS = (
    Permission.KICK_MEMBERS
    | Permission.BAN_MEMBERS
    | Permission.MODERATE_MEMBERS
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_NICKNAMES
    | Permission.VIEW_AUDIT_LOG
    | Permission.PIN_MESSAGES
)

_HELENA = (
    # The admin bot comes first: it holds what a server-wide check of the stand-in needs.
    SeedApplication(name="admin", title="Helena Admin", permissions=_BASE | _PANELS | _THREADS | _MODERATION),
    SeedApplication(name="chat_bridge", title="Helena Chat", permissions=_BASE | Permission.MANAGE_WEBHOOKS),
    SeedApplication(
        name="activity_points", title="Helena Points", permissions=_BASE | _PANELS | Permission.MANAGE_ROLES
    ),
    SeedApplication(name="decay", title="Helena Decay", permissions=_BASE | _PANELS | _THREADS),
    SeedApplication(
        name="stats", title="Helena Stats", permissions=_BASE | _PANELS | Permission.MANAGE_CHANNELS
    ),
    SeedApplication(
        name="tickets",
        title="Helena Tickets",
        permissions=_BASE | _PANELS | _THREADS | Permission.MANAGE_CHANNELS | Permission.MANAGE_ROLES,
    ),
)
_STAFF_AND_BOTS = ("Owner", "Staff", *(application.name for application in _HELENA))

ARK_OF_HELENA = Community(
    name="Ark of Helena",
    roles=(
        SeedRole(name="Owner", permissions=Permission.ADMINISTRATOR, color=0xE9B44C),
        SeedRole(name="Staff", permissions=_STAFF_PERMISSIONS, color=0x4FB286),
        SeedRole(name="Member", color=0x6FA8DC),
    ),
    channels=(
        SeedChannel(name="Start here", type=ChannelType.CATEGORY),
        SeedChannel(name="welcome", category="Start here", topic="What this place is, and what to try."),
        SeedChannel(name="In the game", type=ChannelType.CATEGORY),
        SeedChannel(name="chat-island", category="In the game", topic="Bridged to The Island, both ways."),
        SeedChannel(name="chat-ragnarok", category="In the game", topic="Bridged to Ragnarok, both ways."),
        SeedChannel(name="status", category="In the game", topic="Which servers are up, and who is on."),
        SeedChannel(name="decay-watch", category="In the game", topic="Bases that will decay soon."),
        SeedChannel(name="Help", type=ChannelType.CATEGORY),
        SeedChannel(name="tickets", category="Help", topic="Press the button to talk to staff in private."),
        SeedChannel(name="Staff only", type=ChannelType.CATEGORY, private_to=_STAFF_AND_BOTS),
        SeedChannel(name="staff", category="Staff only", topic="For staff.", private_to=_STAFF_AND_BOTS),
        SeedChannel(
            name="audit", category="Staff only", topic="Who did what, and why.", private_to=_STAFF_AND_BOTS
        ),
        SeedChannel(
            name="transcripts", category="Staff only", topic="Closed tickets.", private_to=_STAFF_AND_BOTS
        ),
    ),
    people=(
        SeedPerson(name="alice", display_name="Alice", roles=("Owner",), is_owner=True),
        SeedPerson(name="bob", display_name="Bob", roles=("Member",)),
        SeedPerson(name="sam", display_name="Sam", roles=("Staff", "Member")),
    ),
    applications=_HELENA,
)
"""The sandbox's own community: two people suffice to see that a private thread is private."""

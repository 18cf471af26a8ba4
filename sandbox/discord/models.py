"""What a Discord server is made of, as it is kept; ``render*.py`` turn it into Discord's JSON."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from sandbox.discord.permissions import Permission
from sandbox.discord.snowflake import Snowflake

Json = dict[str, Any]
"""An object of Discord's JSON, kept as it was sent (embeds, components, commands)."""


class ChannelType(IntEnum):
    """Discord docs, "Channel Types"; those the stand-in knows."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


THREADS = frozenset({ChannelType.ANNOUNCEMENT_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD})
"""The kinds of channel that live below another channel and inherit its permissions."""


class MessageFlag(IntFlag):
    """Discord docs, "Message Flags"; those the stand-in acts on."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_COMPONENTS_V2 = 1 << 15


class Entity(BaseModel):
    """Something with a row of its own; ``kind`` and ``key`` say which."""

    model_config = ConfigDict(extra="forbid")

    kind: ClassVar[str]

    @property
    def key(self) -> str:
        """Return what tells it from others of its kind."""
        raise NotImplementedError


class HasId(Entity):
    """An entity that is told by its snowflake."""

    id: Snowflake

    @property
    def key(self) -> str:
        """Return the id."""
        return self.id


class User(HasId):
    """A person or a bot user; ``token`` is what it logs in with, without the word ``Bot``."""

    kind = "user"

    username: str
    global_name: str | None = None
    bot: bool = False
    token: str
    accepts_dms: bool = True


class Application(HasId):
    """An application; its bot user has the same id. ``privileged`` are the intents granted in the portal."""

    kind = "application"

    name: str
    title: str
    privileged: int


class Guild(HasId):
    """A Discord server."""

    kind = "guild"

    name: str
    owner_id: Snowflake


class Role(HasId):
    """A role; the one whose id is the guild's is ``@everyone``."""

    kind = "role"

    guild_id: Snowflake
    name: str
    permissions: Permission = Permission(0)
    color: int = 0
    position: int = 0
    hoist: bool = False
    mentionable: bool = False
    bot_id: Snowflake | None = None


class Member(Entity):
    """A user's place in a guild."""

    kind = "member"

    guild_id: Snowflake
    user_id: Snowflake
    joined_at: datetime
    nick: str | None = None
    roles: list[Snowflake] = Field(default_factory=list)
    timed_out_until_at: datetime | None = None

    @property
    def key(self) -> str:
        """Return guild and user."""
        return f"{self.guild_id}/{self.user_id}"


class Ban(Entity):
    """A user kept out of a guild."""

    kind = "ban"

    guild_id: Snowflake
    user_id: Snowflake
    reason: str | None = None

    @property
    def key(self) -> str:
        """Return guild and user."""
        return f"{self.guild_id}/{self.user_id}"


class AuditEntry(HasId):
    """A line of the guild's audit log."""

    kind = "audit"

    guild_id: Snowflake
    user_id: Snowflake
    action: int
    target_id: Snowflake | None
    reason: str | None = None
    changes: list[Json] = Field(default_factory=list)
    options: Json = Field(default_factory=dict)


class Overwrite(BaseModel):
    """What a channel changes for a role (``type`` 0) or a member (``type`` 1)."""

    id: Snowflake
    type: int = Field(ge=0, le=1)
    allow: Permission = Permission(0)
    deny: Permission = Permission(0)


class ThreadState(BaseModel):
    """What a thread has beyond a channel."""

    owner_id: Snowflake
    created_at: datetime
    archived_changed_at: datetime
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    auto_archive_minutes: int = 1440
    message_count: int = 0
    total_message_sent: int = 0
    members: dict[Snowflake, datetime] = Field(default_factory=dict)


class Channel(HasId):
    """A guild's channel, a thread, or a direct message."""

    kind = "channel"

    type: ChannelType
    guild_id: Snowflake | None = None
    name: str = ""
    topic: str | None = None
    parent_id: Snowflake | None = None
    position: int = 0
    nsfw: bool = False
    slowmode_seconds: int = 0
    overwrites: list[Overwrite] = Field(default_factory=list)
    last_message_id: Snowflake | None = None
    recipients: list[Snowflake] = Field(default_factory=list)
    thread: ThreadState | None = None


class Attachment(BaseModel):
    """A file of a message; its bytes are in the store under ``path``."""

    id: Snowflake
    filename: str
    path: str
    size: int
    content_type: str
    description: str | None = None
    width: int | None = None
    height: int | None = None


class Reaction(BaseModel):
    """Who reacted with one emoji."""

    name: str
    emoji_id: Snowflake | None = None
    users: list[Snowflake] = Field(default_factory=list)


class WebhookFace(BaseModel):
    """The name and picture a webhook wore for one message."""

    name: str
    avatar_url: str | None = None


class Message(HasId):
    """A message; ``visible_to`` is the one person who sees it when it is ephemeral.

    ``application_id`` is the bot that made it, ``author_id`` is a user's id or a webhook's.
    ``mentions``, ``mention_roles`` and ``mention_everyone`` say whom it really pinged.
    """

    kind = "message"

    channel_id: Snowflake
    author_id: Snowflake
    type: int = 0
    content: str = ""
    created_at: datetime
    edited_at: datetime | None = None
    flags: int = 0
    tts: bool = False
    embeds: list[Json] = Field(default_factory=list)
    components: list[Json] = Field(default_factory=list)
    attachments: list[Attachment] = Field(default_factory=list)
    reactions: list[Reaction] = Field(default_factory=list)
    poll: Json | None = None
    mentions: list[Snowflake] = Field(default_factory=list)
    mention_roles: list[Snowflake] = Field(default_factory=list)
    mention_everyone: bool = False
    pinned_at: datetime | None = None
    nonce: str | int | None = None
    reply_to: Snowflake | None = None
    webhook_id: Snowflake | None = None
    webhook_face: WebhookFace | None = None
    application_id: Snowflake | None = None
    interaction: Json | None = None
    visible_to: Snowflake | None = None

    def has(self, flag: MessageFlag) -> bool:
        """Return whether the flag is set."""
        return bool(self.flags & flag)


class Webhook(HasId):
    """A channel's incoming webhook."""

    kind = "webhook"

    guild_id: Snowflake
    channel_id: Snowflake
    name: str
    token: str
    creator_id: Snowflake
    application_id: Snowflake | None = None


class Command(HasId):
    """An application command, global or of one guild; ``body`` is Discord's object."""

    kind = "command"

    application_id: Snowflake
    guild_id: Snowflake | None = None
    body: Json


class Invite(Entity):
    """A way into a guild."""

    kind = "invite"

    code: str
    guild_id: Snowflake
    channel_id: Snowflake
    inviter_id: Snowflake
    created_at: datetime
    max_age_seconds: int = 0
    uses: int = 0
    max_uses: int = 0

    @property
    def key(self) -> str:
        """Return the code."""
        return self.code

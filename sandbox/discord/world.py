"""The state of the stand-in: everything in memory, written through to the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.discord.api_errors import unknown
from sandbox.discord.models import (
    Application,
    AuditEntry,
    Ban,
    Channel,
    Command,
    Entity,
    Guild,
    HasId,
    Invite,
    Member,
    Message,
    Role,
    User,
    Webhook,
)
from sandbox.discord.snowflake import Snowflake, SnowflakeSource
from sandbox.discord.store import Store, StoredFile
from shared.clock import Clock


@dataclass(slots=True)
class GuildState:
    """A guild and what belongs to it."""

    guild: Guild
    roles: dict[Snowflake, Role] = field(default_factory=dict)
    members: dict[Snowflake, Member] = field(default_factory=dict)
    bans: dict[Snowflake, Ban] = field(default_factory=dict)
    audit: dict[Snowflake, AuditEntry] = field(default_factory=dict)


# In the order in which they can be placed: a role needs its guild.
_KINDS: tuple[type[Entity], ...] = (
    User,
    Application,
    Guild,
    Role,
    Member,
    Ban,
    AuditEntry,
    Channel,
    Message,
    Webhook,
    Command,
    Invite,
)


class World:
    """Everything there is, by id. Change an entity, then ``save`` it before answering."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self.clock = clock
        self.ids = SnowflakeSource(clock)
        self.users: dict[Snowflake, User] = {}
        self.tokens: dict[str, User] = {}
        self.applications: dict[Snowflake, Application] = {}
        self.guilds: dict[Snowflake, GuildState] = {}
        self.channels: dict[Snowflake, Channel] = {}
        self.messages: dict[Snowflake, dict[Snowflake, Message]] = {}
        self.webhooks: dict[Snowflake, Webhook] = {}
        self.commands: dict[Snowflake, Command] = {}
        self.invites: dict[str, Invite] = {}
        self._homes: dict[str, dict[Any, Any]] = {
            User.kind: self.users,
            Application.kind: self.applications,
            Channel.kind: self.channels,
            Webhook.kind: self.webhooks,
            Command.kind: self.commands,
            Invite.kind: self.invites,
        }
        self._load()

    def _load(self) -> None:
        for kind in _KINDS:
            entities = [kind.model_validate_json(body) for body in self._store.read(kind.kind)]
            # Ids grow with time, so this is the order in which things were made.
            entities.sort(key=lambda entity: int(entity.id) if isinstance(entity, HasId) else 0)
            for entity in entities:
                self._place(entity)

    def save(self, *entities: Entity, files: tuple[StoredFile, ...] = ()) -> None:
        """Keep the entities as they are now, all or nothing."""
        rows = [
            (entity.kind, entity.key, entity.model_dump_json(exclude_defaults=True))
            for entity in entities
            if not _is_fleeting(entity)
        ]
        self._store.write(rows, files=files)
        for entity in entities:
            self._place(entity)

    def remove(self, *entities: Entity) -> None:
        """Forget the entities, and what belongs to them."""
        gone = [thing for entity in entities for thing in self._with_belongings(entity)]
        self._store.write((), remove=[(thing.kind, thing.key) for thing in gone])
        for thing in gone:
            self._displace(thing)

    def _with_belongings(self, entity: Entity) -> Iterator[Entity]:
        if isinstance(entity, Channel):
            yield from self.messages.get(entity.id, {}).values()
            yield from [hook for hook in self.webhooks.values() if hook.channel_id == entity.id]
            for thread in self.threads_of(entity.id):
                yield from self._with_belongings(thread)
        yield entity

    def _place(self, entity: Entity) -> None:
        if isinstance(entity, HasId):
            self.ids.never_below(entity.id)
        if isinstance(entity, Guild):
            self.guilds.setdefault(entity.id, GuildState(entity)).guild = entity
            return
        home, key = self._home(entity)
        home[key] = entity
        if isinstance(entity, User):
            self.tokens[entity.token] = entity
        elif isinstance(entity, Channel):
            self.messages.setdefault(entity.id, {})

    def _displace(self, entity: Entity) -> None:
        home, key = self._home(entity)
        home.pop(key, None)
        if isinstance(entity, Channel):
            self.messages.pop(entity.id, None)

    def _home(self, entity: Entity) -> tuple[dict[Any, Any], Any]:
        """Return the dictionary an entity is kept in, and its key there."""
        match entity:
            case Role():
                return self.guilds[entity.guild_id].roles, entity.id
            case Member():
                return self.guilds[entity.guild_id].members, entity.user_id
            case Ban():
                return self.guilds[entity.guild_id].bans, entity.user_id
            case AuditEntry():
                return self.guilds[entity.guild_id].audit, entity.id
            case Message():
                return self.messages[entity.channel_id], entity.id
            case _:
                return self._homes[entity.kind], entity.key

    # Look-ups that answer as Discord does when there is nothing.

    def get_user(self, user_id: Snowflake) -> User:
        """Return the user, or answer 404."""
        if (user := self.users.get(user_id)) is None:
            raise unknown("User")
        return user

    def get_guild(self, guild_id: Snowflake) -> GuildState:
        """Return the guild with what belongs to it, or answer 404."""
        if (state := self.guilds.get(guild_id)) is None:
            raise unknown("Guild")
        return state

    def get_role(self, guild_id: Snowflake, role_id: Snowflake) -> Role:
        """Return the role, or answer 404."""
        if (role := self.get_guild(guild_id).roles.get(role_id)) is None:
            raise unknown("Role")
        return role

    def get_member(self, guild_id: Snowflake, user_id: Snowflake) -> Member:
        """Return the member, or answer 404."""
        if (member := self.get_guild(guild_id).members.get(user_id)) is None:
            raise unknown("Member")
        return member

    def get_channel(self, channel_id: Snowflake) -> Channel:
        """Return the channel or thread, or answer 404."""
        if (channel := self.channels.get(channel_id)) is None:
            raise unknown("Channel")
        return channel

    def get_message(self, channel_id: Snowflake, message_id: Snowflake) -> Message:
        """Return the message, or answer 404."""
        if (message := self.messages.get(channel_id, {}).get(message_id)) is None:
            raise unknown("Message")
        return message

    def channels_of(self, guild_id: Snowflake) -> list[Channel]:
        """Return the guild's channels without its threads."""
        return [c for c in self.channels.values() if c.guild_id == guild_id and c.thread is None]

    def threads_of(self, parent_id: Snowflake) -> list[Channel]:
        """Return the threads below a channel."""
        return [c for c in self.channels.values() if c.parent_id == parent_id and c.thread is not None]

    def threads_in(self, guild_id: Snowflake) -> list[Channel]:
        """Return all threads of the guild."""
        return [c for c in self.channels.values() if c.guild_id == guild_id and c.thread is not None]

    def find_file(self, path: str) -> StoredFile | None:
        """Return an attachment's bytes, if they are there."""
        return self._store.find_file(path)


def _is_fleeting(entity: Entity) -> bool:
    """Return whether it lives in memory only: an ephemeral message ends with its interaction."""
    return isinstance(entity, Message) and entity.visible_to is not None

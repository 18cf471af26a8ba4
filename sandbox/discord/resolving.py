"""The objects behind the ids of an interaction (Discord docs, "Resolved Data Structure")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sandbox.discord import render
from sandbox.discord.commands import NESTED, OptionType
from sandbox.discord.components import Component
from sandbox.discord.core import Core
from sandbox.discord.models import Attachment, Channel, Json
from sandbox.discord.permissions import NOTHING
from sandbox.discord.snowflake import Snowflake

_USERS = frozenset({OptionType.USER, OptionType.MENTIONABLE})
_ROLES = frozenset({OptionType.ROLE, OptionType.MENTIONABLE})

# What a select of each kind gives, in terms of options. A string select gives nothing: with
# ``resolved``, even an empty one, discord.py loses its values (ui/select.py).
_OF_SELECT = {
    Component.USER_SELECT: OptionType.USER,
    Component.ROLE_SELECT: OptionType.ROLE,
    Component.MENTIONABLE_SELECT: OptionType.MENTIONABLE,
    Component.CHANNEL_SELECT: OptionType.CHANNEL,
}

# Discord docs: what a partial channel has.
_CHANNEL_FIELDS = [
    "id",
    "type",
    "name",
    "parent_id",
    "thread_metadata",
    "flags",
    "position",
    "topic",
    "nsfw",
    "last_message_id",
    "guild_id",
    "rate_limit_per_user",
]


class Resolver:
    """Collects the objects of one interaction."""

    def __init__(self, core: Core, channel: Channel, user_id: Snowflake) -> None:
        self._core = core
        self._channel = channel
        self._user_id = user_id
        self.found: Json = {}

    def options(self, options: Sequence[Json]) -> None:
        """Add what a command's options name."""
        for option in options:
            if option["type"] in NESTED:
                self.options(option.get("options") or [])
            else:
                self.add(option["type"], option.get("value"))

    def select(self, kind: int, values: Iterable[object]) -> None:
        """Add what a select menu's values name."""
        if kind in _OF_SELECT:
            for value in values:
                self.add(_OF_SELECT[Component(kind)], value)

    def add(self, kind: int, value: object) -> None:
        """Add the thing with an id, if it is of the kind and there."""
        thing = Snowflake(str(value))
        if kind in _USERS and thing in self._core.world.users:
            self._add_user(thing)
        guild_id = self._channel.guild_id
        if guild_id is None:
            return
        if kind in _ROLES and thing in self._core.world.guilds[guild_id].roles:
            role = self._core.world.guilds[guild_id].roles[thing]
            self.found.setdefault("roles", {})[thing] = render.role(role)
        if kind == OptionType.CHANNEL and thing in self._core.world.channels:
            self._add_channel(self._core.world.channels[thing])

    def _add_user(self, user_id: Snowflake) -> None:
        world, guild_id = self._core.world, self._channel.guild_id
        self.found.setdefault("users", {})[user_id] = render.user(world.users[user_id])
        member = world.guilds[guild_id].members.get(user_id) if guild_id else None
        if member is not None:
            body = render.bare_member(member)
            # Discord docs: a partial member lacks user, deaf and mute.
            del body["deaf"], body["mute"]
            body["permissions"] = render.bits(self._core.access.in_channel(user_id, self._channel))
            self.found.setdefault("members", {})[user_id] = body

    def _add_channel(self, channel: Channel) -> None:
        held = self._core.access.in_channel(self._user_id, channel)
        if held == NOTHING:
            return
        whole = render.channel(channel)
        body = {name: whole[name] for name in _CHANNEL_FIELDS if name in whole}
        self.found.setdefault("channels", {})[channel.id] = {**body, "permissions": render.bits(held)}

    def message(self, message_id: Snowflake) -> None:
        """Add the message of a context menu."""
        message = self._core.world.get_message(self._channel.id, message_id)
        body = self._core.messages.message(message, self._user_id)
        self.found.setdefault("messages", {})[message_id] = body

    def attachment(self, attachment: Attachment) -> None:
        """Add a file that came with the command."""
        body = self._core.messages.attachment(attachment) | {"ephemeral": True}
        self.found.setdefault("attachments", {})[attachment.id] = body

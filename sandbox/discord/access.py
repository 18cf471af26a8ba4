"""Who may see and do what, here and now."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.discord.api_errors import missing_access, missing_permissions
from sandbox.discord.models import Channel, ChannelType, Message
from sandbox.discord.permissions import (
    EVERYTHING,
    NOTHING,
    WHILE_TIMED_OUT,
    Permission,
    apply_overwrites,
    base_permissions,
)
from sandbox.discord.snowflake import Snowflake
from sandbox.discord.world import World

# What both sides of a direct message may do; Discord gives no permissions there.
IN_DIRECT_MESSAGES = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
    | Permission.USE_APPLICATION_COMMANDS
)


class Access:
    """Answers questions about permissions from the world as it is."""

    def __init__(self, world: World) -> None:
        self._world = world

    def in_guild(self, user_id: Snowflake, guild_id: Snowflake) -> Permission:
        """Return what a user may do in the guild as a whole; nothing for those outside."""
        state = self._world.get_guild(guild_id)
        member = state.members.get(user_id)
        if member is None:
            return NOTHING
        roles = [state.roles[role] for role in (guild_id, *member.roles) if role in state.roles]
        permissions = base_permissions(
            is_owner=state.guild.owner_id == user_id, of_roles=(role.permissions for role in roles)
        )
        return self._unless_timed_out(permissions, user_id, guild_id)

    def in_channel(self, user_id: Snowflake, channel: Channel) -> Permission:
        """Return what a user may do in the channel; nothing when they cannot see it."""
        if channel.guild_id is None:
            return IN_DIRECT_MESSAGES if user_id in channel.recipients else NOTHING
        base = self.in_guild(user_id, channel.guild_id)
        if base == NOTHING:
            return NOTHING
        member = self._world.get_member(channel.guild_id, user_id)
        # Discord docs, "Threads": a thread inherits its parent's overwrites and has none of its own.
        holder = (
            self._world.channels.get(channel.parent_id or channel.id, channel) if channel.thread else channel
        )
        permissions = apply_overwrites(
            base, holder.overwrites, everyone=channel.guild_id, roles=member.roles, member=user_id
        )
        if _is_closed_thread(channel, user_id) and not permissions & Permission.MANAGE_THREADS:
            return NOTHING
        return self._unless_timed_out(permissions, user_id, channel.guild_id)

    def _unless_timed_out(
        self, permissions: Permission, user_id: Snowflake, guild_id: Snowflake
    ) -> Permission:
        until = self._world.get_member(guild_id, user_id).timed_out_until_at
        if permissions == EVERYTHING or until is None or until <= self._world.clock.now():
            return permissions
        return permissions & WHILE_TIMED_OUT

    def can_view(self, user_id: Snowflake, channel: Channel) -> bool:
        """Return whether a user sees the channel."""
        return bool(self.in_channel(user_id, channel) & Permission.VIEW_CHANNEL)

    def can_see(self, user_id: Snowflake, message: Message) -> bool:
        """Return whether a user sees the message: an ephemeral one is for one person, and for no bot."""
        return message.visible_to in {None, user_id}

    def require(self, user_id: Snowflake, guild_id: Snowflake, needed: Permission) -> None:
        """Answer 403 unless the user may do it in the guild."""
        held = self.in_guild(user_id, guild_id)
        if held == NOTHING:
            raise missing_access()
        if held & needed != needed:
            raise missing_permissions()

    def require_in(self, user_id: Snowflake, channel: Channel, needed: Permission = NOTHING) -> None:
        """Answer 403 unless the user sees the channel, and may do it there."""
        held = self.in_channel(user_id, channel)
        if not held & Permission.VIEW_CHANNEL:
            raise missing_access()
        if held & needed != needed:
            raise missing_permissions()

    # Hierarchy (Discord docs, "Permission Hierarchy").

    def rank(self, user_id: Snowflake, guild_id: Snowflake) -> int:
        """Return the position of a user's highest role; the owner is above every role."""
        state = self._world.get_guild(guild_id)
        if state.guild.owner_id == user_id:
            return 1_000_000
        member = state.members.get(user_id)
        held = member.roles if member else []
        return max((state.roles[role].position for role in held if role in state.roles), default=0)

    def require_above_member(self, user_id: Snowflake, guild_id: Snowflake, target_id: Snowflake) -> None:
        """Answer 403 unless the user ranks above the target; nobody ranks above the owner."""
        if user_id != target_id and self.rank(user_id, guild_id) <= self.rank(target_id, guild_id):
            raise missing_permissions()

    def require_above_role(self, user_id: Snowflake, guild_id: Snowflake, role_id: Snowflake) -> None:
        """Answer 403 unless the user ranks above the role."""
        role = self._world.get_role(guild_id, role_id)
        if self.rank(user_id, guild_id) <= role.position:
            raise missing_permissions()

    def require_held(self, user_id: Snowflake, guild_id: Snowflake, given: Permission) -> None:
        """Answer 403 when the user would give away what they do not have themselves."""
        held = self.in_guild(user_id, guild_id)
        if held != EVERYTHING and given & ~held:
            raise missing_permissions()

    def visible_channels(self, user_id: Snowflake, channels: Iterable[Channel]) -> list[Channel]:
        """Return those of the channels that the user sees."""
        return [channel for channel in channels if self.can_view(user_id, channel)]


def _is_closed_thread(channel: Channel, user_id: Snowflake) -> bool:
    """Return whether it is a private thread that the user was not added to."""
    return (
        channel.type is ChannelType.PRIVATE_THREAD
        and channel.thread is not None
        and user_id not in channel.thread.members
    )

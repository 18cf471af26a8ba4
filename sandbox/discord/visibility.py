"""Channels that appear and vanish for people when permissions change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.discord import render
from sandbox.discord.core import Core
from sandbox.discord.models import Channel
from sandbox.discord.snowflake import Snowflake
from sandbox.discord.threads import gone


@contextmanager
def watch_visibility(core: Core, guild_id: Snowflake) -> Iterator[None]:
    """Tell people with an open session which channels they gained and lost by what is done inside.

    Observed: Discord's own client works this out from roles and overwrites; here the server says it,
    so that every human client may stay simple. Bots are told of every channel anyway.
    """
    before = _seen(core, guild_id)
    yield
    after = _seen(core, guild_id)
    for user_id, channels in before.items():
        now_seen = after.get(user_id, {})
        for channel_id, channel in channels.items():
            if channel_id not in now_seen and channel_id in core.world.channels:
                _tell(core, user_id, channel, "DELETE")
        for channel_id, channel in now_seen.items():
            if channel_id not in channels:
                _tell(core, user_id, channel, "CREATE")


def _seen(core: Core, guild_id: Snowflake) -> dict[Snowflake, dict[Snowflake, Channel]]:
    people = {session.user_id for session in core.hub.sessions.values() if not session.is_bot}
    channels = [channel for channel in core.world.channels.values() if channel.guild_id == guild_id]
    return {
        user_id: {channel.id: channel for channel in core.access.visible_channels(user_id, channels)}
        for user_id in people
    }


def _tell(core: Core, user_id: Snowflake, channel: Channel, what: str) -> None:
    if channel.thread is None:
        core.hub.to_users([user_id], f"CHANNEL_{what}", render.channel(channel))
    else:
        core.hub.to_users(
            [user_id], f"THREAD_{what}", gone(channel) if what == "DELETE" else render.channel(channel)
        )

"""Hears what people say in Discord: live, and what was said while nobody listened.

A channel is read up from its mark before the first live message of a new connection is taken. So a message that
came while the bot, Discord or the database was away is taken late, in order, instead of being lost. Whatever goes
wrong leaves the channel marked as behind, and the loop reads it again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

import aiohttp
import discord
from discord.ext import commands

from bots.chat_bridge.domain import Bridge
from bots.chat_bridge.from_discord.domain import CATCH_UP, CATCH_UP_MESSAGES, is_too_old
from bots.chat_bridge.from_discord.reading import is_by_a_person, spoken_in
from bots.chat_bridge.from_discord.service import FromDiscord
from shared.clock import Clock
from shared.discord_kit.bot import HelenaBot
from shared.domain.text import webhook_name
from shared.errors import OperationalError
from shared.ids import ChannelId, GuildId, MessageId
from shared.runtime.loops import run_guarded

log = logging.getLogger(__name__)

_Channel: TypeAlias = discord.abc.Messageable


class UnreadableChannelError(OperationalError):
    """Discord did not let us read a channel."""

    code = "DIS-05"


@dataclass(slots=True)
class _Ear:
    """One channel: one message at a time, and the connection in which it was last read up."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    caught_up_in: int = -1


class BridgeListeners(commands.Cog):
    """Hands what people say to the service, in order within a channel."""

    def __init__(self, bot: HelenaBot, service: FromDiscord, clock: Clock) -> None:
        self._bot = bot
        self._service = service
        self._clock = clock
        self._ears: defaultdict[ChannelId, _Ear] = defaultdict(_Ear)
        self._connection = 0
        self._is_connected = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Note that Discord sends messages again."""
        self._is_connected = True

    @commands.Cog.listener()
    async def on_resumed(self) -> None:
        """Note that Discord sends messages again."""
        self._is_connected = True

    @commands.Cog.listener()
    async def on_disconnect(self) -> None:
        """Note that from here on messages may be missed."""
        self._is_connected = False
        self._connection += 1

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Take a message into the game."""
        if not is_by_a_person(message):
            return
        # asked before anything waits: this message belongs to the connection it came through
        connection = self._connection
        ear = self._ears[ChannelId(message.channel.id)]
        async with ear.lock:

            async def hear() -> None:
                await self._hear(ear, connection, message)

            if not await run_guarded(f"hearing channel {message.channel.id}", hear):
                ear.caught_up_in = -1

    async def learn_routes(self) -> list[Bridge]:
        """Look which channels carry which servers, and under which name their lines are folded."""
        bridges = await self._service.bridges()
        for bridge in bridges:
            for channel_id in set(bridge.channels.values()):
                self._bot.crowd_names[channel_id] = webhook_name(bridge.crowd_name(channel_id))
        return bridges

    async def keep_up(self) -> None:
        """Read up the channels in which something may have been missed."""
        for bridge in await self.learn_routes():
            for channel_id in sorted(set(bridge.channels.values())):
                # one channel that Discord does not let us read must not keep the others waiting
                await run_guarded(
                    f"reading up channel {channel_id}", partial(self._read_up, bridge.guild_id, channel_id)
                )

    async def _read_up(self, guild_id: GuildId, channel_id: ChannelId) -> None:
        connection, ear = self._connection, self._ears[channel_id]
        async with ear.lock:
            if self._is_connected:
                channel = self._bot.get_partial_messageable(channel_id, guild_id=guild_id)
                await self._catch_up(ear, connection, guild_id, channel_id, channel)

    async def _hear(self, ear: _Ear, connection: int, message: discord.Message) -> None:
        assert message.guild is not None  # is_by_a_person
        guild_id, channel_id = GuildId(message.guild.id), ChannelId(message.channel.id)
        if await self._service.is_routed(guild_id, channel_id):
            await self._catch_up(ear, connection, guild_id, channel_id, message.channel)
            await self._service.take(spoken_in(message))

    async def _catch_up(
        self, ear: _Ear, connection: int, guild_id: GuildId, channel_id: ChannelId, channel: _Channel
    ) -> None:
        """Take what was said in a channel since its mark, unless this connection has done so before."""
        if ear.caught_up_in == connection:
            return
        last = await self._service.last_heard(channel_id)
        try:
            if last is None:
                newest = [message async for message in channel.history(limit=1)]
                await self._service.begin(guild_id, channel_id, MessageId(newest[0].id if newest else 0))
            else:
                await self._take_missed(guild_id, channel_id, channel, last)
        except (discord.Forbidden, discord.NotFound) as error:
            # without the permission to read history, live messages still work
            log.warning("channel %d cannot be read up: %s", channel_id, error.text)
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            message = f"Channel {channel_id} could not be read up ({type(error).__name__})."
            raise UnreadableChannelError(message) from error
        ear.caught_up_in = connection

    async def _take_missed(
        self, guild_id: GuildId, channel_id: ChannelId, channel: _Channel, last: MessageId
    ) -> None:
        history = channel.history(limit=CATCH_UP_MESSAGES + 1, after=discord.Object(last), oldest_first=False)
        missed = [message async for message in history if is_by_a_person(message)]
        missed.reverse()
        now = self._clock.now()
        lost = [
            message
            for place, message in enumerate(missed)
            if is_too_old(message.created_at, now) or len(missed) - place > CATCH_UP_MESSAGES
        ]
        if lost:
            log.warning("channel %d: %d messages of before %s are lost", channel_id, len(lost), CATCH_UP)
            await self._service.tell_gap(
                guild_id, channel_id, after=last, count=len(lost), upto=MessageId(lost[-1].id)
            )
        for message in missed[len(lost) :]:
            await self._service.take(spoken_in(message))

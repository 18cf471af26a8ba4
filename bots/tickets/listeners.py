"""What Discord tells of tickets: messages, deleted threads, and forms that are sent in."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

import discord
from discord.ext import commands

from bots.tickets.failures import asking_discord
from bots.tickets.keeping.reader import ThreadReader
from bots.tickets.keeping.reading import is_spoken
from bots.tickets.keeping.service import KeepingService
from bots.tickets.panel import TicketPanel
from bots.tickets.upkeep.desk import Desk
from bots.tickets.upkeep.service import UpkeepService
from shared.discord_kit.away import DiscordAwayError
from shared.discord_kit.bot import HelenaBot
from shared.ids import ChannelId, GuildId, MessageId
from shared.runtime.loops import run_guarded

log = logging.getLogger(__name__)


class Listeners(commands.Cog):
    """Hands what happens in tickets' threads to the record.

    A thread with something in it that could not be kept is read again by the loop; after each new connection that
    is every thread of an open ticket.
    """

    def __init__(
        self,
        bot: HelenaBot,
        *,
        upkeep: UpkeepService,
        keeping: KeepingService,
        reader: ThreadReader,
        desk: Desk,
        panel: TicketPanel,
    ) -> None:
        self._bot = bot
        self._upkeep = upkeep
        self._keeping = keeping
        self._reader = reader
        self._desk = desk
        self._panel = panel
        self._is_new_connection = False
        self._unread: set[ChannelId] = set()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Note that messages may have been missed; a connection that is resumed brings them by itself."""
        self._is_new_connection = True

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Keep a message of a ticket's thread."""
        await self._hear(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Keep what a message says now, and what it said before."""
        await self._hear(payload.message)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Mark a message as deleted."""
        await self._forget(payload.guild_id, {payload.message_id})

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Mark messages as deleted."""
        await self._forget(payload.guild_id, payload.message_ids)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Close the ticket of a thread that was deleted by hand."""
        thread_id = ChannelId(payload.thread_id)

        async def close() -> None:
            ticket_id = await self._upkeep.ticket_of(thread_id)
            if ticket_id is not None:
                await self._desk.lost(ticket_id, thread_id)

        await run_guarded(f"deleted thread {thread_id}", close)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Look whether tickets lost their threads with a channel."""
        await run_guarded(f"deleted channel {channel.id}", self._desk.reconcile)

    async def read_up(self) -> None:
        """Read the threads in which something may have been missed."""
        if self._is_new_connection:
            with_threads = await self._upkeep.with_threads()
            self._is_new_connection = False
            self._unread |= {thread_id for _, thread_id in with_threads}
        for thread_id in sorted(self._unread):
            if await run_guarded(f"reading thread {thread_id}", partial(self._read, thread_id)):
                self._unread.discard(thread_id)

    async def _read(self, thread_id: ChannelId) -> None:
        ticket_id = await self._upkeep.ticket_of(thread_id)
        if ticket_id is None:
            return
        with asking_discord("to read a ticket's thread"):
            try:
                thread = await self._bot.fetch_channel(thread_id)
            except discord.NotFound:
                await self._desk.lost(ticket_id, thread_id)
                return
            if not isinstance(thread, discord.Thread):
                return
            is_complete = await self._reader.read(ticket_id, thread, whole=False)
        await self._desk.settle(ticket_id)
        if not is_complete:
            raise DiscordAwayError(f"Files in thread {thread_id} cannot be copied just now.")

    async def _hear(self, message: discord.Message) -> None:
        own_id = self._bot.user.id if self._bot.user is not None else 0
        if not _may_be_of_ticket(message) or not is_spoken(message, own_id):
            return
        thread_id = ChannelId(message.channel.id)

        async def keep() -> None:
            ticket_id = await self._upkeep.ticket_of(thread_id)
            if ticket_id is None:
                return
            if not await self._reader.take(ticket_id, message):
                self._unread.add(thread_id)
            await self._desk.settle(ticket_id)

        if not await run_guarded(f"hearing thread {thread_id}", keep):
            self._unread.add(thread_id)

    async def _forget(self, guild_id: int | None, message_ids: set[int]) -> None:
        if guild_id is None:
            return

        async def mark() -> None:
            await self._keeping.deleted([MessageId(message_id) for message_id in sorted(message_ids)])
            await self._panel.deleted(GuildId(guild_id), message_ids)

        # what this misses is seen when the thread is read as a whole, at the latest at the ticket's end
        await run_guarded("deleted messages", mark)


def _may_be_of_ticket(message: discord.Message) -> bool:
    """Tell a message that may be in a ticket's thread; a thread that is not known yet is a partial channel."""
    channel: Any = message.channel
    return message.guild is not None and isinstance(channel, discord.Thread | discord.PartialMessageable)

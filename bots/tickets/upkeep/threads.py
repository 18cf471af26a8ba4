"""The threads of tickets: made once, found again, opened and put away."""

from __future__ import annotations

from typing import Final

import discord

from bots.tickets.domain import Ticket, is_thread_of, thread_name
from shared.discord_kit.bot import HelenaBot
from shared.ids import ChannelId

# Discord's longest time until a quiet thread is archived: a week.
_ARCHIVE_MINUTES: Final = 10080
# A half-made thread is among the newest.
_ARCHIVED_LOOK = 100


class Threads:
    """Private threads in the channel for tickets."""

    def __init__(self, bot: HelenaBot) -> None:
        self._bot = bot

    async def parent(self, channel_id: ChannelId) -> discord.TextChannel | None:
        """Return the channel for tickets, if it is there and can have private threads."""
        try:
            channel = self._bot.get_channel(channel_id) or await self._bot.fetch_channel(channel_id)
        except discord.NotFound:
            return None
        return channel if isinstance(channel, discord.TextChannel) else None

    async def make(self, parent: discord.TextChannel, ticket: Ticket) -> discord.Thread:
        """Make a ticket's thread; nobody but staff and the bot can bring people into it."""
        return await parent.create_thread(
            name=thread_name(ticket),
            type=discord.ChannelType.private_thread,
            invitable=False,
            auto_archive_duration=_ARCHIVE_MINUTES,
            reason=f"Ticket #{ticket.number}",
        )

    async def find_made(self, parent: discord.TextChannel, ticket: Ticket) -> discord.Thread | None:
        """Return the thread that was made for a ticket before a crash, if any."""
        for thread in await parent.guild.active_threads():
            if thread.parent_id == parent.id and self._is_own(thread, ticket):
                return thread
        async for thread in parent.archived_threads(private=True, limit=_ARCHIVED_LOOK):
            if self._is_own(thread, ticket):
                return thread
        return None

    async def find(self, thread_id: ChannelId) -> discord.Thread | None:
        """Return a thread as Discord has it now; ``None`` when it was deleted."""
        try:
            channel = await self._bot.fetch_channel(thread_id)
        except discord.NotFound:
            return None
        return channel if isinstance(channel, discord.Thread) else None

    async def wake(self, thread: discord.Thread) -> None:
        """Open a thread that was put away, or that fell asleep: what is archived cannot be changed."""
        if thread.archived or thread.locked:
            await thread.edit(archived=False, locked=False)

    async def put_away(self, thread: discord.Thread) -> None:
        """Archive a thread and lock it."""
        await thread.edit(archived=True, locked=True)

    def _is_own(self, thread: discord.Thread, ticket: Ticket) -> bool:
        return (
            self._bot.user is not None
            and thread.owner_id == self._bot.user.id
            and is_thread_of(ticket, thread.name)
        )

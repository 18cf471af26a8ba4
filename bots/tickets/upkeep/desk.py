"""Brings Discord's side of a ticket to what its row says. Every step may be repeated; a crash anywhere costs nothing.

Commands write the row first and call ``settle`` then. What a crash, or Discord being away, leaves undone is done by
the loop that calls ``settle_all``.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from datetime import timedelta
from functools import partial

import discord

from bots.tickets.cards import desk_card, header_card, unrouted_card
from bots.tickets.domain import BOT, State, Ticket
from bots.tickets.failures import DiscordRefusedError, asking_discord
from bots.tickets.keeping.reader import ThreadReader
from bots.tickets.keeping.service import KeepingService
from bots.tickets.queries import Presence
from bots.tickets.transcripts.courier import Courier
from bots.tickets.upkeep.service import UpkeepService
from bots.tickets.upkeep.threads import Threads
from bots.tickets.views import desk_view, header_view
from shared.discord_kit.away import DiscordAwayError
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.panels import PanelValue
from shared.ids import ChannelId, MemberId, TicketId
from shared.runtime.loops import run_guarded
from shared.store.servers import Purpose

log = logging.getLogger(__name__)

# A transcript waits so long for files that Discord does not hand out.
_PATIENCE = timedelta(minutes=10)
# What Discord refuses needs a person to put it right: it is tried again only after so long.
_REFUSED_SECONDS = 300.0


class Desk:
    """Looks after the threads and cards of tickets, one ticket at a time."""

    def __init__(
        self,
        bot: HelenaBot,
        service: UpkeepService,
        keeping: KeepingService,
        reader: ThreadReader,
        courier: Courier,
    ) -> None:
        self._bot = bot
        self._service = service
        self._keeping = keeping
        self._reader = reader
        self._courier = courier
        self._threads = Threads(bot)
        self._refused_until: dict[TicketId, float] = {}
        self._locks: defaultdict[TicketId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def settle(self, ticket_id: TicketId) -> Ticket:
        """Do what is left to do for a ticket in Discord, and return it as it is then.

        Raises
        ------
        DiscordRefusedError
            When the bot lacks a permission or a channel.
        DiscordAwayError
            When Discord fails; the loop tries again.
        """
        async with self._locks[ticket_id]:
            ticket = await self._service.get(ticket_id)
            if ticket.version == ticket.shown_version:
                return ticket
            reporter = self._bot.resources.reporter
            try:
                with asking_discord(f"to bring ticket #{ticket.number} up to date"):
                    ticket = await self._bring_up_to_date(ticket)
            except DiscordRefusedError as error:
                self._refused_until[ticket_id] = asyncio.get_running_loop().time() + _REFUSED_SECONDS
                reporter.problem(f"ticket {ticket_id}", str(error))
                raise
            if self._refused_until.pop(ticket_id, None) is not None:
                reporter.solved(f"ticket {ticket_id}")
            await self._service.set_shown(ticket)
            return ticket

    async def settle_all(self) -> None:
        """Settle every ticket with something left to do; one ticket's trouble is not the others'."""
        for ticket_id in await self._service.behind():
            if self._refused_until.get(ticket_id, 0.0) <= asyncio.get_running_loop().time():
                await run_guarded(f"ticket {ticket_id}", partial(self._settle_again, ticket_id))

    async def reconcile(self) -> None:
        """Find what nobody told the bot of: threads deleted by hand, and a channel for transcripts that wait."""
        for ticket_id, thread_id in await self._service.with_threads():
            await run_guarded(
                f"thread of ticket {ticket_id}", partial(self._check_thread, ticket_id, thread_id)
            )
        for ticket_id in await self._courier.waiting():
            await run_guarded(f"transcript of ticket {ticket_id}", partial(self._deliver_late, ticket_id))

    async def lost(self, ticket_id: TicketId, thread_id: ChannelId) -> None:
        """Close a ticket whose thread was deleted, and send its transcript."""
        await self._note_lost(ticket_id, thread_id)
        await self.settle(ticket_id)

    async def _settle_again(self, ticket_id: TicketId) -> None:
        await self.settle(ticket_id)

    async def _check_thread(self, ticket_id: TicketId, thread_id: ChannelId) -> None:
        with asking_discord("to show a ticket's thread"):
            is_lost = await self._threads.find(thread_id) is None
        if is_lost:
            await self.lost(ticket_id, thread_id)

    async def _deliver_late(self, ticket_id: TicketId) -> None:
        async with self._locks[ticket_id]:
            ticket = await self._service.get(ticket_id)
            channel_id = await self._service.route(ticket.guild_id, Purpose.TRANSCRIPTS)
            if channel_id is not None and ticket.is_put_away:
                with asking_discord(f"the transcript of ticket #{ticket.number}"):
                    await self._courier.deliver(ticket, channel_id)

    async def _bring_up_to_date(self, ticket: Ticket) -> Ticket:
        if ticket.state is State.OPENING:
            ticket = await self._make_thread(ticket)
        if ticket.is_open:
            ticket = await self._show_open(ticket)
        if not ticket.is_open and not ticket.is_put_away:
            await self._put_away(ticket)
        await self._show_staff(ticket)
        return ticket

    async def _make_thread(self, ticket: Ticket) -> Ticket:
        channel_id = await self._service.route(ticket.guild_id, Purpose.TICKETS)
        parent = await self._threads.parent(channel_id) if channel_id is not None else None
        if parent is None:
            message = f"Ticket #{ticket.number} is on record, but there is no text channel for tickets. Set one with /setup channel."
            raise DiscordRefusedError(message)
        # asked before means that the answer may have been lost
        was_asked = await self._service.thread_asked(ticket.id)
        thread = await self._threads.find_made(parent, ticket) if was_asked else None
        if thread is None:
            thread = await self._threads.make(parent, ticket)
        return await self._service.thread_made(ticket.id, ChannelId(thread.id))

    async def _show_open(self, ticket: Ticket) -> Ticket:
        """Show an open ticket; what comes back is closed when its thread turns out to be gone."""
        assert ticket.thread_id is not None  # the states opened and claimed have one, by constraint
        thread = await self._threads.find(ticket.thread_id)
        if thread is None:
            return await self._note_lost(ticket.id, ticket.thread_id)
        await self._threads.wake(thread)
        await self._show_header(ticket, thread)
        await self._bring_people(ticket, thread)
        if ticket.shown_version == 0:
            # between the making of the thread and its note on record nobody listened
            await self._reader.read(ticket.id, thread, whole=False)
        return ticket

    async def _put_away(self, ticket: Ticket) -> None:
        """Read a closed ticket's thread to its end, send the transcript, and lock the thread."""
        thread = await self._thread_of_closed(ticket)
        if thread is not None:
            await self._threads.wake(thread)
            await self._reader.read(ticket.id, thread, whole=True)
            await self._await_files(ticket)
        channel_id = await self._service.route(ticket.guild_id, Purpose.TRANSCRIPTS)
        if not await self._courier.deliver(ticket, channel_id) and thread is not None:
            await self._show(ticket, f"waiting {ticket.number}", ChannelId(thread.id), unrouted_card())
        if thread is not None:
            await self._show_header(ticket, thread)
            await self._threads.put_away(thread)
        await self._service.set_put_away(ticket)

    async def _thread_of_closed(self, ticket: Ticket) -> discord.Thread | None:
        if ticket.thread_id is not None:
            return await self._threads.find(ticket.thread_id)
        channel_id = await self._service.route(ticket.guild_id, Purpose.TICKETS)
        parent = await self._threads.parent(channel_id) if channel_id is not None else None
        # closed while its thread was being made: there may be one that is not on record
        return await self._threads.find_made(parent, ticket) if parent is not None else None

    async def _await_files(self, ticket: Ticket) -> None:
        assert ticket.closing is not None  # only closed tickets are put away
        waited = self._bot.resources.clock.now() - ticket.closing.at
        if waited < _PATIENCE and await self._keeping.has_pending(ticket.id):
            message = (
                f"Files of ticket #{ticket.number} cannot be copied just now; its transcript waits for them."
            )
            raise DiscordAwayError(message)

    async def _bring_people(self, ticket: Ticket, thread: discord.Thread) -> None:
        for person in await self._service.people(ticket.id):
            someone = discord.Object(person.member_id)
            if person.state is Presence.TO_ADD:
                try:
                    await thread.add_user(someone)
                except (discord.Forbidden, discord.NotFound) as error:
                    log.warning(
                        "member %d is not let into ticket %d: %s", person.member_id, ticket.id, error.text
                    )
                    done = Presence.REFUSED
                else:
                    done = Presence.IN
            elif person.state is Presence.TO_REMOVE:
                try:
                    await thread.remove_user(someone)
                except discord.NotFound:
                    log.debug("member %d was not in ticket %d", person.member_id, ticket.id)
                done = Presence.OUT
            else:
                continue
            await self._service.set_presence(ticket.id, person.member_id, done, was=person.state)

    async def _show_header(self, ticket: Ticket, thread: discord.Thread) -> None:
        await self._show(
            ticket, f"header {ticket.number}", ChannelId(thread.id), header_card(ticket), header_view(ticket)
        )

    async def _show_staff(self, ticket: Ticket) -> None:
        """Show staff, who may not see private threads they are not in, that there is a ticket."""
        channel_id = await self._service.route(ticket.guild_id, Purpose.TRANSCRIPTS)
        if channel_id is not None:
            await self._show(
                ticket, f"desk {ticket.number}", channel_id, desk_card(ticket), desk_view(ticket)
            )

    async def _show(
        self,
        ticket: Ticket,
        name: str,
        channel_id: ChannelId,
        embed: discord.Embed,
        view: discord.ui.View | None = None,
    ) -> None:
        value = PanelValue(embeds=(embed,), view=view)
        await self._bot.panels.show(ticket.guild_id, BOT, name, channel_id, value)

    async def _note_lost(self, ticket_id: TicketId, thread_id: ChannelId) -> Ticket:
        assert self._bot.user is not None  # connected
        log.info("the thread of ticket %d was deleted", ticket_id)
        return await self._service.thread_lost(ticket_id, MemberId(self._bot.user.id), thread_id)

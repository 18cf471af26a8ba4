"""Sends transcripts, each once: to who opened the ticket, and to staff."""

from __future__ import annotations

import asyncio
import logging
from io import BytesIO

import discord

from bots.tickets.cards import copy_card, transcript_card
from bots.tickets.domain import Ticket
from bots.tickets.transcripts.domain import Target, file_name
from bots.tickets.transcripts.queries import Delivery, Progress
from bots.tickets.transcripts.render import Renderer
from bots.tickets.transcripts.service import TranscriptService
from bots.tickets.views import rating_view
from shared.discord_kit.bot import HelenaBot
from shared.ids import ChannelId, MessageId, TicketId

log = logging.getLogger(__name__)

# A channel's clock is Discord's: look this much earlier than our own clock says.
_CLOCK_SKEW_SECONDS = 300
_LOOK = 500


class Courier:
    """Delivers the transcript of a closed ticket."""

    def __init__(self, bot: HelenaBot, service: TranscriptService, renderer: Renderer) -> None:
        self._bot = bot
        self._service = service
        self._renderer = renderer

    async def waiting(self) -> list[TicketId]:
        """Return the tickets whose transcripts have had nowhere to go."""
        return await self._service.waiting()

    async def deliver(self, ticket: Ticket, staff_channel: ChannelId | None) -> bool:
        """Send what has not arrived yet; ``False`` when the one for staff has nowhere to go."""
        await self._to_opener(ticket)
        return await self._to_staff(ticket, staff_channel)

    async def _to_opener(self, ticket: Ticket) -> None:
        delivery = await self._service.find(ticket, Target.OPENER)
        if delivery is not None and delivery.state in {Progress.SENT, Progress.REFUSED}:
            return
        community = await self._bot.find_community(ticket.guild_id)
        name = community.name if community is not None else "your community"
        try:
            opener = await self._bot.fetch_user(ticket.opener_id)
            channel = opener.dm_channel or await opener.create_dm()
            await self._send(
                ticket,
                Target.OPENER,
                channel,
                delivery,
                embed=copy_card(ticket, name),
                view=rating_view(ticket),
            )
        except (discord.Forbidden, discord.NotFound) as error:
            log.info("who opened ticket #%d takes no direct message: %s", ticket.number, error.text)
            await self._service.held(ticket, Target.OPENER, Progress.REFUSED, error.text)

    async def _to_staff(self, ticket: Ticket, channel_id: ChannelId | None) -> bool:
        delivery = await self._service.find(ticket, Target.STAFF)
        if delivery is not None and delivery.state is Progress.SENT:
            return True
        if channel_id is None:
            await self._service.held(ticket, Target.STAFF, Progress.WAITING, "no channel for transcripts")
            return False
        copy = await self._service.find(ticket, Target.OPENER)
        is_sent = copy is not None and copy.state is Progress.SENT
        note = "sent by direct message" if is_sent else "not sent: they take no direct messages"
        channel = self._bot.get_partial_messageable(channel_id)
        try:
            await self._send(
                ticket, Target.STAFF, channel, delivery, embed=transcript_card(ticket, note=note), view=None
            )
        except (discord.Forbidden, discord.NotFound) as error:
            log.warning("the channel for transcripts, %d, cannot be used: %s", channel_id, error.text)
            await self._service.held(ticket, Target.STAFF, Progress.WAITING, error.text)
            return False
        return True

    async def _send(
        self,
        ticket: Ticket,
        target: Target,
        channel: discord.abc.Messageable,
        delivery: Delivery | None,
        *,
        embed: discord.Embed,
        view: discord.ui.View | None,
    ) -> None:
        arrived = await self._find_arrived(ticket, channel, delivery)
        if arrived is None:
            transcript = await self._service.load(ticket, target)
            content = await asyncio.to_thread(self._renderer.render, transcript)
            await self._service.sending(ticket, target)
            sent = await channel.send(
                embed=embed,
                file=discord.File(BytesIO(content), file_name(ticket), description=_mark(ticket)),
                view=view or discord.utils.MISSING,
                # of all messages of this author, so the two copies differ (Discord docs, "Create Message")
                nonce=f"{target.value[0]}{ticket.id}-{ticket.closings}"[:25],
                allowed_mentions=discord.AllowedMentions.none(),
            )
            arrived = MessageId(sent.id)
        await self._service.sent(ticket, target, arrived)

    async def _find_arrived(
        self, ticket: Ticket, channel: discord.abc.Messageable, delivery: Delivery | None
    ) -> MessageId | None:
        """Return the message of a transcript that was being sent when a process ended, if it arrived."""
        if delivery is None or delivery.state is not Progress.SENDING or delivery.sending_at is None:
            return None
        since = discord.utils.time_snowflake(delivery.sending_at) - (_CLOCK_SKEW_SECONDS * 1000 << 22)
        mark = _mark(ticket)
        async for message in channel.history(limit=_LOOK, after=discord.Object(since), oldest_first=True):
            if self._is_own(message) and any(file.description == mark for file in message.attachments):
                return MessageId(message.id)
        return None

    def _is_own(self, message: discord.Message) -> bool:
        return self._bot.user is not None and message.author.id == self._bot.user.id


def _mark(ticket: Ticket) -> str:
    """Return what a transcript's file is described as: no other closing's is, in any guild."""
    return f"Transcript {ticket.id}.{ticket.closings} of ticket #{ticket.number}"

"""What the buttons do. Their ids say which ticket they are about, so they work for as long as their message exists."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord

from bots.tickets.cards import rated_card
from bots.tickets.domain import Kind, check_takes_part, place_of
from bots.tickets.forms import add_form, close_form, open_form
from bots.tickets.parts import TicketParts, parts_of
from shared.discord_kit.answering import answering
from shared.domain.permissions import Actor
from shared.ids import MemberId, TicketId


class OpenButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"tickets:open:(?P<kind>\w{1,20})"):
    """Shows the form that opens a ticket."""

    def __init__(self, item: discord.ui.Button[Any], kind: Kind) -> None:
        super().__init__(item)
        self._kind = kind

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the kind of ticket back from the button."""
        del interaction
        assert isinstance(item, discord.ui.Button)
        return cls(item, Kind(match["kind"]) if match["kind"] in set(Kind) else Kind.HELP)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the form."""
        async with answering(interaction):
            await show_open_form(interaction, self._kind)


async def show_open_form(interaction: discord.Interaction[Any], kind: Kind) -> None:
    """Show the form that opens a ticket; its number makes sure that it opens one only."""
    parts = parts_of(interaction)
    actor = await parts.bot.actor(interaction)
    servers = await parts.service.servers(actor.guild_id)
    await interaction.response.send_modal(open_form(kind, servers, interaction.id))


class TicketButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"tickets:(?P<action>claim|close|add|reopen):(?P<ticket>\d{1,19})",
):
    """Does something with one ticket."""

    def __init__(self, item: discord.ui.Button[Any], action: str, ticket_id: TicketId) -> None:
        super().__init__(item)
        self._action = action
        self._ticket_id = ticket_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the action and the ticket back from the button."""
        del interaction
        assert isinstance(item, discord.ui.Button)
        return cls(item, match["action"], TicketId(int(match["ticket"])))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it."""
        async with answering(interaction):
            parts = parts_of(interaction)
            actor = await parts.bot.actor(interaction)
            await _ACTIONS[self._action](interaction, parts, actor, self._ticket_id)


async def _claim(
    interaction: discord.Interaction[Any], parts: TicketParts, actor: Actor, ticket_id: TicketId
) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    await parts.service.claim(actor, ticket_id)
    ticket = await parts.desk.settle(ticket_id)
    await interaction.followup.send(f"Ticket {place_of(ticket)} is yours.")


async def _reopen(
    interaction: discord.Interaction[Any], parts: TicketParts, actor: Actor, ticket_id: TicketId
) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    await parts.service.reopen(actor, ticket_id)
    ticket = await parts.desk.settle(ticket_id)
    await interaction.followup.send(f"Ticket {place_of(ticket)} is open again.")


async def _close(
    interaction: discord.Interaction[Any], parts: TicketParts, actor: Actor, ticket_id: TicketId
) -> None:
    ticket = await parts.service.get(actor, ticket_id)
    check_takes_part(ticket, actor)
    await interaction.response.send_modal(close_form(ticket))


async def _add(
    interaction: discord.Interaction[Any], parts: TicketParts, actor: Actor, ticket_id: TicketId
) -> None:
    ticket = await parts.service.get(actor, ticket_id)
    check_takes_part(ticket, actor)
    await interaction.response.send_modal(add_form(ticket))


_Action = Callable[[discord.Interaction[Any], TicketParts, Actor, TicketId], Awaitable[None]]
_ACTIONS: dict[str, _Action] = {"claim": _claim, "reopen": _reopen, "close": _close, "add": _add}


class RateButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"tickets:rate:(?P<ticket>\d{1,19}):(?P<stars>[1-5])",
):
    """Takes the opener's word on how the help was, in direct messages."""

    def __init__(self, item: discord.ui.Button[Any], ticket_id: TicketId, stars: int) -> None:
        super().__init__(item)
        self._ticket_id = ticket_id
        self._stars = stars

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the ticket and the stars back from the button."""
        del interaction
        assert isinstance(item, discord.ui.Button)
        return cls(item, TicketId(int(match["ticket"])), int(match["stars"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Note the rating, and thank in the question's place."""
        async with answering(interaction):
            parts = parts_of(interaction)
            await interaction.response.defer()
            ticket = await parts.service.rate(MemberId(interaction.user.id), self._ticket_id, self._stars)
            await interaction.edit_original_response(embed=rated_card(ticket), view=None)
            await parts.desk.settle(ticket.id)

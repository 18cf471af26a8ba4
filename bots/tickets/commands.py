"""``/ticket``, and the forms that buttons show."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bots.tickets.buttons import show_open_form
from bots.tickets.cards import KINDS, list_cards
from bots.tickets.domain import REASON_LIMIT, Form, Kind, Ticket, place_of
from bots.tickets.forms import Sent, sent_in
from bots.tickets.parts import TicketParts, parts_of
from bots.tickets.service import Which
from shared.discord_kit.answering import answering
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.cards import cut
from shared.discord_kit.pages import Pages
from shared.domain.permissions import Actor
from shared.errors import InvalidInputError, OperationalError, UserError
from shared.ids import ChannelId, MemberId, TicketId

_KINDS = [app_commands.Choice(name=look.button, value=kind.value) for kind, look in KINDS.items()]
_WHICH = [app_commands.Choice(name=which.value, value=which.value) for which in Which]
# Discord's limit for the name of a choice.
_NAME = 100
_Asked = discord.Interaction[HelenaBot]


async def ticket_choices(interaction: _Asked, current: str) -> list[app_commands.Choice[int]]:
    """Return the tickets whose number or subject was typed: for ``/ticket reopen`` closed ones, too."""
    parts = parts_of(interaction)
    only_open = interaction.command is None or interaction.command.name != "reopen"
    try:
        actor = await parts.bot.actor(interaction)
    except UserError:
        # autocomplete reaches every guild the bot is in, approved or not
        return []
    found = await parts.service.suggest(actor, current, only_open=only_open)
    return [
        app_commands.Choice(name=cut(f"#{one.number} · {one.form.subject}", _NAME), value=one.number)
        for one in found
    ]


class TicketCommands(commands.Cog):
    """Commands and forms for members and staff."""

    ticket = app_commands.Group(name="ticket", description="Private threads with staff", guild_only=True)

    def __init__(self, parts: TicketParts) -> None:
        self._parts = parts
        self._bot = parts.bot
        self._service = parts.service
        self._desk = parts.desk

    @ticket.command()
    @app_commands.describe(kind="what it is about")
    @app_commands.choices(kind=_KINDS)
    async def open(self, interaction: _Asked, kind: str = Kind.HELP) -> None:
        """Open a ticket: a thread that only you and staff see."""
        await show_open_form(interaction, Kind(kind))

    @ticket.command()
    @app_commands.describe(
        reason="its opener reads it, too", number="the ticket, when you are not in its thread"
    )
    @app_commands.autocomplete(number=ticket_choices)
    async def close(
        self,
        interaction: _Asked,
        reason: app_commands.Range[str, 1, REASON_LIMIT],
        number: int | None = None,
    ) -> None:
        """Close a ticket; the transcript goes to staff and to its opener."""
        await interaction.response.defer(ephemeral=True)
        actor, found = await self._found(interaction, number)
        await self._close(interaction, actor, found.id, reason)

    @ticket.command()
    @app_commands.describe(number="the ticket, when you are not in its thread")
    @app_commands.autocomplete(number=ticket_choices)
    async def claim(self, interaction: _Asked, number: int | None = None) -> None:
        """Staff: look after a ticket."""
        await interaction.response.defer(ephemeral=True)
        actor, found = await self._found(interaction, number)
        await self._service.claim(actor, found.id)
        settled = await self._desk.settle(found.id)
        await interaction.followup.send(f"Ticket {place_of(settled)} is yours.")

    @ticket.command()
    @app_commands.describe(number="the closed ticket")
    @app_commands.autocomplete(number=ticket_choices)
    async def reopen(self, interaction: _Asked, number: int | None = None) -> None:
        """Staff: open a closed ticket again."""
        await interaction.response.defer(ephemeral=True)
        actor, found = await self._found(interaction, number)
        await self._service.reopen(actor, found.id)
        settled = await self._desk.settle(found.id)
        await interaction.followup.send(f"Ticket {place_of(settled)} is open again.")

    @ticket.command()
    @app_commands.describe(member="who", number="the ticket, when you are not in its thread")
    @app_commands.autocomplete(number=ticket_choices)
    async def add(self, interaction: _Asked, member: discord.Member, number: int | None = None) -> None:
        """Bring somebody into a ticket; they see everything in its thread."""
        await interaction.response.defer(ephemeral=True)
        actor, found = await self._found(interaction, number)
        await self._add(interaction, actor, found.id, member)

    @ticket.command()
    @app_commands.describe(member="who", number="the ticket, when you are not in its thread")
    @app_commands.autocomplete(number=ticket_choices)
    async def remove(self, interaction: _Asked, member: discord.Member, number: int | None = None) -> None:
        """Staff: take somebody out of a ticket."""
        await interaction.response.defer(ephemeral=True)
        actor, found = await self._found(interaction, number)
        await self._service.remove(actor, found.id, MemberId(member.id), member.display_name)
        settled = await self._desk.settle(found.id)
        await interaction.followup.send(f"{member.mention} is out of ticket {place_of(settled)}.")

    @ticket.command(name="list")
    @app_commands.describe(which="staff: which tickets")
    @app_commands.choices(which=_WHICH)
    async def list_tickets(self, interaction: _Asked, which: str = Which.OPEN) -> None:
        """List tickets: staff see all, everybody else their own."""
        await interaction.response.defer(ephemeral=True)
        found = await self._service.listed(await self._bot.actor(interaction), Which(which))
        cards = list_cards(found, f"Tickets · {which}", self._bot.resources.clock.now())
        await Pages(cards, owner_id=interaction.user.id).send(interaction)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: _Asked) -> None:
        """Take a form that was sent in, whichever process showed it."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        sent = sent_in(interaction)
        if not sent.custom_id.startswith("tickets:"):
            return
        async with answering(interaction):
            await interaction.response.defer(ephemeral=True, thinking=True)
            await self._take(interaction, await self._bot.actor(interaction), sent)

    async def _take(self, interaction: _Asked, actor: Actor, sent: Sent) -> None:
        if (opens := sent.opens) is not None:
            await self._open(interaction, actor, opens[0], opens[1], sent)
        elif (ticket_id := sent.ticket_if("closing")) is not None:
            await self._close(interaction, actor, ticket_id, sent.texts.get("reason", ""))
        elif (ticket_id := sent.ticket_if("adding")) is not None:
            assert interaction.guild is not None  # actor() lets nobody else pass
            (member_id, *_) = sent.chosen.get("member") or ("0",)
            try:
                member = await interaction.guild.fetch_member(int(member_id))
            except discord.NotFound:
                raise InvalidInputError("They are not in this Discord server.") from None
            await self._add(interaction, actor, ticket_id, member)
        else:
            raise InvalidInputError("This form is from an older version. Press the button once more.")

    async def _open(self, interaction: _Asked, actor: Actor, kind: Kind, form_key: int, sent: Sent) -> None:
        chosen = set(sent.chosen.get("server", ()))
        servers = await self._service.servers(actor.guild_id)
        form = Form(
            subject=sent.texts.get("subject", ""),
            server_name=next((server.name for server in servers if server.key in chosen), ""),
            happened=sent.texts.get("happened", ""),
            text=sent.texts.get("text", ""),
        )
        opened = await self._service.open(actor, kind, form, form_key=form_key)
        settled = await self._desk.settle(opened.id)
        await interaction.followup.send(f"Your ticket is {place_of(settled)}. Only you and staff see it.")

    async def _close(self, interaction: _Asked, actor: Actor, ticket_id: TicketId, reason: str) -> None:
        closed = await self._service.close(actor, ticket_id, reason)
        # said before the thread is locked: nothing can be said in it afterwards
        await interaction.followup.send(f"Ticket #{closed.number} is closed. Its transcript is on its way.")
        await self._desk.settle(ticket_id)

    async def _add(
        self, interaction: _Asked, actor: Actor, ticket_id: TicketId, member: discord.Member
    ) -> None:
        someone = await self._bot.actor_of(member)
        await self._service.add(actor, ticket_id, someone, is_bot=member.bot)
        settled = await self._desk.settle(ticket_id)
        if await self._service.is_refused(ticket_id, someone.member_id):
            raise OperationalError(
                f"Discord does not let {member.mention} in. They must be able to see the channel for tickets."
            )
        await interaction.followup.send(f"{member.mention} is in ticket {place_of(settled)}.")

    async def _found(self, interaction: _Asked, number: int | None) -> tuple[Actor, Ticket]:
        actor = await self._bot.actor(interaction)
        return actor, await self._service.find(actor, number, ChannelId(interaction.channel_id or 0))

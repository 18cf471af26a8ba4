"""/points: what people ask about points."""

from __future__ import annotations

from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bots.activity_points import cards
from bots.activity_points.domain import CONFIRM_ABOVE, LARGEST, PaymentOrder, Period
from bots.activity_points.service import PointsService
from bots.activity_points.views import confirm_view
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.cards import cut
from shared.discord_kit.pages import Pages
from shared.ids import GuildId, MemberId

# Discord's limit for the name of a choice.
_NAME = 100

_PERIODS = [
    app_commands.Choice(name="all time", value=Period.ALL.value),
    app_commands.Choice(name="earned in 24 hours", value=Period.DAY.value),
    app_commands.Choice(name="earned in 7 days", value=Period.WEEK.value),
    app_commands.Choice(name="earned in 30 days", value=Period.MONTH.value),
]


async def player_choices(
    interaction: discord.Interaction[HelenaBot], current: str
) -> list[app_commands.Choice[str]]:
    """Return the players of the guild whose name matches what was typed."""
    # autocomplete reaches every guild the bot is in, so approval is checked here as well
    if (
        interaction.guild_id is None
        or await interaction.client.find_community(GuildId(interaction.guild_id)) is None
    ):
        return []
    resources = interaction.client.resources
    found = await PointsService(resources.db, resources.clock).suggest(GuildId(interaction.guild_id), current)
    return [
        app_commands.Choice(name=cut(name, _NAME), value=str(account.id))
        for account, name in zip(found, cards.names_of(found), strict=True)
    ]


class PointsCommands(commands.Cog):
    """Commands for members and staff."""

    points = app_commands.Group(
        name="points", description="Points for time and deeds in the game", guild_only=True
    )

    def __init__(self, bot: HelenaBot, service: PointsService) -> None:
        self._bot = bot
        self._service = service

    @points.command()
    @app_commands.describe(player="whose points; leave it out for your own")
    @app_commands.autocomplete(player=player_choices)
    async def balance(self, interaction: discord.Interaction[HelenaBot], player: str | None = None) -> None:
        """Show how many points you have, or somebody else has."""
        await interaction.response.defer(ephemeral=True)
        found = await self._service.balance(await self._bot.actor(interaction), player)
        await interaction.followup.send(embed=cards.balance_card(found, self._now()))

    @points.command()
    @app_commands.describe(period="who has the most, or who earned the most in a time")
    @app_commands.choices(period=_PERIODS)
    async def top(self, interaction: discord.Interaction[HelenaBot], period: str = Period.ALL) -> None:
        """Show who has the most points, and your own place."""
        await interaction.response.defer()
        board = await self._service.top(await self._bot.actor(interaction), Period(period))
        await Pages(cards.top_cards(board, self._now()), owner_id=interaction.user.id).send(interaction)

    @points.command()
    @app_commands.describe(player="staff: whose points (this is put on record)")
    @app_commands.autocomplete(player=player_choices)
    async def why(self, interaction: discord.Interaction[HelenaBot], player: str | None = None) -> None:
        """Show where your points came from, entry by entry."""
        await interaction.response.defer(ephemeral=True)
        found = await self._service.explain(await self._bot.actor(interaction), player)
        await Pages(cards.why_cards(found, self._now()), owner_id=interaction.user.id).send(interaction)

    @points.command()
    async def rules(self, interaction: discord.Interaction[HelenaBot]) -> None:
        """Show what earns points, and how many."""
        await interaction.response.send_message(embed=cards.rules_card(), ephemeral=True)

    @points.command()
    @app_commands.describe(member="who gets the points", amount="how many")
    async def pay(
        self,
        interaction: discord.Interaction[HelenaBot],
        member: discord.Member,
        amount: app_commands.Range[int, 1, LARGEST],
    ) -> None:
        """Give some of your points to another member."""
        await interaction.response.defer(ephemeral=True)
        actor = await self._bot.actor(interaction)
        order = PaymentOrder(
            guild_id=actor.guild_id,
            payer_id=actor.member_id,
            payee_id=MemberId(member.id),
            amount=amount,
            key=interaction.id,
        )
        if amount > CONFIRM_ABOVE:
            payer, payee = await self._service.check_order(order)
            question = cards.confirm_card(payer, payee, amount, member.mention)
            await interaction.followup.send(embed=question, view=confirm_view(order))
        else:
            receipt = await self._service.pay(actor, order)
            await interaction.followup.send(embed=cards.receipt_card(receipt, member.mention))

    @points.command()
    @app_commands.describe(
        player="whose points", amount="how many; less than 0 takes away", reason="the player sees it"
    )
    @app_commands.autocomplete(player=player_choices)
    async def adjust(
        self,
        interaction: discord.Interaction[HelenaBot],
        player: str,
        amount: app_commands.Range[int, -LARGEST, LARGEST],
        reason: app_commands.Range[str, 1, 300],
    ) -> None:
        """Staff: give points or take them away, on record."""
        await interaction.response.defer(ephemeral=True)
        actor = await self._bot.actor(interaction)
        receipt = await self._service.adjust(actor, player, amount, reason, key=interaction.id)
        await interaction.followup.send(embed=cards.adjusted_card(receipt))

    def _now(self) -> datetime:
        return self._bot.resources.clock.now()

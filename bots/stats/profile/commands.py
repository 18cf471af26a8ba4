"""``/stats``."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bots.stats.profile.cards import profile_card, top_cards
from bots.stats.profile.domain import Board
from bots.stats.profile.service import ProfileService
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.cards import cut
from shared.discord_kit.pages import Pages
from shared.ids import GuildId

# Discord's limit of a choice's name and value.
_CHOICE = 100


@app_commands.guild_only()
class StatsCommands(
    commands.GroupCog, group_name="stats", group_description="What players have done in the game"
):
    """The group ``/stats``."""

    def __init__(self, bot: HelenaBot, service: ProfileService) -> None:
        self._bot = bot
        self._service = service

    @app_commands.command()
    async def me(self, interaction: discord.Interaction[HelenaBot]) -> None:
        """Show what you have done, on all your linked accounts."""
        await interaction.response.defer(ephemeral=True)
        profile = await self._service.own(await self._bot.actor(interaction))
        await interaction.followup.send(embed=profile_card(profile, self._service.clock.now()))

    @app_commands.command()
    @app_commands.describe(name="The player's name")
    async def player(
        self, interaction: discord.Interaction[HelenaBot], name: app_commands.Range[str, 1, 100]
    ) -> None:
        """Show what another player has done."""
        await interaction.response.defer(ephemeral=True)
        actor = await self._bot.actor(interaction)
        profile = await self._service.of_player(actor.guild_id, name)
        await interaction.followup.send(embed=profile_card(profile, self._service.clock.now()))

    @player.autocomplete("name")
    async def _players(
        self, interaction: discord.Interaction[HelenaBot], current: str
    ) -> list[app_commands.Choice[str]]:
        if (
            interaction.guild_id is None
            or await self._bot.find_community(GuildId(interaction.guild_id)) is None
        ):
            return []
        known = await self._service.known(GuildId(interaction.guild_id), current)
        return [
            app_commands.Choice(name=cut(one.name, _CHOICE), value=one.player)
            for one in known
            if len(one.player) <= _CHOICE
        ]

    @app_commands.command()
    @app_commands.describe(board="What to rank by")
    async def top(self, interaction: discord.Interaction[HelenaBot], board: Board = Board.PLAYTIME) -> None:
        """Show who leads, and your own place."""
        await interaction.response.defer()
        top = await self._service.top(await self._bot.actor(interaction), board)
        await Pages(top_cards(top, self._service.clock.now()), owner_id=interaction.user.id).send(interaction)

"""``/status`` and ``/players``."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bots.stats.cards import players_cards, status_cards
from bots.stats.service import StatusService
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.choices import ALL, server_or_all_choices
from shared.discord_kit.pages import Pages
from shared.ids import GuildId


class StatusCommands(commands.Cog):
    """How the servers are, and who is on."""

    def __init__(self, service: StatusService) -> None:
        self._service = service

    @app_commands.command()
    @app_commands.guild_only()
    async def status(self, interaction: discord.Interaction[HelenaBot]) -> None:
        """Show which servers are up, who is on, and how old that is."""
        assert interaction.guild_id is not None  # guild_only
        await interaction.response.defer()
        status = await self._service.status(GuildId(interaction.guild_id))
        await Pages(status_cards(status), owner_id=interaction.user.id).send(interaction)

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(server="One server; without it, all")
    @app_commands.autocomplete(server=server_or_all_choices)
    async def players(self, interaction: discord.Interaction[HelenaBot], server: str = ALL) -> None:
        """Show who is on."""
        assert interaction.guild_id is not None  # guild_only
        await interaction.response.defer()
        status = await self._service.status(GuildId(interaction.guild_id), None if server == ALL else server)
        await Pages(players_cards(status), owner_id=interaction.user.id).send(interaction)

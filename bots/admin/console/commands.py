"""/rcon."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bots.admin.choosing import key_of
from bots.admin.console.service import Console, Question
from bots.admin.console.views import question_card, question_view, show_started
from bots.admin.running.progress import Progress
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.choices import server_or_all_choices


class ConsoleCommands(commands.Cog):
    """The console."""

    def __init__(self, bot: HelenaBot, console: Console, progress: Progress) -> None:
        self._bot = bot
        self._console = console
        self._progress = progress

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(
        server="one server, or all", command="as in the game's console", reason="kept on record"
    )
    @app_commands.autocomplete(server=server_or_all_choices)
    async def rcon(
        self,
        interaction: discord.Interaction[HelenaBot],
        server: str,
        command: app_commands.Range[str, 1, 1000],
        reason: app_commands.Range[str, 0, 300] = "",
    ) -> None:
        """Owner: run a command in a server's console, on record."""
        await interaction.response.defer(ephemeral=True)
        actor = await self._bot.actor(interaction)
        outcome = await self._console.ask(actor, key_of(server), command, reason)
        if isinstance(outcome, Question):
            await interaction.followup.send(embed=question_card(outcome), view=question_view(outcome))
        else:
            await show_started(interaction, outcome, self._progress)

"""/server."""

from __future__ import annotations

from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bots.admin.choosing import key_of
from bots.admin.restarting.commands import start_restart
from bots.admin.restarting.service import Restarts
from bots.admin.running.cards import run_answer
from bots.admin.running.progress import Progress
from bots.admin.servers.cards import status_cards
from bots.admin.servers.service import ServersService
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.choices import server_or_all_choices
from shared.discord_kit.pages import Pages


@app_commands.guild_only()
class ServerCommands(
    commands.GroupCog, group_name="server", group_description="Look at game servers and steer them"
):
    """The group ``/server``."""

    def __init__(
        self, bot: HelenaBot, servers: ServersService, restarts: Restarts, progress: Progress
    ) -> None:
        self._bot = bot
        self._servers = servers
        self._restarts = restarts
        self._progress = progress

    @app_commands.command()
    @app_commands.describe(server="one server, or all")
    @app_commands.autocomplete(server=server_or_all_choices)
    async def status(self, interaction: discord.Interaction[HelenaBot], server: str | None = None) -> None:
        """Show how servers are: up or down, who is on, problems, the save in use."""
        await interaction.response.defer(ephemeral=True)
        reports = await self._servers.status(await self._bot.actor(interaction), key_of(server))
        await Pages(status_cards(reports), owner_id=interaction.user.id).send(interaction)

    @app_commands.command()
    @app_commands.describe(server="one server, or all")
    @app_commands.autocomplete(server=server_or_all_choices)
    async def save(self, interaction: discord.Interaction[HelenaBot], server: str) -> None:
        """Staff: have a server write its world now."""
        await interaction.response.defer(ephemeral=True)
        run = await self._servers.save(await self._bot.actor(interaction), key_of(server))
        await self._progress.follow(interaction, run, partial(run_answer, "Save the world"))

    @app_commands.command()
    @app_commands.describe(server="one server, or all", text="what every player there sees")
    @app_commands.autocomplete(server=server_or_all_choices)
    async def broadcast(
        self, interaction: discord.Interaction[HelenaBot], server: str, text: app_commands.Range[str, 1, 300]
    ) -> None:
        """Staff: show a message on the screen of every player on a server."""
        await interaction.response.defer(ephemeral=True)
        run = await self._servers.broadcast(await self._bot.actor(interaction), key_of(server), text)
        await self._progress.follow(interaction, run, partial(run_answer, "Broadcast"))

    @app_commands.command()
    @app_commands.describe(
        server="one server, or all",
        minutes="how long to count down; 0 restarts at once",
        reason="players read it too",
    )
    @app_commands.autocomplete(server=server_or_all_choices)
    async def restart(
        self,
        interaction: discord.Interaction[HelenaBot],
        server: str,
        minutes: app_commands.Range[int, 0, 120],
        reason: app_commands.Range[str, 1, 200],
    ) -> None:
        """Staff: restart a server after a countdown that can be stopped; the world is saved before."""
        await start_restart(
            self._bot,
            self._restarts,
            interaction,
            server_key=key_of(server),
            minutes=minutes,
            reason=reason,
        )

"""/setup."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bots.admin.choosing import key_of
from bots.admin.routing.cards import change_card, routes_card
from bots.admin.routing.domain import POSTED
from bots.admin.routing.service import Routing
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.choices import server_choices
from shared.ids import ChannelId
from shared.store.servers import Purpose

_PURPOSES = [
    app_commands.Choice(name=f"{purpose.value}: {what}", value=purpose.value)
    for purpose, what in POSTED.items()
]


@app_commands.guild_only()
class SetupCommands(
    commands.GroupCog, group_name="setup", group_description="Owner: where Helena posts what"
):
    """The group ``/setup``."""

    def __init__(self, bot: HelenaBot, routing: Routing) -> None:
        self._bot = bot
        self._routing = routing

    @app_commands.command()
    async def show(self, interaction: discord.Interaction[HelenaBot]) -> None:
        """Owner: show which channel everything goes to."""
        await interaction.response.defer(ephemeral=True)
        routes = await self._routing.show(await self._bot.actor(interaction))
        await interaction.followup.send(embed=routes_card(routes))

    @app_commands.command()
    @app_commands.describe(
        purpose="what", channel="where to", server="for chat: of which server; all without it"
    )
    @app_commands.choices(purpose=_PURPOSES)
    @app_commands.autocomplete(server=server_choices)
    async def channel(
        self,
        interaction: discord.Interaction[HelenaBot],
        purpose: str,
        channel: discord.TextChannel,
        server: str | None = None,
    ) -> None:
        """Owner: set which channel a class of posts goes to."""
        await interaction.response.defer(ephemeral=True)
        actor = await self._bot.actor(interaction)
        change = await self._routing.set(actor, Purpose(purpose), ChannelId(channel.id), key_of(server))
        await interaction.followup.send(embed=change_card(change))

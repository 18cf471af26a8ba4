"""/link and /unlink."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bots.admin.linking.answers import LinkAnswers
from bots.admin.linking.cards import unlinked_card
from bots.admin.linking.service import Linking
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.cards import cut
from shared.errors import ForbiddenError
from shared.ids import MemberId


async def player_choices(
    interaction: discord.Interaction[HelenaBot], current: str
) -> list[app_commands.Choice[str]]:
    """Return the own players that match what was typed."""
    bot = interaction.client
    try:
        actor = await bot.actor(interaction)
    except ForbiddenError:
        return []
    links = await Linking(bot.resources.db, bot.resources.clock).links(actor)
    wanted = current.strip().casefold()
    return [
        app_commands.Choice(name=cut(link.name, 100), value=cut(link.player, 100))
        for link in links
        if wanted in link.name.casefold()
    ][:25]


class LinkCommands(commands.Cog):
    """Ties between members and players."""

    def __init__(self, bot: HelenaBot, linking: Linking, answers: LinkAnswers) -> None:
        self._bot = bot
        self._linking = linking
        self._answers = answers

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(
        survivor="no chat? the name of your survivor or account: you prove it by renaming a tame or a box"
    )
    async def link(
        self,
        interaction: discord.Interaction[HelenaBot],
        survivor: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Prove which player of the game you are, with a code in the game's chat or as the name of a tame."""
        await interaction.response.defer(ephemeral=True)
        ticket = await self._linking.start(await self._bot.actor(interaction), survivor)
        await self._answers.show(interaction, ticket)

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(
        player="which one, if you have several",
        member="staff: untie somebody else's player",
        reason="staff: why; it goes on record",
    )
    @app_commands.autocomplete(player=player_choices)
    async def unlink(
        self,
        interaction: discord.Interaction[HelenaBot],
        player: app_commands.Range[str, 1, 100] | None = None,
        member: discord.User | None = None,
        reason: app_commands.Range[str, 1, 200] | None = None,
    ) -> None:
        """Untie a player of the game from your Discord account."""
        await interaction.response.defer(ephemeral=True)
        actor = await self._bot.actor(interaction)
        whose = None if member is None else MemberId(member.id)
        link = await self._linking.unlink(actor, player, whose, reason or "")
        await interaction.followup.send(embed=unlinked_card(link))

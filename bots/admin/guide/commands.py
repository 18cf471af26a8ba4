"""/help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bots.admin.guide.service import Guide
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.cards import Colour, card, plain
from shared.discord_kit.manifest import load_manifest
from shared.discord_kit.pages import Pages, chunked
from shared.domain.permissions import Level
from shared.errors import ConfigError
from shared.store.known_commands import KnownCommand

# Bots on one page; a field holds 1,024 characters.
_PER_PAGE = 3


class HelpCommands(commands.Cog):
    """The help."""

    def __init__(self, bot: HelenaBot, guide: Guide) -> None:
        self._bot = bot
        self._guide = guide

    @app_commands.command(name="help")
    @app_commands.guild_only()
    async def show_help(self, interaction: discord.Interaction[HelenaBot]) -> None:
        """Show what Helena can do here, and the commands you may use."""
        await interaction.response.defer(ephemeral=True)
        actor = await self._bot.actor(interaction)
        cards = help_cards(await self._guide.commands(actor), actor.level)
        await Pages(cards, owner_id=interaction.user.id).send(interaction)


def help_cards(by_bot: Mapping[str, Sequence[KnownCommand]], level: Level) -> list[discord.Embed]:
    """Return what each bot does, and its commands."""
    fields = []
    for bot, known in by_bot.items():
        try:
            manifest = load_manifest(bot)
        except ConfigError:
            # a bot whose folder was taken out leaves its commands in the list
            continue
        lines = [f"`/{command.name}` {plain(command.description)}" for command in known]
        # what does not fit into one field goes on in another
        for number, part in enumerate(chunked(lines, 8)):
            title = plain(manifest.title) + (" (more)" if number else "")
            summary = "" if number else f"*{plain(manifest.summary)}*\n"
            fields.append((title, summary + "\n".join(part)))
    intro = {
        Level.MEMBER: "Start with `/link`: it tells Helena which player you are.",
        Level.STAFF: "Commands of staff are shown to staff alone.",
        Level.OWNER: "Everything is shown to owners. `/setup show` tells where Helena posts what.",
    }[level]
    if not fields:
        text = "No bot has told its commands yet. Try again in a minute."
        return [card("Help", text, colour=Colour.DOUBTFUL, footer="Admin · now")]
    pages = [fields[start : start + _PER_PAGE] for start in range(0, len(fields), _PER_PAGE)]
    footer = "Admin · from the commands that the bots here have registered"
    return [
        card("What Helena can do here", intro, fields=page, inline=False, footer=footer) for page in pages
    ]

"""/base: one base's name and history. Answers are for the person alone: they are a tribe's affair."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bots.decay.base.cards import history_cards, named_card
from bots.decay.base.service import BaseChoice, BaseService
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.cards import cut
from shared.discord_kit.choices import ALL, server_or_all_choices
from shared.discord_kit.pages import Pages
from shared.ids import GuildId
from shared.store.bases import NAME_LIMIT

# Discord's limit for the name of a choice.
_LABEL = 100
# Each of the texts in a choice has so much of it at least.
_PART = 40


async def base_choices(
    interaction: discord.Interaction[HelenaBot], current: str
) -> list[app_commands.Choice[str]]:
    """Return the bases that the person may name, and whose name, tribe or server matches what was typed."""
    # autocomplete reaches every guild the bot is in, so approval is checked here as well
    bot = interaction.client
    if interaction.guild_id is None or await bot.find_community(GuildId(interaction.guild_id)) is None:
        return []
    service = BaseService(bot.resources.db, bot.resources.clock)
    found = await service.choices(await bot.actor(interaction), current)
    return [app_commands.Choice(name=_label(choice), value=str(choice.base.id)) for choice in found]


@app_commands.guild_only()
class BaseCommands(
    commands.GroupCog,
    group_name="base",
    group_description="One base: how it is called, and what became of it",
):
    """The group ``/base``."""

    def __init__(self, bot: HelenaBot, service: BaseService) -> None:
        self._bot = bot
        self._service = service

    @app_commands.command()
    @app_commands.describe(
        base="one of your tribe's", name="how your tribe calls it; without one, its name is taken away"
    )
    @app_commands.autocomplete(base=base_choices)
    async def name(
        self,
        interaction: discord.Interaction[HelenaBot],
        base: str,
        name: app_commands.Range[str, 0, NAME_LIMIT] = "",
    ) -> None:
        """Give a base of your tribe a name that your tribe and staff see."""
        await interaction.response.defer(ephemeral=True)
        named = await self._service.name(await self._bot.actor(interaction), base, name)
        await interaction.followup.send(embed=named_card(named))

    @app_commands.command()
    @app_commands.describe(server="one server, or all", base="one base, or all of your tribe's")
    @app_commands.autocomplete(server=server_or_all_choices, base=base_choices)
    async def history(
        self,
        interaction: discord.Interaction[HelenaBot],
        server: str | None = None,
        base: str | None = None,
    ) -> None:
        """Show how your tribe's bases came to be, grew, merged, split and ended, from save to save."""
        await interaction.response.defer(ephemeral=True)
        actor = await self._bot.actor(interaction)
        history = await self._service.history(actor, None if server in {None, "", ALL} else server, base)
        await Pages(history_cards(history), owner_id=interaction.user.id).send(interaction)


def _label(choice: BaseChoice) -> str:
    base = choice.base
    tribe = cut(base.tribe_name or f"Tribe {base.tribe_id}", _PART)
    called = f"{cut(base.name, _PART)} · " if base.name else ""
    return cut(f"{called}{tribe} · {base.structures:,} structures · {choice.server_name}", _LABEL)

"""/decay and /bases: what people ask about decay. Answers are for the person alone, because staff see places in them."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bots.decay.accepting.service import REASON_LIMIT, AcceptingService
from bots.decay.accepting.views import question_card, question_view
from bots.decay.cards import base_cards, decay_cards
from bots.decay.domain import DEFAULT_WITHIN
from bots.decay.service import DecayService
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.cards import cut
from shared.discord_kit.choices import ALL, server_choices, server_or_all_choices
from shared.discord_kit.pages import Pages
from shared.ids import GuildId

# Discord's limit for the name and the value of a choice.
_NAME = 100
_WITHIN = ("6h", "24h", "72h", "7d", "30d")


async def within_choices(_: discord.Interaction[HelenaBot], current: str) -> list[app_commands.Choice[str]]:
    """Return usual times ahead; any other may be typed."""
    return [
        app_commands.Choice(name=text, value=text) for text in _WITHIN if text.startswith(current.strip())
    ]


async def tribe_choices(
    interaction: discord.Interaction[HelenaBot], current: str
) -> list[app_commands.Choice[str]]:
    """Return the tribes of the server that was picked, or of all, whose name matches what was typed."""
    # autocomplete reaches every guild the bot is in, so approval is checked here as well
    if (
        interaction.guild_id is None
        or await interaction.client.find_community(GuildId(interaction.guild_id)) is None
    ):
        return []
    resources = interaction.client.resources
    names = await DecayService(resources.db, resources.clock).suggest_tribes(
        GuildId(interaction.guild_id), _key(getattr(interaction.namespace, "server", None)), current
    )
    return [app_commands.Choice(name=cut(name, _NAME), value=cut(name, _NAME)) for name in names]


class DecayCommands(commands.Cog):
    """Commands about decay."""

    decay = app_commands.Group(name="decay", description="When which base decays", guild_only=True)

    def __init__(self, bot: HelenaBot, service: DecayService, accepting: AcceptingService) -> None:
        self._bot = bot
        self._service = service
        self._accepting = accepting

    @decay.command(name="list")
    @app_commands.describe(server="one server, or all", within="how far ahead, like 48h or 7d")
    @app_commands.autocomplete(server=server_or_all_choices, within=within_choices)
    async def list_decaying(
        self,
        interaction: discord.Interaction[HelenaBot],
        server: str | None = None,
        within: str = DEFAULT_WITHIN,
    ) -> None:
        """Show which bases begin to decay, the most urgent first."""
        await interaction.response.defer(ephemeral=True)
        report = await self._service.decaying(await self._bot.actor(interaction), _key(server), within)
        await Pages(decay_cards(report, within), owner_id=interaction.user.id).send(interaction)

    @decay.command()
    @app_commands.describe(
        server="whose newest save is doubtful", reason="why it is right all the same; it goes on record"
    )
    @app_commands.autocomplete(server=server_choices)
    async def accept(
        self,
        interaction: discord.Interaction[HelenaBot],
        server: str,
        reason: app_commands.Range[str, 1, REASON_LIMIT],
    ) -> None:
        """Staff: take a doubtful save into use, after a question."""
        await interaction.response.defer(ephemeral=True)
        doubt = await self._accepting.doubt(await self._bot.actor(interaction), server, reason)
        await interaction.followup.send(embed=question_card(doubt), view=question_view(doubt))

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(server="one server, or all", tribe="one tribe, or all")
    @app_commands.autocomplete(server=server_or_all_choices, tribe=tribe_choices)
    async def bases(
        self,
        interaction: discord.Interaction[HelenaBot],
        server: str | None = None,
        tribe: str | None = None,
    ) -> None:
        """Show the bases of a server or a tribe, the largest first."""
        await interaction.response.defer(ephemeral=True)
        report = await self._service.bases(await self._bot.actor(interaction), _key(server), tribe)
        await Pages(base_cards(report, tribe), owner_id=interaction.user.id).send(interaction)


def _key(server: Any) -> str | None:
    return None if server in {None, "", ALL} else str(server)

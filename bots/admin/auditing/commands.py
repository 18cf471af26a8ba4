"""/audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bots.admin.auditing.cards import audit_cards, mirror_card
from bots.admin.auditing.domain import Deed
from bots.admin.auditing.service import MOST, Auditing
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.pages import Pages
from shared.errors import ForbiddenError
from shared.ids import MemberId
from shared.runtime.resources import Resources

# Discord's limit of autocomplete.
_CHOICES = 25


def auditing_of(resources: Resources) -> Auditing:
    """Return the audit log of a process."""

    def embed(deed: Deed, is_conclusion: bool) -> Mapping[str, Any]:
        return mirror_card(deed, is_conclusion=is_conclusion).to_dict()

    return Auditing(resources.db, resources.clock, embed)


async def action_choices(
    interaction: discord.Interaction[HelenaBot], current: str
) -> list[app_commands.Choice[str]]:
    """Return actions on record that match what was typed."""
    bot = interaction.client
    try:
        actor = await bot.actor(interaction)
    except ForbiddenError:
        return []
    found = await auditing_of(bot.resources).suggest_actions(actor, current)
    return [app_commands.Choice(name=name[:100], value=name[:100]) for name in found[:_CHOICES]]


class AuditCommands(commands.Cog):
    """The audit log."""

    def __init__(self, bot: HelenaBot, auditing: Auditing) -> None:
        self._bot = bot
        self._auditing = auditing

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(action="what was done, like rcon or server.save", who="who did it")
    @app_commands.autocomplete(action=action_choices)
    async def audit(
        self,
        interaction: discord.Interaction[HelenaBot],
        action: app_commands.Range[str, 1, 100] | None = None,
        who: discord.User | None = None,
    ) -> None:
        """Staff: show who did what, when, why, and how it ended."""
        await interaction.response.defer(ephemeral=True)
        actor = await self._bot.actor(interaction)
        deeds = await self._auditing.search(actor, action, None if who is None else MemberId(who.id))
        cards = audit_cards(deeds, self._bot.resources.clock.now(), most=MOST)
        await Pages(cards, owner_id=interaction.user.id).send(interaction)

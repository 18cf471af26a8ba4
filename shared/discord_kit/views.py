"""Buttons and forms whose failures become answers."""

from __future__ import annotations

from typing import Any

import discord

from shared.discord_kit.failures import answer_failure
from shared.logs import new_reference
from shared.logs.context import bind_here


class HelenaView(discord.ui.View):
    """A view whose failures are answered. Persistent ones have ``timeout=None`` and ids ``<bot>:<thing>:<id>``."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Tie what follows to a reference."""
        bind_here(reference=new_reference(), guild=interaction.guild_id, member=interaction.user.id)
        return True

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, item: Any, /) -> None:
        """Answer a failure."""
        del item
        await answer_failure(interaction, error)


class HelenaModal(discord.ui.Modal):
    """A form whose failures are answered."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Tie what follows to a reference."""
        bind_here(reference=new_reference(), guild=interaction.guild_id, member=interaction.user.id)
        return True

    async def on_error(  # type: ignore[override]  # a form has no item; discord.py overrides it the same way
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Answer a failure."""
        await answer_failure(interaction, error)

"""Failures as answers for what discord.py calls without a view around it: dynamic items."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord

from shared.discord_kit.failures import answer_failure
from shared.logs import new_reference
from shared.logs.context import bind_here


@asynccontextmanager
async def answering(interaction: discord.Interaction[Any]) -> AsyncIterator[None]:
    """Tie what happens inside to a reference, and answer its failure as a view would."""
    bind_here(reference=new_reference(), guild=interaction.guild_id, member=interaction.user.id)
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the edge: discord.py would log it and leave the person without an answer
        await answer_failure(interaction, error)

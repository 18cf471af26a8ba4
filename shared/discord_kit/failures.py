"""Turns failures into answers: the one place for commands, buttons and forms."""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import app_commands

from shared.discord_kit.away import AWAY, away
from shared.errors import OperationalError, UserError
from shared.logs import current_reference

log = logging.getLogger(__name__)


async def answer_failure(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell the person what happened and what to do, and the operator what they need to know."""
    text = describe(error)
    try:
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True)
        else:
            await interaction.response.send_message(text, ephemeral=True)
    except (discord.HTTPException, RuntimeError, *AWAY) as failure:
        # the interaction's token is gone, or the session was closed because the bot stops: nobody is left to tell
        log.warning("an answer did not reach %s: %s", interaction.user.id, failure)


def describe(error: BaseException) -> str:
    """Return what to tell the person, and log what the operator should see."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, AWAY):
        error = away(error)
    if isinstance(error, UserError):
        return f"⚠️ {error}"
    if isinstance(error, app_commands.CommandOnCooldown):
        return f"⚠️ That was a bit fast. Try again in {error.retry_after:.0f} s."
    if isinstance(error, app_commands.CheckFailure | app_commands.TransformerError):
        return f"⚠️ {error}"
    reference = current_reference()
    if isinstance(error, OperationalError):
        log.warning("%s [%s]", error, error.code)
        return f"⏳ {error} (code {error.code}, reference {reference})"
    log.error("a command failed", exc_info=error)
    return f"❌ Something went wrong on our side. Please tell staff the reference **{reference}**."

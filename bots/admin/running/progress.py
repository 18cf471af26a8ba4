"""Keeps the answers to orders up to date until the orders have ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord.ext import commands

from bots.admin.running.cards import Shown
from bots.admin.running.domain import RunLine, is_over
from bots.admin.running.service import Runs

log = logging.getLogger(__name__)

Render = Callable[[Sequence[RunLine]], Shown]

# An interaction's token lives 15 minutes (reference/discord.md, section 3).
_LONGEST_SECONDS = 14 * 60.0


@dataclass(slots=True, kw_only=True)
class _Followed:
    interaction: discord.Interaction[Any]
    render: Render
    until: float
    shown: str = ""


class Progress(commands.Cog):
    """Answers that change while servers work; a restart of the bot leaves them as they were last."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._followed: dict[int, _Followed] = {}

    async def follow(self, interaction: discord.Interaction[Any], audit_id: int, render: Render) -> None:
        """Answer a deferred interaction with how its order stands, and keep the answer up to date."""
        until = asyncio.get_running_loop().time() + _LONGEST_SECONDS
        followed = _Followed(interaction=interaction, render=render, until=until)
        await self._show(followed, await self._runs.lines([audit_id]))
        self._followed[audit_id] = followed

    async def refresh(self) -> None:
        """Show what has changed."""
        if not self._followed:
            return
        lines = await self._runs.lines(list(self._followed))
        for audit_id, followed in list(self._followed.items()):
            own = [line for line in lines if line.audit_id == audit_id]
            try:
                await self._show(followed, own)
            except discord.HTTPException as error:
                # who ordered it has dismissed the answer; the audit log gets the outcome all the same
                log.info("the answer to order %d can no longer be changed: %s", audit_id, error.text)
                del self._followed[audit_id]
                continue
            if is_over(own) or asyncio.get_running_loop().time() > followed.until:
                del self._followed[audit_id]

    async def _show(self, followed: _Followed, lines: Sequence[RunLine]) -> None:
        shown = followed.render(lines)
        text = f"{shown.embed.to_dict()}{shown.file_text}"
        if text == followed.shown:
            return
        await followed.interaction.edit_original_response(
            embed=shown.embed,
            attachments=shown.files(),
            view=None,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        followed.shown = text


def progress_of(bot: commands.Bot) -> Progress:
    """Return the one that keeps answers up to date in this process."""
    progress = bot.get_cog(Progress.__cog_name__)
    assert isinstance(progress, Progress)  # setup adds it
    return progress

"""Keeps the answers to /link up to date: who typed the code sees at once that it worked."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import discord

from bots.admin.linking.cards import code_card, settled_card
from bots.admin.linking.service import Linking, Ticket

log = logging.getLogger(__name__)

# An interaction's token lives 15 minutes (reference/discord.md, section 3).
_LONGEST_SECONDS = 14 * 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    interaction: discord.Interaction[Any]
    until: float


class LinkAnswers:
    """Answers that wait for their code to be typed."""

    def __init__(self, linking: Linking) -> None:
        self._linking = linking
        self._open: dict[int, _Open] = {}

    async def show(self, interaction: discord.Interaction[Any], ticket: Ticket) -> None:
        """Answer a deferred command with a code."""
        await interaction.edit_original_response(embed=code_card(ticket))
        until = asyncio.get_running_loop().time() + _LONGEST_SECONDS
        self._open[ticket.code_id] = _Open(interaction=interaction, until=until)

    async def refresh(self) -> None:
        """Tell who typed their code, and forget who waits no longer."""
        if not self._open:
            return
        for settled in await self._linking.settled(list(self._open)):
            waiting = self._open.pop(settled.code_id)
            try:
                await waiting.interaction.edit_original_response(embed=settled_card(settled))
            except discord.HTTPException as error:
                # they have dismissed the answer; the game has told them, too
                log.info("the answer to a code can no longer be changed: %s", error.text)
        now = asyncio.get_running_loop().time()
        self._open = {code_id: waiting for code_id, waiting in self._open.items() if waiting.until > now}

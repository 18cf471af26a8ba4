"""The status panel: one message per community that edits itself."""

from __future__ import annotations

import asyncio
from functools import partial

from bots.stats.cards import panel_card
from bots.stats.service import PanelPlace, StatusService
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.panels import PanelValue
from shared.ids import ChannelId
from shared.runtime.loops import run_guarded

# A channel that is gone or closed is asked again only after so long.
_CLOSED_SECONDS = 300.0


class StatusPanel:
    """Keeps the panels of all communities up to date."""

    def __init__(self, bot: HelenaBot, service: StatusService) -> None:
        self._bot = bot
        self._service = service
        self._closed_until: dict[ChannelId, float] = {}

    async def refresh(self) -> None:
        """Show the latest status everywhere; one community's trouble is not the others'."""
        for place in await self._service.panel_places():
            if self._closed_until.get(place.channel_id, 0.0) <= asyncio.get_running_loop().time():
                await run_guarded(f"status panel of guild {place.guild_id}", partial(self._show, place))

    async def _show(self, place: PanelPlace) -> None:
        status = await self._service.status(place.guild_id)
        value = PanelValue(embeds=(panel_card(status),))
        shown = await self._bot.panels.show(place.guild_id, "stats", "status", place.channel_id, value)
        problem = f"status panel {place.channel_id}"
        if shown is None:
            self._closed_until[place.channel_id] = asyncio.get_running_loop().time() + _CLOSED_SECONDS
            text = f"The status panel cannot be shown in channel {place.channel_id}. Give the bot access, or set another."
            self._bot.resources.reporter.problem(problem, text)
        else:
            self._bot.resources.reporter.solved(problem)

"""The panel with the buttons that open tickets: one message per community, posted again when it is deleted."""

from __future__ import annotations

import asyncio
from functools import partial

import discord

from bots.tickets.cards import panel_card
from bots.tickets.domain import BOT
from bots.tickets.failures import asking_discord
from bots.tickets.upkeep.service import UpkeepService
from bots.tickets.views import panel_view
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.panels import PanelValue
from shared.ids import ChannelId, GuildId
from shared.runtime.loops import run_guarded
from shared.store.panels import Panel, find_panel, set_panel

_NAME = "panel"
# A channel that is gone or closed is asked again only after so long.
_CLOSED_SECONDS = 300.0


class TicketPanel:
    """Keeps the panels of all communities where people find them."""

    def __init__(self, bot: HelenaBot, service: UpkeepService) -> None:
        self._bot = bot
        self._service = service
        self._closed_until: dict[ChannelId, float] = {}

    async def refresh(self) -> None:
        """Show the panel everywhere; where it is shown already, nothing is sent."""
        for guild_id, channel_id in await self._service.panel_places():
            if self._closed_until.get(channel_id, 0.0) <= asyncio.get_running_loop().time():
                await run_guarded(
                    f"tickets panel of guild {guild_id}", partial(self._show, guild_id, channel_id)
                )

    async def check(self) -> None:
        """Notice panels that were deleted while nobody listened."""
        for guild_id, _ in await self._service.panel_places():
            await run_guarded(f"tickets panel of guild {guild_id}", partial(self._check, guild_id))

    async def deleted(self, guild_id: GuildId, message_ids: set[int]) -> None:
        """Post the panel again if it is one of these messages."""
        panel = await self._find(guild_id)
        if panel is not None and panel.message_id in message_ids:
            await self._forget(guild_id, panel)
            await self._show(guild_id, panel.channel_id)

    async def _show(self, guild_id: GuildId, channel_id: ChannelId) -> None:
        value = PanelValue(embeds=(panel_card(),), view=panel_view())
        with asking_discord("the tickets panel"):
            shown = await self._bot.panels.show(guild_id, BOT, _NAME, channel_id, value)
        problem = f"tickets panel {channel_id}"
        if shown is None:
            self._closed_until[channel_id] = asyncio.get_running_loop().time() + _CLOSED_SECONDS
            text = f"The tickets panel cannot be shown in channel {channel_id}. Give the bot access, or set another."
            self._bot.resources.reporter.problem(problem, text)
        else:
            self._bot.resources.reporter.solved(problem)

    async def _check(self, guild_id: GuildId) -> None:
        panel = await self._find(guild_id)
        if panel is None or panel.message_id is None:
            return
        channel = self._bot.get_partial_messageable(panel.channel_id)
        with asking_discord("the tickets panel"):
            try:
                await channel.fetch_message(panel.message_id)
            except discord.NotFound:
                await self._forget(guild_id, panel)

    async def _find(self, guild_id: GuildId) -> Panel | None:
        async with self._bot.resources.db.connection() as conn:
            return await find_panel(conn, guild_id, BOT, _NAME)

    async def _forget(self, guild_id: GuildId, panel: Panel) -> None:
        """Make the keeper look: it sends nothing while it believes that the message shows the value."""
        stale = Panel(channel_id=panel.channel_id, message_id=panel.message_id, fingerprint="")
        async with self._bot.resources.db.transaction() as conn:
            await set_panel(conn, guild_id, BOT, _NAME, stale)

"""Puts receipts under messages: delivered, slow, failed, paused."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from functools import partial

import aiohttp
import discord

from bots.chat_bridge.from_discord.domain import Receipt
from bots.chat_bridge.from_discord.service import FromDiscord, Owed
from shared.discord_kit.bot import HelenaBot
from shared.ids import ChannelId
from shared.runtime.loops import run_guarded

log = logging.getLogger(__name__)

# A channel that does not let the bot react is asked again only after so long.
_CLOSED_SECONDS = 300.0


class Receipts:
    """Shows authors how far their messages have come."""

    def __init__(self, bot: HelenaBot, service: FromDiscord) -> None:
        self._bot = bot
        self._service = service
        self._closed_until: dict[ChannelId, float] = {}

    async def show(self) -> None:
        """Bring all receipts up to date; channels do not wait for each other."""
        channels: defaultdict[ChannelId, list[Owed]] = defaultdict(list)
        for owed in await self._service.owed():
            channels[owed.message.channel_id].append(owed)
        async with asyncio.TaskGroup() as group:
            for channel_id, receipts in channels.items():
                work = partial(self._show_channel, channel_id, receipts)
                name = f"receipts of channel {channel_id}"
                group.create_task(run_guarded(name, work), name=name)

    async def _show_channel(self, channel_id: ChannelId, receipts: list[Owed]) -> None:
        for owed in receipts:
            if self._closed_until.get(channel_id, 0.0) <= asyncio.get_running_loop().time():
                try:
                    await self._show(channel_id, owed)
                except discord.NotFound:
                    log.debug("message %d is gone, and needs no receipt", owed.message.message_id)
                except discord.Forbidden as error:
                    log.warning("no receipts in channel %d: %s", channel_id, error.text)
                    self._closed_until[channel_id] = asyncio.get_running_loop().time() + _CLOSED_SECONDS
                except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
                    # not marked as shown, so the next run tries again
                    log.warning("receipts of channel %d wait: %s", channel_id, type(error).__name__)
                    return
            await self._service.set_receipt(owed)

    async def _show(self, channel_id: ChannelId, owed: Owed) -> None:
        receipt, shown = owed.progress.receipt, owed.message.shown
        channel = self._bot.get_partial_messageable(channel_id)
        message = channel.get_partial_message(owed.message.message_id)
        if receipt is not None and receipt != shown:
            await message.add_reaction(receipt)
        if shown == Receipt.SLOW and receipt != shown and self._bot.user is not None:
            await message.remove_reaction(Receipt.SLOW, self._bot.user)

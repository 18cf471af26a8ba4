"""The chat bridge: game to Discord, Discord to game, map to map; in order, exactly once."""

from __future__ import annotations

from bots.chat_bridge.control.commands import BridgeCommands
from bots.chat_bridge.control.service import Control
from bots.chat_bridge.domain import BOT
from bots.chat_bridge.from_discord.listeners import BridgeListeners
from bots.chat_bridge.from_discord.receipts import Receipts
from bots.chat_bridge.from_discord.service import FromDiscord
from bots.chat_bridge.from_game.service import KINDS, FromGame
from bots.chat_bridge.gaps.service import Gaps
from bots.chat_bridge.loops import loops
from shared.cache.keys import COMMANDS_QUEUED
from shared.discord_kit.bot import HelenaBot
from shared.runtime.readers import Reader


async def setup(bot: HelenaBot) -> None:
    """Put the bot together."""
    resources = bot.resources
    from_game = FromGame(resources.clock)
    from_discord = FromDiscord(resources.db, resources.wakeups, resources.clock)
    listeners = BridgeListeners(bot, from_discord, resources.clock)

    async def wake() -> None:
        await bot.outboxes[BOT].wake()
        await resources.wakeups.send(COMMANDS_QUEUED)

    bot.add_reader(Reader(name=BOT, kinds=KINDS, apply=from_game.apply, committed=wake))
    gaps = Gaps(resources.db, resources.clock)

    async def tell_gaps() -> None:
        if await gaps.tell():
            await bot.outboxes[BOT].wake()

    for loop in loops(from_discord, listeners, Receipts(bot, from_discord), tell_gaps):
        bot.add_loop(loop)
    await listeners.learn_routes()
    await bot.add_cog(listeners)
    await bot.add_cog(BridgeCommands(bot, Control(resources.db, resources.clock), gaps))

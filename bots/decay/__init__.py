"""Decay: which base decays when, in lists, in a panel, and on ``!decay`` in the game."""

from __future__ import annotations

from bots.decay.accepting.service import AcceptingService
from bots.decay.accepting.views import AcceptButton
from bots.decay.base.commands import BaseCommands
from bots.decay.base.service import BaseService
from bots.decay.commands import DecayCommands
from bots.decay.in_game.service import InGameService
from bots.decay.loops import loops
from bots.decay.service import DecayService
from shared.discord_kit.bot import HelenaBot
from shared.domain.events import EventKind
from shared.runtime.readers import Reader


async def setup(bot: HelenaBot) -> None:
    """Add commands, the panel's loop and the reader of chat."""
    resources = bot.resources
    service = DecayService(resources.db, resources.clock)
    in_game = InGameService(resources.wakeups, resources.clock)
    accepting = AcceptingService(resources.db, resources.clock)
    bot.add_dynamic_items(AcceptButton)
    await bot.add_cog(DecayCommands(bot, service, accepting))
    await bot.add_cog(BaseCommands(bot, BaseService(resources.db, resources.clock)))
    bot.add_reader(
        Reader(name="decay", kinds=(EventKind.CHAT,), apply=in_game.apply, committed=in_game.committed)
    )
    for loop in loops(bot, service):
        bot.add_loop(loop)

"""The stats bot: who is on, how the servers are, what players have done."""

from __future__ import annotations

from bots.stats.commands import StatusCommands
from bots.stats.counting.domain import KINDS
from bots.stats.counting.service import Counting
from bots.stats.graph.commands import GraphCommands
from bots.stats.graph.painter import Painter
from bots.stats.graph.service import GraphService
from bots.stats.loops import loops
from bots.stats.panel import StatusPanel
from bots.stats.profile.commands import StatsCommands
from bots.stats.profile.service import ProfileService
from bots.stats.service import StatusService
from shared.discord_kit.bot import HelenaBot
from shared.runtime.readers import Reader


async def setup(bot: HelenaBot) -> None:
    """Put the bot together."""
    db, clock = bot.resources.db, bot.resources.clock
    status = StatusService(db, clock)
    bot.add_reader(Reader(name="stats", kinds=KINDS, apply=Counting().apply))
    for loop in loops(StatusPanel(bot, status)):
        bot.add_loop(loop)
    await bot.add_cog(StatusCommands(status))
    await bot.add_cog(StatsCommands(bot, ProfileService(db, clock)))
    painter = Painter(bot.settings.data / "matplotlib")
    await bot.add_cog(GraphCommands(GraphService(db, clock), painter))

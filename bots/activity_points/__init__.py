"""Activity points: earned in the game, kept in a ledger, explained entry by entry."""

from __future__ import annotations

from bots.activity_points.commands import PointsCommands
from bots.activity_points.earning.service import EarningService
from bots.activity_points.service import PointsService
from bots.activity_points.views import PayButton
from shared.discord_kit.bot import HelenaBot
from shared.domain.events import EventKind
from shared.runtime.readers import Reader


async def setup(bot: HelenaBot) -> None:
    """Add commands, the button and the reader of the event log."""
    resources = bot.resources
    earning = EarningService(resources.wakeups, resources.clock)
    bot.add_dynamic_items(PayButton)
    await bot.add_cog(PointsCommands(bot, PointsService(resources.db, resources.clock)))
    # every kind: time passes with each line
    bot.add_reader(
        Reader(
            name="activity_points", kinds=tuple(EventKind), apply=earning.apply, committed=earning.committed
        )
    )

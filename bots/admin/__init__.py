"""The admin bot: servers, console, audit log, links, routes, help."""

from __future__ import annotations

from bots.admin.auditing.commands import AuditCommands, auditing_of
from bots.admin.commands import ServerCommands
from bots.admin.console.commands import ConsoleCommands
from bots.admin.console.service import Console
from bots.admin.console.views import ConsoleButton
from bots.admin.guide.commands import HelpCommands
from bots.admin.guide.service import Guide
from bots.admin.linking.answers import LinkAnswers
from bots.admin.linking.claims import READER, Claims
from bots.admin.linking.commands import LinkCommands
from bots.admin.linking.disputes.commands import LinksCommands
from bots.admin.linking.disputes.service import Disputes
from bots.admin.linking.loops import link_parts
from bots.admin.linking.service import Linking
from bots.admin.linking.watching import shared_ids_reader
from bots.admin.loops import loops
from bots.admin.restarting.commands import RestartCards
from bots.admin.restarting.service import Restarts
from bots.admin.restarting.views import RestartButton
from bots.admin.routing.commands import SetupCommands
from bots.admin.routing.service import Routing
from bots.admin.running.progress import Progress
from bots.admin.running.service import Runs
from bots.admin.servers.service import ServersService
from shared.discord_kit.bot import HelenaBot
from shared.domain.events import EventKind
from shared.runtime.readers import Reader


async def setup(bot: HelenaBot) -> None:
    """Put the bot together."""
    db, wakeups, clock = bot.resources.db, bot.resources.wakeups, bot.resources.clock
    runs, restarts = Runs(db, wakeups, clock), Restarts(db, wakeups, clock)
    progress, auditing, linking = Progress(runs), auditing_of(bot.resources), Linking(db, clock)
    link_answers, claims = LinkAnswers(linking), Claims(wakeups, clock)

    bot.add_reader(
        Reader(name=READER, kinds=(EventKind.CHAT,), apply=claims.apply, committed=claims.committed)
    )
    bot.add_reader(shared_ids_reader())
    for loop in loops(
        bot,
        runs=runs,
        progress=progress,
        auditing=auditing,
        linking=linking,
        link_answers=link_answers,
        restarts=RestartCards(bot, restarts),
        links=link_parts(bot),
    ):
        bot.add_loop(loop)
    bot.add_dynamic_items(ConsoleButton, RestartButton)
    await bot.add_cog(progress)
    await bot.add_cog(ServerCommands(bot, ServersService(db, runs, clock), restarts, progress))
    await bot.add_cog(ConsoleCommands(bot, Console(db, runs, clock), progress))
    await bot.add_cog(AuditCommands(bot, auditing))
    await bot.add_cog(LinkCommands(bot, linking, link_answers))
    await bot.add_cog(LinksCommands(bot, linking, Disputes(db, clock)))
    await bot.add_cog(HelpCommands(bot, Guide(db)))
    await bot.add_cog(SetupCommands(bot, Routing(db, clock)))

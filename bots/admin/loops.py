"""When the admin bot looks after things."""

from __future__ import annotations

from datetime import timedelta

from bots.admin.auditing.service import Auditing
from bots.admin.domain import BOT
from bots.admin.linking.answers import LinkAnswers
from bots.admin.linking.loops import LinkParts, link_loops
from bots.admin.linking.service import Linking
from bots.admin.restarting.commands import RestartCards
from bots.admin.running.progress import Progress
from bots.admin.running.service import Runs
from shared.discord_kit.bot import HelenaBot
from shared.runtime.loops import Loop


def loops(
    bot: HelenaBot,
    *,
    runs: Runs,
    progress: Progress,
    auditing: Auditing,
    linking: Linking,
    link_answers: LinkAnswers,
    restarts: RestartCards,
    links: LinkParts,
) -> list[Loop]:
    """Return the loops of the bot."""

    async def mirror() -> None:
        if await auditing.mirror():
            await bot.outboxes[BOT].wake()

    second, half = timedelta(seconds=1), timedelta(seconds=0.5)
    return [
        Loop(name="admin progress", interval=half, run=progress.refresh),
        Loop(name="admin orders", interval=second, run=runs.settle),
        Loop(name="admin audit", interval=second, run=mirror),
        Loop(name="admin link answers", interval=second, run=link_answers.refresh),
        Loop(name="admin restarts", interval=half, run=restarts.step),
        Loop(name="admin old codes", interval=timedelta(hours=1), run=linking.sweep),
        *link_loops(links),
    ]

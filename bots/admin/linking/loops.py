"""When ties are looked after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bots.admin.linking.disputes.service import Disputes
from bots.admin.linking.notices import Notices
from bots.admin.linking.save_proofs import SaveProofs
from bots.admin.linking.upkeep import Upkeep
from shared.discord_kit.bot import HelenaBot
from shared.runtime.loops import Loop


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkParts:
    """Who does what the loops say when to do."""

    proofs: SaveProofs
    disputes: Disputes
    notices: Notices
    upkeep: Upkeep


def link_parts(bot: HelenaBot) -> LinkParts:
    """Put them together."""
    db, wakeups, clock = bot.resources.db, bot.resources.wakeups, bot.resources.clock
    return LinkParts(
        proofs=SaveProofs(db, wakeups, clock),
        disputes=Disputes(db, clock),
        notices=Notices(bot, db, clock),
        upkeep=Upkeep(db, clock),
    )


def link_loops(parts: LinkParts) -> list[Loop]:
    """Return the loops about ties."""
    second, minute = timedelta(seconds=1), timedelta(minutes=1)
    return [
        Loop(name="admin save proofs", interval=second, run=parts.proofs.settle),
        Loop(name="admin link notices", interval=second, run=parts.notices.send),
        Loop(name="admin expired proofs", interval=minute, run=parts.proofs.sweep),
        Loop(name="admin disputes", interval=minute, run=parts.disputes.step),
        Loop(name="admin names", interval=minute, run=parts.upkeep.follow_names),
        Loop(name="admin quarantine", interval=minute, run=parts.upkeep.report_quarantine),
    ]

"""What a proof does, however it was given: tie, find it tied already, or open a dispute. It never overwrites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bots.admin.linking.disputes.opening import add_claim, note_proof
from bots.admin.linking.domain import Code, Outcome
from shared.db import Connection
from shared.ids import MemberId
from shared.store.links import Link, add_link, find_owner
from shared.store.quarantine import list_quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class Tied:
    """What came of a proof; ``owner`` and ``dispute`` are told where somebody else has the player."""

    outcome: Outcome
    owner: MemberId | None = None
    dispute: int | None = None


async def tie(conn: Connection, code: Code, links: Sequence[Link], *, now: datetime) -> Tied:
    """Tie the first of the players, and then the names that it goes by, to the member who got the code."""
    keys = {key for link in links for key in (link.player, link.account) if key is not None}
    if await list_quarantined(conn, code.guild_id, sorted(keys)):
        return Tied(outcome=Outcome.QUARANTINED)
    first, *names = links
    tied = await _tie_one(conn, code, first, now)
    if tied.outcome is not Outcome.TAKEN:
        for link in names:
            dispute = (await _tie_one(conn, code, link, now)).dispute
            tied = Tied(outcome=tied.outcome, dispute=tied.dispute or dispute)
    return tied


async def _tie_one(conn: Connection, code: Code, link: Link, now: datetime) -> Tied:
    if await add_link(conn, code.guild_id, link):
        return Tied(outcome=Outcome.LINKED)
    owner = await find_owner(conn, code.guild_id, link.player)
    if owner is None:
        # untied in this very moment: nobody is in the way
        await add_link(conn, code.guild_id, link)
        return Tied(outcome=Outcome.LINKED)
    if owner == code.member_id:
        await note_proof(conn, code, link.player, now=now)
        return Tied(outcome=Outcome.ALREADY_YOURS)
    dispute = await add_claim(conn, code, link, holder=owner, now=now)
    return Tied(outcome=Outcome.TAKEN, owner=owner, dispute=dispute)

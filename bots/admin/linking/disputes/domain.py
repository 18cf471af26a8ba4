"""What may become of a dispute.

open ── both prove afresh, or a third member claims ──► contested ── staff ──► kept | moved
  ├── one proves afresh, and the other does not within two days ──► kept | moved
  ├── staff ──► kept | moved
  └── nobody proves anything for 30 days, or the holder gives the player up ──► lapsed
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.ids import GuildId, MemberId

ANSWER_WITHIN = timedelta(days=2)
"""So long the other side may answer a fresh proof with one of its own: people are away for a night, or a day."""
LAPSES_AFTER = timedelta(days=30)
"""After this long without any fresh proof, the holder keeps the player."""


class DisputeState(StrEnum):
    """Where a dispute stands; the last three are its ends."""

    OPEN = "open"
    CONTESTED = "contested"
    KEPT = "kept"
    MOVED = "moved"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A player whom ``holder_id`` has and ``claimant_id`` wants, each having proved it once."""

    id: int
    guild_id: GuildId
    player: str
    name: str
    holder_id: MemberId
    claimant_id: MemberId
    claimant_name: str
    opened_at: datetime
    holder_proved_at: datetime | None = None
    claimant_proved_at: datetime | None = None
    state: DisputeState = DisputeState.OPEN
    reason: str = ""

    @property
    def is_over(self) -> bool:
        """Tell whether it has ended."""
        return self.state not in {DisputeState.OPEN, DisputeState.CONTESTED}


def with_proof(dispute: Dispute, member_id: MemberId, *, asked_at: datetime, now: datetime) -> Dispute:
    """Return the dispute after somebody has proved to be the player with a code that they got at ``asked_at``.

    What was asked for before the dispute began is what it is about, and decides nothing.
    """
    if dispute.is_over:
        return dispute
    if member_id not in {dispute.holder_id, dispute.claimant_id}:
        return replace(dispute, state=DisputeState.CONTESTED)
    if asked_at <= dispute.opened_at:
        return dispute
    if member_id == dispute.holder_id:
        dispute = replace(dispute, holder_proved_at=dispute.holder_proved_at or now)
    else:
        dispute = replace(dispute, claimant_proved_at=dispute.claimant_proved_at or now)
    is_even = dispute.holder_proved_at is not None and dispute.claimant_proved_at is not None
    return replace(dispute, state=DisputeState.CONTESTED) if is_even else dispute


def after_waiting(dispute: Dispute, now: datetime) -> Dispute:
    """Return the dispute as time has left it."""
    if dispute.state is not DisputeState.OPEN:
        return dispute
    proved_at = dispute.holder_proved_at or dispute.claimant_proved_at
    if proved_at is None:
        is_due = now - dispute.opened_at >= LAPSES_AFTER
        return _ended(dispute, DisputeState.LAPSED, "nobody proved anything") if is_due else dispute
    if now - proved_at < ANSWER_WITHIN:
        return dispute
    end = DisputeState.KEPT if dispute.holder_proved_at is not None else DisputeState.MOVED
    return _ended(dispute, end, "proved by a fresh challenge that the other did not answer")


def given_up(dispute: Dispute) -> Dispute:
    """Return the dispute after the holder was untied from the player: who proves it next has it."""
    return _ended(dispute, DisputeState.LAPSED, "the holder was untied")


def decided(dispute: Dispute, *, moves: bool, reason: str) -> Dispute:
    """Return the dispute as staff decided it."""
    return _ended(dispute, DisputeState.MOVED if moves else DisputeState.KEPT, reason)


def _ended(dispute: Dispute, state: DisputeState, reason: str) -> Dispute:
    return dispute if dispute.is_over else replace(dispute, state=state, reason=reason)

"""Whom a name in a save proves: the rules of the save challenge (docs/decisions/0011-proof-in-a-save.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from bots.admin.linking.domain import SKEW, Code
from shared.store.proofs import Person, SaveProof

# Nobody stays on longer without the server being restarted: who came last before that, and left no body, is gone.
_LONGEST_STAY = timedelta(days=3)


class Doubt(StrEnum):
    """Why a name in a save proves nothing."""

    NOT_A_MEMBER = "not_a_member"
    SAME_NAMES = "same_names"
    NO_ACCOUNT = "no_account"
    UNKNOWN_TRIBE = "unknown_tribe"
    NOT_ON = "not_on"
    OTHERS_ON = "others_on"

    @property
    def spends_code(self) -> bool:
        """Tell whether the code is used up: not by a thing of a tribe that the member never spoke of."""
        return self is not Doubt.NOT_A_MEMBER


def who_named(proof: SaveProof, code: Code) -> Person | Doubt:
    """Return the survivor who must have named the thing, or why that is not certain.

    Any member of a tribe can rename what the tribe owns. So the one who was named beforehand is taken only when
    they were on since the name can be there, and nobody else who was in the tribe can have been.
    """
    wanted = code.claimed.strip().casefold()
    named = [person for person in proof.found.people if person.is_member and wanted in _names(person)]
    if not wanted or not named:
        return Doubt.NOT_A_MEMBER
    if len(named) > 1:
        return Doubt.SAME_NAMES
    (person,) = named
    since = code.made_at if proof.since is None else max(code.made_at, proof.since)
    if person.account is None:
        return Doubt.NO_ACCOUNT
    if not proof.found.is_complete:
        return Doubt.UNKNOWN_TRIBE
    if not _was_on(person, since):
        return Doubt.NOT_ON
    if any(_may_have_been_on(other, since) for other in proof.found.people if other is not person):
        return Doubt.OTHERS_ON
    return person


def _names(person: Person) -> set[str]:
    return {person.name.strip().casefold(), person.platform_name.strip().casefold()}


def _was_on(person: Person, since: datetime) -> bool:
    return person.is_awake or (person.last_seen_at is not None and person.last_seen_at >= since - SKEW)


def _may_have_been_on(person: Person, since: datetime) -> bool:
    """Tell whether somebody cannot be ruled out: whose body sleeps left it when they were last seen."""
    if person.is_awake or person.last_seen_at is None:
        return True
    # without a body all that is known is when they came; they may have stayed, died, or moved to another map
    left_before = since - SKEW if person.has_body else since - _LONGEST_STAY
    return person.last_seen_at >= left_before

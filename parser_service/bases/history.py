"""What became of the bases of one save in the next: born, grown, shrunk, merged, split, ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from parser_service.bases.columns import BaseMembers
from parser_service.bases.match import Overlaps, overlaps
from parser_service.bases.union import IndexArray


class BaseEventKind(StrEnum):
    """What happened to a base between two saves."""

    BORN = "born"
    GROWN = "grown"
    SHRUNK = "shrunk"
    MERGED = "merged"
    SPLIT = "split"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseEvent:
    """One thing that happened to a base between two saves.

    Attributes
    ----------
    kind : BaseEventKind
        ``born``: ``new`` shares no structure with any previous base. ``grown``, ``shrunk``: ``old`` goes on as
        ``new`` with more, or fewer, structures. ``merged``: ``old`` ends, and its structures (most of those that
        are left) are now part of ``new``. ``split``: ``new`` is a base of its own whose structures (most of those
        that are not new) were part of ``old``. ``ended``: none of the structures of ``old`` is part of any base.
    old, new : int or None
        Places in the previous and in the current bases; ``None`` where there is none.
    before, after : int
        Structures of ``old``, and of ``new``; 0 where there is none.
    shared : int
        Structures that are part of both: ``before - shared`` are gone from it, ``after - shared`` have come to it.
    """

    kind: BaseEventKind
    old: int | None
    new: int | None
    before: int
    after: int
    shared: int


def base_events(previous: BaseMembers, current: BaseMembers, matching: IndexArray) -> tuple[BaseEvent, ...]:
    """Return what happened to the bases of a server between two saves.

    Parameters
    ----------
    previous, current : BaseMembers
        The bases of both saves, the older first.
    matching : ndarray of shape (len(current),), int64
        Which previous base each current one continues, as ``match_bases`` gives it; -1 for none.

    Returns
    -------
    tuple of BaseEvent
        By the current bases' places, then what is left of the previous ones by theirs. A base that goes on with as
        many structures as before has no event, even if some were replaced. Every other current base is born, split
        or continued, and every previous one continued, merged or ended, each exactly once.
    """
    common = overlaps(previous, current)
    return (
        *_of_current(previous, current, matching, common),
        *_of_previous(previous, current, matching, common),
    )


def _of_current(
    previous: BaseMembers, current: BaseMembers, matching: IndexArray, common: Overlaps
) -> Iterator[BaseEvent]:
    """Yield the events of the current bases: grown, shrunk, split, born."""
    before, after = np.diff(previous.starts).tolist(), np.diff(current.starts).tolist()
    origin, shared = _largest(common.new, common.old, common.shared, len(current))
    kept = _shared_with(matching, common, len(current))
    for new, old in enumerate(matching.tolist()):
        kind, source, both = BaseEventKind.BORN, None, 0
        if old >= 0 and before[old] == after[new]:
            continue
        if old >= 0:
            kind = BaseEventKind.GROWN if after[new] > before[old] else BaseEventKind.SHRUNK
            source, both = old, kept[new]
        elif shared[new]:
            kind, source, both = BaseEventKind.SPLIT, origin[new], shared[new]
        count = 0 if source is None else before[source]
        yield BaseEvent(kind=kind, old=source, new=new, before=count, after=after[new], shared=both)


def _of_previous(
    previous: BaseMembers, current: BaseMembers, matching: IndexArray, common: Overlaps
) -> Iterator[BaseEvent]:
    """Yield the events of the previous bases that do not go on: merged, ended."""
    before, after = np.diff(previous.starts).tolist(), np.diff(current.starts).tolist()
    heir, shared = _largest(common.old, common.new, common.shared, len(previous))
    goes_on = np.zeros(len(previous), dtype=np.bool_)
    goes_on[matching[matching >= 0]] = True
    for old in np.flatnonzero(~goes_on).tolist():
        kind, target, count = BaseEventKind.ENDED, None, 0
        if shared[old]:
            kind, target = BaseEventKind.MERGED, heir[old]
            count = after[target]
        yield BaseEvent(kind=kind, old=old, new=target, before=before[old], after=count, shared=shared[old])


def _largest(
    base: IndexArray, other: IndexArray, count: IndexArray, size: int
) -> tuple[list[int], list[int]]:
    """Return with which other base each of ``size`` bases has most in common (the first of equals; -1 none), and how much."""
    order = np.lexsort((other, -count, base))
    base, other, count = base[order], other[order], count[order]
    is_first = np.append(True, base[1:] != base[:-1])[: len(base)]
    partner, shared = np.full(size, -1, dtype=np.int64), np.zeros(size, dtype=np.int64)
    partner[base[is_first]] = other[is_first]
    shared[base[is_first]] = count[is_first]
    return partner.tolist(), shared.tolist()


def _shared_with(matching: IndexArray, common: Overlaps, size: int) -> list[int]:
    """Return how many structures each current base shares with the one that it continues."""
    shared = np.zeros(size, dtype=np.int64)
    is_match = matching[common.new] == common.old
    shared[common.new[is_match]] = common.shared[is_match]
    return shared.tolist()

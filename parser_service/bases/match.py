"""Recognises the bases of one save in the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from parser_service.bases.columns import BaseMembers
from parser_service.bases.union import IndexArray


class Overlaps(NamedTuple):
    """Pairs of a previous and a current base that have structures in common, and how many."""

    old: IndexArray
    new: IndexArray
    shared: IndexArray


def overlaps(previous: BaseMembers, current: BaseMembers) -> Overlaps:
    """Return which bases of two saves have structures in common; ordered by the older, then the newer base's place."""
    old_owner = np.repeat(np.arange(len(previous)), np.diff(previous.starts))
    new_owner = np.repeat(np.arange(len(current)), np.diff(current.starts))
    order = np.argsort(previous.identity, kind="stable")
    known = previous.identity[order]
    if not len(known) or not len(current.identity):
        nothing = np.zeros(0, dtype=np.int64)
        return Overlaps(nothing, nothing, nothing)
    place = np.minimum(np.searchsorted(known, current.identity), len(known) - 1)
    is_known = known[place] == current.identity
    pairs = old_owner[order[place[is_known]]] * len(current) + new_owner[is_known]
    distinct, counts = np.unique(pairs, return_counts=True)
    old, new = np.divmod(distinct, len(current))
    return Overlaps(old, new, counts)


def match_bases(previous: BaseMembers, current: BaseMembers) -> IndexArray:
    """Return which previous base each current one is, -1 for a new one.

    Parameters
    ----------
    previous, current : BaseMembers
        The bases of two saves of one server, the older first.

    Returns
    -------
    ndarray of shape (len(current),), int64
        Each previous base at most once: pairs are taken by the number of structures they share, most first; equal
        pairs by the older, then the newer base's place. Where a base splits, its larger part goes on; where bases
        merge, the larger one does.
    """
    old, new, shared = overlaps(previous, current)
    matched, taken = [-1] * len(current), [False] * len(previous)
    order = np.argsort(-shared, kind="stable")
    for one, other in zip(old[order].tolist(), new[order].tolist(), strict=True):
        if matched[other] < 0 and not taken[one]:
            matched[other] = one
            taken[one] = True
    return np.array(matched, dtype=np.int64)

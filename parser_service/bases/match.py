"""Recognises the bases of one save in the next."""

from __future__ import annotations

import numpy as np

from parser_service.bases.columns import BaseMembers
from parser_service.bases.union import IndexArray


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
    old_owner = np.repeat(np.arange(len(previous)), np.diff(previous.starts))
    new_owner = np.repeat(np.arange(len(current)), np.diff(current.starts))
    order = np.argsort(previous.identity, kind="stable")
    known = previous.identity[order]
    result = np.full(len(current), -1, dtype=np.int64)
    if not len(known) or not len(current.identity):
        return result
    place = np.minimum(np.searchsorted(known, current.identity), len(known) - 1)
    shared = known[place] == current.identity
    pairs = np.column_stack((old_owner[order[place[shared]]], new_owner[shared]))
    distinct, counts = np.unique(pairs, axis=0, return_counts=True)
    taken: set[int] = set()
    for row in np.lexsort((distinct[:, 1], distinct[:, 0], -counts)).tolist():
        old, new = distinct[row].tolist()
        if result[new] < 0 and old not in taken:
            result[new] = old
            taken.add(old)
    return result

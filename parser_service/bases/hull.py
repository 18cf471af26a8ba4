"""Convex hulls of many sets of points at once, seen from above."""

from __future__ import annotations

from typing import Final

import numpy as np

from parser_service.bases.boxes import Float64Array
from parser_service.bases.union import IndexArray

# Each pass over all sets removes at least every second point that bulges inwards, but for shapes made to resist;
# what is left after so many passes is finished set by set.
_PASSES: Final = 32


def hulls(x: Float64Array, y: Float64Array, starts: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Return the corners of the convex hull of each set of points.

    Parameters
    ----------
    x, y : ndarray of shape (n,), float64
        The points, set after set.
    starts : ndarray of shape (k + 1,), int64
        Where each set begins; ends with n. No set is empty.

    Returns
    -------
    corners : ndarray of shape (c,), int64
        The points that are corners, set after set, counter-clockwise from the leftmost (lowest) one. Points on an
        edge are no corners; equal points give one.
    corner_starts : ndarray of shape (k + 1,), int64
        Where each set's corners begin.

    Notes
    -----
    Andrew's monotone chain, turned into passes: in a chain sorted by x, a point on or above the line between its
    two neighbours is on no lower hull, whether or not these neighbours are, so all such points go at once.
    """
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    lower = _chain(x, y, owner)
    upper = _chain(x, -y, owner)
    # The upper chain runs back, without the two ends where it meets the lower one at the same point.
    ends = np.concatenate((lower[_is_end(owner[lower])], upper[_is_end(owner[upper])]))
    del ends
    upper = upper[::-1]
    first, last = _first_and_last(owner[lower])
    at_end = np.zeros(len(x), dtype=np.bool_)
    at_end[lower[first | last]] = True
    same_place = _same_place(x, y, owner, lower[first | last])
    upper = upper[~(at_end[upper] | same_place[upper])]
    corners = np.concatenate((lower, upper))
    corners = corners[np.argsort(owner[corners], kind="stable")]
    counts = np.bincount(owner[corners], minlength=len(starts) - 1)
    return corners, np.append(0, np.cumsum(counts))

"""Convex hulls of many sets of points at once, seen from above."""

from __future__ import annotations

from typing import Final

import numpy as np

from parser_service.bases.boxes import BoolArray, Float64Array
from parser_service.bases.sorting import argsort
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
    if not len(x):
        return np.zeros(0, dtype=np.int64), starts
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    order = _order(x, y, owner)
    x, y, owner = x[order], y[order], owner[order]
    new_set = np.append(True, owner[1:] != owner[:-1])
    new_x = new_set | np.append(True, x[1:] != x[:-1])
    new_point = new_x | np.append(True, y[1:] != y[:-1])
    # Lowest and highest of the points that share an x; the highest by the first of its equals.
    points = np.flatnonzero(new_point)
    is_last = np.append(new_x[points][1:], True)
    lower = _chain(x, y, owner, np.flatnonzero(new_x))
    upper = _chain(x, -y, owner, points[is_last])
    in_lower = np.zeros(len(x), dtype=np.bool_)
    in_lower[lower] = True
    # Counter-clockwise: along the lower chain, back along the upper one, which shares no corner but its ends.
    corners = np.concatenate((lower, upper[~in_lower[upper]][::-1]))
    corners = corners[np.argsort(owner[corners], kind="stable")]
    counts = np.bincount(owner[corners], minlength=len(starts) - 1)
    return order[corners], np.append(0, np.cumsum(counts))


def _order(x: Float64Array, y: Float64Array, owner: IndexArray) -> IndexArray:
    """Return the order of points by owner, then x, then y: as ``np.lexsort``, in a fraction of its time."""
    ascending = np.argsort(x)
    place = np.empty(len(x), dtype=np.int64)
    place[ascending] = np.append(0, np.cumsum(np.diff(x[ascending]) != 0))
    order = np.argsort(y)
    for key in (place, owner):
        order = order[argsort(key[order])]
    return order


def _chain(x: Float64Array, y: Float64Array, owner: IndexArray, chain: IndexArray) -> IndexArray:
    """Return the lower hulls of sets of points: ``chain`` lists these by set, and by ascending x in each."""
    for _ in range(_PASSES):
        keep = _is_corner(x, y, owner, chain)
        if keep.all():
            return chain
        chain = chain[keep]
    return _finish(x, y, owner, chain)


def _is_corner(x: Float64Array, y: Float64Array, owner: IndexArray, chain: IndexArray) -> BoolArray:
    """Return which points of chains lie below the line between their neighbours, or have only one."""
    keep = np.ones(len(chain), dtype=np.bool_)
    before, here, after = chain[:-2], chain[1:-1], chain[2:]
    inner = owner[before] == owner[after]
    turn = (x[here] - x[before]) * (y[after] - y[before]) - (y[here] - y[before]) * (x[after] - x[before])
    keep[1:-1] = ~inner | (turn > 0)
    return keep


def _finish(x: Float64Array, y: Float64Array, owner: IndexArray, chain: IndexArray) -> IndexArray:
    """Return the lower hulls of chains, point by point."""
    done: list[int] = []
    for point in chain.tolist():
        while len(done) > 1 and owner[done[-2]] == owner[point] and not _is_below(x, y, done[-2:], point):
            done.pop()
        done.append(point)
    return np.array(done, dtype=np.int64)


def _is_below(x: Float64Array, y: Float64Array, edge: list[int], point: int) -> bool:
    """Return whether the second of two points lies below the line from the first to a third."""
    first, second = edge
    rise = (x[second] - x[first]) * (y[point] - y[first])
    return bool(rise > (y[second] - y[first]) * (x[point] - x[first]))

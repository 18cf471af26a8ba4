"""Finds which base a creature is inside of: within the base's hull, or not farther from it than the radius."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from parser_service.bases.boxes import Float64Array
from parser_service.bases.nearest import Nearest
from parser_service.bases.sorting import batches, runs
from parser_service.bases.union import IndexArray

# Pairs of a place and a base, or of a place and an edge, looked at together.
_BATCH: Final = 1 << 17


class Areas(NamedTuple):
    """Bases as areas: whose they are, their bounding boxes of shape (k, 3), and their hulls (see ``hulls``)."""

    tribe_id: IndexArray
    low: Float64Array
    high: Float64Array
    hull_starts: IndexArray
    hull: Float64Array


def find_areas(areas: Areas, positions: Float64Array, tribe_ids: IndexArray, radius: float) -> IndexArray:
    """Return the base that each place of a tribe is inside of.

    Parameters
    ----------
    areas : Areas
        The bases, Unreal units.
    positions : ndarray of shape (n, 3), float64
        Unreal units; NaN is inside of nothing.
    tribe_ids : ndarray of shape (n,), int64
        A place is inside of bases of its own tribe only.
    radius : float
        How far from its hull a base reaches (seen from above), and how far above and below its structures.

    Returns
    -------
    ndarray of shape (n,), int64
        The base, -1 for none. Where several reach, the one whose hull is nearest, the first of equals.

    Notes
    -----
    Places are sorted by tribe and x, so that a base only meets those in its own strip; of these, those within its
    grown bounding box are compared with each edge of its hull.
    """
    nearest = Nearest(len(positions))
    limit = radius * radius
    for place, base in _candidates(areas, positions, tribe_ids, radius):
        apart = _hull_distances(areas, positions[place, 0], positions[place, 1], base)
        reached = apart <= limit
        nearest.offer(place[reached], base[reached], apart[reached])
    return nearest.number


def _candidates(
    areas: Areas, positions: Float64Array, tribe_ids: IndexArray, radius: float
) -> Iterator[tuple[IndexArray, IndexArray]]:
    """Yield, in batches, the places within the grown boxes of bases of their tribe, and these bases."""
    known = np.flatnonzero(np.isfinite(positions).all(axis=1) & np.isin(tribe_ids, areas.tribe_id))
    tribes = np.unique(areas.tribe_id)
    width = len(known) + 1
    ascending = np.sort(positions[known, 0])
    keys = np.searchsorted(tribes, tribe_ids[known]) * width + np.searchsorted(ascending, positions[known, 0])
    order = np.argsort(keys, kind="stable")
    known, keys = known[order], keys[order]
    strip = np.searchsorted(tribes, areas.tribe_id) * width
    first = np.searchsorted(keys, strip + np.searchsorted(ascending, areas.low[:, 0] - radius))
    last = np.searchsorted(keys, strip + np.searchsorted(ascending, areas.high[:, 0] + radius, side="right"))
    counts = last - first
    for part in batches(counts, _BATCH):
        members, _ = runs(first[part], counts[part])
        place = known[members]
        base = np.repeat(np.arange(part.start, part.stop), counts[part])
        low, high = areas.low[base] - radius, areas.high[base] + radius
        within = ((positions[place] >= low) & (positions[place] <= high)).all(axis=1)
        yield from _by_edges(areas, place[within], base[within])


def _by_edges(areas: Areas, place: IndexArray, base: IndexArray) -> Iterator[tuple[IndexArray, IndexArray]]:
    """Yield pairs in batches that have not too many edges together."""
    edges = areas.hull_starts[base + 1] - areas.hull_starts[base]
    for part in batches(edges, _BATCH):
        yield place[part], base[part]


def _hull_distances(areas: Areas, x: Float64Array, y: Float64Array, base: IndexArray) -> Float64Array:
    """Return the squared distance of each place from the hull of a base; 0 inside."""
    edges = areas.hull_starts[base + 1] - areas.hull_starts[base]
    corner, start = runs(areas.hull_starts[base], edges)
    pair = np.repeat(np.arange(len(base)), edges)
    following = corner + 1
    is_last = following == areas.hull_starts[base + 1][pair]
    following[is_last] = areas.hull_starts[base][pair[is_last]]
    (x0, y0), (x1, y1) = areas.hull[corner].T, areas.hull[following].T
    along_x, along_y, to_x, to_y = x1 - x0, y1 - y0, x[pair] - x0, y[pair] - y0
    length = along_x * along_x + along_y * along_y
    share = np.zeros(len(corner))
    np.divide(to_x * along_x + to_y * along_y, length, out=share, where=length > 0)
    share = np.clip(share, 0.0, 1.0)
    apart = np.square(to_x - share * along_x) + np.square(to_y - share * along_y)
    left_of = along_x * to_y - along_y * to_x >= 0
    if not len(base):
        return np.zeros(0)
    nearest: Float64Array = np.minimum.reduceat(apart, start)
    # A hull of one or two corners has no inside.
    nearest[np.logical_and.reduceat(left_of, start) & (edges > 2)] = 0.0
    return nearest

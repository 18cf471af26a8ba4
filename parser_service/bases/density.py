"""Tells structures with many others around them from those that only stand at the edge, as DBSCAN does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

import numpy as np

from parser_service.bases.boxes import BoolArray, may_touch, point_bounds, squared_distances
from parser_service.bases.cells import Cells, points_of
from parser_service.bases.grid import Grid
from parser_service.bases.nearest import Nearest
from parser_service.bases.pairs import Pairs, Surroundings, fine_pairs
from parser_service.bases.sorting import batches, runs
from parser_service.bases.union import IndexArray

# Points that are compared together: enough that a step costs little, few enough to take no memory to speak of.
_BATCH: Final = 1 << 18


class _Meetings(NamedTuple):
    """Points, and cells that may hold others within the radius of them."""

    points: IndexArray
    cells: IndexArray


def core_points(grid: Grid, near: Surroundings | None, radius: float, min_samples: int) -> BoolArray:
    """Return which points have at least ``min_samples`` points within the radius, themselves included.

    Notes
    -----
    A cell is narrower than the radius: if it has ``min_samples`` points, all of them are core points. Only points
    of emptier cells are counted around, each until it has enough. As any cell has at most 124 near it (3-D), each
    point is compared with fewer than 124 ``min_samples`` others, so that the cost is linear, however dense they are.
    """
    sizes = np.diff(grid.fine_start)
    is_core = np.empty(len(grid.order), dtype=np.bool_)
    is_core[grid.order] = np.repeat(sizes >= min_samples, sizes)
    if near is not None:
        is_core[points_of(near.cells, grid)] = _count(near, radius, min_samples) >= min_samples
    return is_core


def _count(near: Surroundings, radius: float, enough: int) -> IndexArray:
    """Return how many points are within the radius of each point of the cells; counting ends when it is enough."""
    cells, limit = near.cells, radius * radius
    sizes = np.diff(cells.fine_start)
    counts = np.repeat(sizes, sizes)
    asks = counts < enough
    for meetings in _meetings(near, radius, asks, np.ones(len(sizes), dtype=np.bool_)):
        bounds = point_bounds(cells.columns, meetings.points, cells.fine, meetings.cells)
        whole = bounds.most <= limit
        np.add.at(counts, meetings.points[whole], sizes[meetings.cells[whole]])
        part = (bounds.least <= limit) & ~whole & (counts[meetings.points] < enough)
        for left, right in _point_pairs(cells, _Meetings(meetings.points[part], meetings.cells[part])):
            hit = squared_distances(cells.columns, left, right) <= limit
            np.add.at(counts, left[hit], 1)
        asks[meetings.points] = counts[meetings.points] < enough
    return counts


def nearest_cores(grid: Grid, near: Surroundings, is_core: BoolArray, radius: float) -> Pairs:
    """Return the points that are no core points but have one within the radius, and the nearest such one of each.

    Of core points equally near, it is the first. ``is_core`` has an entry per point of the grid.
    """
    cells = near.cells
    points = points_of(cells, grid)
    core = is_core[points]
    offers = np.logical_or.reduceat(core, cells.fine_start[:-1])
    nearest = Nearest(len(core))
    own = np.flatnonzero(offers)
    at_home = _askers(cells, Pairs(own, own), ~core)
    for meetings in chain(at_home, _meetings(near, radius, ~core, offers)):
        for left, right in _point_pairs(cells, meetings):
            keep = core[right]
            left, right = left[keep], right[keep]  # noqa: PLW2901  # the pairs that matter
            distance = squared_distances(cells.columns, left, right)
            keep = distance <= radius * radius
            nearest.offer(left[keep], points[right[keep]], distance[keep])
    border = np.flatnonzero(nearest.number >= 0)
    return Pairs(points[border], nearest.number[border])


def _meetings(near: Surroundings, radius: float, asks: BoolArray, offers: BoolArray) -> Iterator[_Meetings]:
    """Yield, in batches, the points that ask with the other cells that offer and may be near them.

    ``asks`` has an entry per point, and may be changed between batches; ``offers`` has one per fine cell.
    """
    cells = near.cells
    any_asks = np.logical_or.reduceat(asks, cells.fine_start[:-1])
    for left, right in fine_pairs(near, radius):
        for one, other in ((left, right), (right, left)):
            wanted = any_asks[one] & offers[other]
            one, other = one[wanted], other[wanted]  # noqa: PLW2901  # the pairs that matter
            touch = may_touch(cells.fine, one, other, radius)
            yield from _askers(cells, Pairs(one[touch], other[touch]), asks)


def _askers(cells: Cells, pairs: Pairs, asks: BoolArray) -> Iterator[_Meetings]:
    """Yield the asking points of the cells on the left, each with the cell on the right."""
    sizes = cells.fine_start[pairs.left + 1] - cells.fine_start[pairs.left]
    for part in batches(sizes, _BATCH):
        points, _ = runs(cells.fine_start[pairs.left[part]], sizes[part])
        others = np.repeat(pairs.right[part], sizes[part])
        wanted = asks[points]
        yield _Meetings(points[wanted], others[wanted])


def _point_pairs(cells: Cells, meetings: _Meetings) -> Iterator[Pairs]:
    """Yield, in batches, the points of meetings with each point of the cells that they meet."""
    sizes = cells.fine_start[meetings.cells + 1] - cells.fine_start[meetings.cells]
    for part in batches(sizes, _BATCH):
        right, _ = runs(cells.fine_start[meetings.cells[part]], sizes[part])
        yield Pairs(np.repeat(meetings.points[part], sizes[part]), right)

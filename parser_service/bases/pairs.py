"""Finds the pairs of cells of a grid that may hold points within the radius of each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from parser_service.bases.boxes import may_touch
from parser_service.bases.grid import Grid
from parser_service.bases.union import IndexArray

# Pairs that are looked at together: enough that a step costs little, few enough to stay in the cache.
_BATCH: Final = 1 << 18


class Pairs(NamedTuple):
    """Pairs of cells, by number."""

    left: IndexArray
    right: IndexArray


def fine_pairs(grid: Grid, radius: float) -> Iterator[Pairs]:
    """Yield, in batches, the pairs of fine cells whose coarse cells may touch."""
    sizes = np.diff(grid.coarse_start)
    crowded = np.flatnonzero(sizes > 1)
    yield from _expand(grid, Pairs(crowded, crowded))
    for pairs in _coarse_pairs(grid):
        touch = may_touch(grid.coarse, pairs.left, pairs.right, radius)
        yield from _expand(grid, Pairs(pairs.left[touch], pairs.right[touch]))


def _coarse_pairs(grid: Grid) -> Iterator[Pairs]:
    """Yield the pairs of neighbouring coarse cells: next in the row, or beside it in a neighbouring row."""
    beside = np.flatnonzero((np.diff(grid.row) == 0) & (np.diff(grid.place) == 1))
    yield Pairs(beside, beside + 1)
    width = int(grid.place.max()) + 3
    keys = grid.row * width + grid.place + 1
    row_of = np.full(len(grid.row_keys), -1, dtype=np.int64)
    for step in grid.row_steps:
        wanted = grid.row_keys + step
        found = np.minimum(np.searchsorted(grid.row_keys, wanted), len(grid.row_keys) - 1)
        np.copyto(row_of, np.where(grid.row_keys[found] == wanted, found, -1))
        left = np.flatnonzero(row_of[grid.row] >= 0)
        lowest = row_of[grid.row[left]] * width + grid.place[left]
        right = np.searchsorted(keys, lowest)
        for _ in range(3):  # the places one below, the same, one above
            inside = right < len(keys)
            left, right, lowest = left[inside], right[inside], lowest[inside]
            near = keys[right] <= lowest + 2
            left, right, lowest = left[near], right[near], lowest[near]
            yield Pairs(left, right)
            right = right + 1


def _expand(grid: Grid, pairs: Pairs) -> Iterator[Pairs]:
    """Yield the pairs of fine cells within pairs of coarse cells; of a cell with itself, each pair once."""
    sizes = np.diff(grid.coarse_start)
    products = sizes[pairs.left] * sizes[pairs.right]
    ends = np.cumsum(products)
    first = 0
    while first < len(products):
        done = ends[first - 1] if first else 0
        # At most 64 pairs come of one, so every batch has room for at least one.
        last = int(np.searchsorted(ends, done + _BATCH, side="right"))
        part = slice(first, last)
        count = products[part]
        owner = np.repeat(np.arange(first, last), count)
        offset = np.arange(int(ends[last - 1] - done)) - np.repeat(ends[part] - count - done, count)
        row, column = np.divmod(offset, sizes[pairs.right[owner]])
        left = grid.coarse_start[pairs.left[owner]] + row
        right = grid.coarse_start[pairs.right[owner]] + column
        once = (pairs.left[owner] != pairs.right[owner]) | (left < right)
        yield Pairs(left[once], right[once])
        first = last

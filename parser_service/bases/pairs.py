"""Finds the pairs of cells of a grid that may hold points within the radius of each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from parser_service.bases.boxes import Float64Array, may_touch
from parser_service.bases.cells import Cells, gather
from parser_service.bases.grid import Grid
from parser_service.bases.sorting import batches, runs
from parser_service.bases.union import IndexArray

# Pairs that are looked at together: enough that a step costs little, few enough to stay in the cache.
_BATCH: Final = 1 << 16


class Pairs(NamedTuple):
    """Pairs of cells, by number."""

    left: IndexArray
    right: IndexArray


class Surroundings(NamedTuple):
    """The cells that others may be near, and which of their coarse cells are neighbours."""

    cells: Cells
    neighbours: list[Pairs]


def _neighbour_cells(grid: Grid) -> Iterator[Pairs]:
    """Yield the pairs of neighbouring coarse cells: next in the row, or beside it in a neighbouring row."""
    beside = np.flatnonzero((grid.row[1:] == grid.row[:-1]) & (grid.place[1:] - grid.place[:-1] == 1))
    yield Pairs(beside, beside + 1)
    width = int(grid.place.max()) + 3
    keys = grid.row * width + grid.place + 1
    for rows in _neighbour_rows(grid):
        sizes = grid.row_start[rows.left + 1] - grid.row_start[rows.left]
        left, _ = runs(grid.row_start[rows.left], sizes)
        lowest = np.repeat(rows.right, sizes) * width + grid.place[left]
        right = np.searchsorted(keys, lowest)
        for _ in range(3):  # the places one below, the same, one above
            inside = right < len(keys)
            left, right, lowest = left[inside], right[inside], lowest[inside]
            near = keys[right] <= lowest + 2
            left, right, lowest = left[near], right[near], lowest[near]
            yield Pairs(left, right)
            right = right + 1


def _neighbour_rows(grid: Grid) -> Iterator[Pairs]:
    """Yield the pairs of neighbouring rows, the one with the lower key first."""
    keys = grid.row_keys
    next_row = np.flatnonzero(keys[1:] - keys[:-1] == 1)
    yield Pairs(next_row, next_row + 1)
    if not grid.row_step:
        return
    left, highest = np.arange(len(keys)), keys + (grid.row_step + 1)
    right = np.searchsorted(keys, highest - 2)
    for _ in range(3):  # on the other axis one further; on this axis one below, the same, one above
        inside = right < len(keys)
        left, right, highest = left[inside], right[inside], highest[inside]
        near = keys[right] <= highest
        left, right, highest = left[near], right[near], highest[near]
        yield Pairs(left, right)
        right = right + 1


def with_neighbours(columns: Sequence[Float64Array], grid: Grid) -> Surroundings | None:
    """Return the coarse cells that have neighbours, or more than one fine cell; ``None`` where there are none.

    Most pillars stand in a cell with none near it; these are done with before their places are looked at.
    """
    neighbours = [*_neighbour_cells(grid)]
    is_used = np.diff(grid.coarse_start) > 1
    for pairs in neighbours:
        is_used[pairs.left] = True
        is_used[pairs.right] = True
    used = np.flatnonzero(is_used)
    if not len(used):
        return None
    number = np.cumsum(is_used) - 1
    cells = gather(columns, grid, used)
    return Surroundings(cells, [Pairs(number[left], number[right]) for left, right in neighbours])


def fine_pairs(surroundings: Surroundings, radius: float) -> Iterator[Pairs]:
    """Yield, in batches, the pairs of fine cells whose coarse cells may touch, each pair once."""
    cells = surroundings.cells
    crowded = np.flatnonzero(np.diff(cells.coarse_start) > 1)
    yield from _expand(cells, Pairs(crowded, crowded))
    for pairs in surroundings.neighbours:
        touch = may_touch(cells.coarse, pairs.left, pairs.right, radius)
        yield from _expand(cells, Pairs(pairs.left[touch], pairs.right[touch]))


def _expand(cells: Cells, pairs: Pairs) -> Iterator[Pairs]:
    """Yield the pairs of fine cells within pairs of coarse cells; of a cell with itself, each pair once."""
    sizes = np.diff(cells.coarse_start)
    products = sizes[pairs.left] * sizes[pairs.right]
    for part in batches(products, _BATCH):
        offset, _ = runs(np.zeros(part.stop - part.start, dtype=np.int64), products[part])
        owner = np.repeat(np.arange(part.start, part.stop), products[part])
        row, column = np.divmod(offset, sizes[pairs.right[owner]])
        left = cells.coarse_start[pairs.left[owner]] + row
        right = cells.coarse_start[pairs.right[owner]] + column
        once = (pairs.left[owner] != pairs.right[owner]) | (left < right)
        yield Pairs(left[once], right[once])

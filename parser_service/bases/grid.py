"""Sorts points into a two-level grid: fine cells that are one piece each, coarse cells that find neighbours."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from parser_service.bases.boxes import Boxes, Float64Array, box_runs, merge_runs
from parser_service.bases.union import IndexArray

# A fine cell is a little narrower than radius / sqrt(d), so that rounding cannot make its diagonal longer.
_SHRINK: Final = 1e-9
# With more than this, a coarse cell (two fine ones) might be narrower than the radius.
_MOST_SHRINK: Final = 0.05
# Keys are 64-bit integers; two bits are kept free for sign and padding.
_MOST_KEYS: Final = 2**62


class Grid(NamedTuple):
    """Points in the order of their cells, and those cells.

    Attributes
    ----------
    order : ndarray of shape (n,)
        Which point is where.
    columns : ndarray of shape (d, n), float64
        The points' coordinates in that order.
    fine_start : ndarray of shape (fine + 1,)
        Where the points of each fine cell begin; ends with n.
    coarse_start : ndarray of shape (coarse + 1,)
        Where the fine cells of each coarse cell begin; ends with their number.
    fine, coarse : Boxes
        Tight boxes around the cells' points.
    row : ndarray of shape (coarse,)
        Rank of the row of cells, along the last axis, in which a coarse cell lies; ascending.
    place : ndarray of shape (coarse,)
        Its place in that row; ascending within a row.
    row_keys : ndarray of shape (rows,)
        Ascending; the keys of neighbouring rows differ by one of ``row_steps``.
    """

    order: IndexArray
    columns: Float64Array
    fine_start: IndexArray
    coarse_start: IndexArray
    fine: Boxes
    coarse: Boxes
    row: IndexArray
    place: IndexArray
    row_keys: IndexArray
    row_steps: tuple[int, ...]


class _Sorted(NamedTuple):
    """A sort's order, and whether fine and coarse cell change between neighbours in it."""

    order: IndexArray
    fine_changes: NDArray[np.bool_]
    coarse_changes: NDArray[np.bool_]


def make_grid(columns: Float64Array, tribes: IndexArray, radius: float) -> Grid:
    """Return the grid of points, each tribe in cells of its own.

    ``columns`` is of shape (d, n), n > 0; ``tribes`` are ranks, from 0.
    """
    cells = [_fine_cells(column, radius, len(columns)) for column in columns]
    row_key, place, width = _row_keys([cell >> 1 for cell in cells], tribes)
    inner = cells[0] & 1
    for cell in cells[1:]:
        inner = inner << 1 | cell & 1
    done = _sort(row_key, place, inner, len(cells))
    ordered = np.empty_like(columns)
    for axis, column in enumerate(columns):
        np.take(column, done.order, out=ordered[axis])
    fine_start = np.append(0, np.flatnonzero(done.fine_changes) + 1)
    coarse_start = np.append(0, np.flatnonzero(done.coarse_changes[fine_start[1:] - 1]) + 1)
    leaders = done.order[fine_start[coarse_start]]
    keys = row_key[leaders]
    new_row = np.append(True, keys[1:] != keys[:-1])
    fine = box_runs(ordered, fine_start)
    return Grid(
        order=done.order,
        columns=ordered,
        fine_start=np.append(fine_start, len(done.order)),
        coarse_start=np.append(coarse_start, len(fine_start)),
        fine=fine,
        coarse=merge_runs(fine, coarse_start),
        row=np.cumsum(new_row) - 1,
        place=place[leaders],
        row_keys=keys[new_row],
        row_steps=(1,) if len(cells) == 2 else (1, width - 1, width, width + 1),
    )


def _fine_cells(column: Float64Array, radius: float, dimensions: int) -> IndexArray:
    """Return each point's cell on one axis, from 0."""
    low = column.min()
    side = radius / np.sqrt(dimensions)
    # Rounding shifts a cell's border by this part of the cell when there are very many cells.
    shrink = _SHRINK + float((column.max() - low) / side) * 2.0**-50
    if shrink > _MOST_SHRINK:
        message = f"a radius of {radius} is too small for coordinates this far apart"
        raise ValueError(message)
    cells: IndexArray = ((column - low) / (side * (1 - shrink))).astype(
        np.int64
    )  # positive: cutting is flooring
    return cells


def _row_keys(coarse: list[IndexArray], tribes: IndexArray) -> tuple[IndexArray, IndexArray, int]:
    """Return each point's row and its place in it, and the keys that one step on the last row axis spans.

    Rows are numbered so that stepping off either end of an axis meets no other row.
    """
    key, width = tribes, 0
    for cells in coarse[:-1]:
        width = int(cells.max()) + 3
        if (int(key.max()) + 1) * width > _MOST_KEYS:
            key, cells = _close_gaps(key), _close_gaps(cells)  # noqa: PLW2901  # the same cells, renumbered
            width = int(cells.max()) + 3
        key = key * width + cells + 1
    place = coarse[-1]
    if (len(place) + 1) * (int(place.max()) + 3) > _MOST_KEYS:
        place = _close_gaps(place)
    return key, place, width


def _close_gaps(values: IndexArray) -> IndexArray:
    """Return ranks in which neighbours (differing by one) stay neighbours, and no others become such."""
    return _renumber(values, most=2)


def rank(values: IndexArray) -> IndexArray:
    """Return the rank of each value among the distinct ones, from 0."""
    return _renumber(values, most=1)


def _renumber(values: IndexArray, *, most: int) -> IndexArray:
    """Return values that are in the same order, from 0, and differ by at most ``most`` from the next."""
    order = _argsort(values)
    ordered = values[order]
    # Unsigned, for two int64 may lie farther apart than an int64 can say.
    steps = np.diff(ordered.view(np.uint64))
    numbers = np.empty(len(values), dtype=np.int64)
    numbers[order] = np.append(0, np.cumsum(np.minimum(steps, np.uint64(most)).view(np.int64)))
    return numbers


def _argsort(values: IndexArray) -> IndexArray:
    """Return the order of the values, by sorting them with their places packed in where these fit."""
    bits = max(1, (len(values) - 1).bit_length())
    low = int(values.min())
    if int(values.max()) - low >= _MOST_KEYS >> bits:
        return np.argsort(values, kind="stable")
    packed = (values - low) << bits | np.arange(len(values))
    packed.sort()
    order: IndexArray = packed & (1 << bits) - 1
    return order


def _sort(row_key: IndexArray, place: IndexArray, inner: IndexArray, dimensions: int) -> _Sorted:
    """Sort points by row, place in the row, and fine cell.

    Where all of it and the point's number fit into one integer, sorting values beats sorting indices.
    """
    index_bits = max(1, (len(place) - 1).bit_length())
    places = int(place.max()) + 1
    if (int(row_key.max()) + 1) * places << (dimensions + index_bits) <= _MOST_KEYS:
        packed = (row_key * places + place << dimensions | inner) << index_bits
        packed |= np.arange(len(place))
        packed.sort()
        order = packed & (1 << index_bits) - 1
        packed >>= index_bits
        fine_changes = packed[1:] != packed[:-1]
        packed >>= dimensions
        return _Sorted(order, fine_changes, packed[1:] != packed[:-1])
    order = np.lexsort((inner, place, row_key))
    row, at, sub = row_key[order], place[order], inner[order]
    coarse_changes = (row[1:] != row[:-1]) | (at[1:] != at[:-1])
    return _Sorted(order, coarse_changes | (sub[1:] != sub[:-1]), coarse_changes)

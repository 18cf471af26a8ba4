"""Sorts points into a two-level grid: fine cells that are one piece each, coarse cells that find neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from parser_service.bases.axes import Axis, measure
from parser_service.bases.boxes import Float64Array
from parser_service.bases.sorting import MOST_KEYS, index_bits, starts_of
from parser_service.bases.union import IndexArray
from parser_service.bases.wide import Sorted, sort_wide

# Points whose keys are made together: their intermediate results stay in the cache, and take no memory to speak of.
_BLOCK: Final = 1 << 15


class Grid(NamedTuple):
    """The order of points by cell, and those cells.

    Attributes
    ----------
    order : ndarray of shape (n,)
        Which point is where; ascending within a fine cell.
    fine_start : ndarray of shape (fine + 1,)
        Where the points of each fine cell begin in ``order``; ends with n.
    coarse_start : ndarray of shape (coarse + 1,)
        Where the fine cells of each coarse cell begin; ends with their number.
    row : ndarray of shape (coarse,)
        Rank of the row of cells, along the last axis, in which a coarse cell lies; ascending.
    place : ndarray of shape (coarse,)
        Its place in that row; ascending within a row.
    row_start : ndarray of shape (rows + 1,)
        Where the coarse cells of each row begin; ends with their number.
    row_keys : ndarray of shape (rows,)
        Ascending; the next row on the last row axis has the next key.
    row_step : int
        By how much the keys of rows differ that are neighbours on the other row axis; 0 where there is none.
    """

    order: IndexArray
    fine_start: IndexArray
    coarse_start: IndexArray
    row: IndexArray
    place: IndexArray
    row_start: IndexArray
    row_keys: IndexArray
    row_step: int


def make_grid(columns: Sequence[Float64Array], tribes: IndexArray, radius: float) -> Grid:
    """Return the grid of points, each tribe in cells of its own.

    ``columns`` are the coordinates, axis by axis, none of them empty; ``tribes`` are ranks, from 0.
    """
    axes = [measure(column, radius, len(columns)) for column in columns]
    done = _sort(columns, axes, tribes) or sort_wide(columns, axes, tribes)
    row_start = starts_of(done.row_key[1:] != done.row_key[:-1])
    return Grid(
        order=done.order,
        fine_start=np.append(done.fine_start, len(done.order)),
        coarse_start=np.append(done.coarse_start, len(done.fine_start)),
        row=np.repeat(np.arange(len(row_start)), np.diff(row_start, append=len(done.row_key))),
        place=done.place,
        row_start=np.append(row_start, len(done.row_key)),
        row_keys=done.row_key[row_start],
        row_step=done.row_step,
    )


def _sort(columns: Sequence[Float64Array], axes: Sequence[Axis], tribes: IndexArray) -> Sorted | None:
    """Sort points by row, place in the row, and fine cell; ``None`` where all that makes too large a number.

    Where all of it and the point's number fit into one integer, sorting values beats sorting indices.
    """
    *row_axes, last = axes
    bits, dimensions = index_bits(len(tribes)), len(axes)
    keys = (int(tribes.max()) + 1) * last.cells
    for axis in row_axes:
        keys *= axis.width
    if keys << (dimensions + bits) > MOST_KEYS:
        return None
    packed = _pack(columns, axes, tribes, bits)
    packed.sort()
    order = packed & (1 << bits) - 1
    packed >>= bits
    fine_start = starts_of(packed[1:] != packed[:-1])
    cells = packed[fine_start]
    del packed
    cells >>= dimensions
    coarse_start = starts_of(cells[1:] != cells[:-1])
    row_key, place = np.divmod(cells[coarse_start], last.cells)
    return Sorted(order, fine_start, coarse_start, row_key, place, row_axes[-1].width if row_axes[1:] else 0)


def _pack(columns: Sequence[Float64Array], axes: Sequence[Axis], tribes: IndexArray, bits: int) -> IndexArray:
    """Return each point's key: tribe, row, place, fine cell, and the point's number in the lowest bits.

    Rows are numbered so that stepping off either end of an axis meets no other row.
    """
    packed = np.empty(len(tribes), dtype=np.int64)
    for first in range(0, len(tribes), _BLOCK):
        part = slice(first, min(first + _BLOCK, len(tribes)))
        key = tribes[part].copy()
        inner = np.zeros_like(key)
        for number, (column, axis) in enumerate(zip(columns, axes, strict=True), start=1):
            fine = axis.cells_of(column[part])
            inner <<= 1
            inner |= fine & 1
            fine >>= 1
            is_row = number < len(axes)
            key *= axis.width if is_row else axis.cells
            key += fine
            key += is_row
        key <<= len(axes)
        key |= inner
        key <<= bits
        key |= np.arange(part.start, part.stop)
        packed[part] = key
    return packed

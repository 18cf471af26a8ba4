"""Sorts points into a two-level grid: fine cells that are one piece each, coarse cells that find neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from parser_service.bases.boxes import Boxes, Float64Array, box_runs, merge_runs
from parser_service.bases.union import IndexArray

# A fine cell is a little narrower than radius / sqrt(d), so that rounding cannot make its diagonal longer.
_SHRINK: Final = 1e-9
# Beyond this, a coarse cell (two fine ones) might be narrower than the radius; see ``_fine_cells``.
_MOST_SHRINK: Final = 0.05
_KEY_BITS: Final = 62


class Grid(NamedTuple):
    """Points in the order of their cells, and those cells.

    Attributes
    ----------
    order : ndarray of shape (n,)
        Which point is where.
    columns : ndarray of shape (d, n), float64
        The points' coordinates in that order.
    fine_start, coarse_start
        Where the runs of each fine cell begin among points, of each coarse cell among fine cells.
    fine, coarse
        The cells' boxes.
    row : ndarray of shape (coarse,)
        The row of cells along the last axis in which a coarse cell lies.
    place : ndarray of shape (coarse,)
        Its place in that row.
    row_keys : ndarray of shape (rows,)
        The rows' sorted keys; neighbouring rows differ by ``row_steps``.
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


def make_grid(columns: Float64Array, tribes: IndexArray, radius: float) -> Grid:
    """Return the grid of points, each tribe in a grid of its own.

    ``columns`` is of shape (d, n); ``tribes`` are ranks, from 0.
    """
    cells = _fine_cells(columns, radius)
    coarse = [cell >> 1 for cell in cells]
    inner = cells[0] & 1
    for cell in cells[1:]:
        inner = inner * 2 + (cell & 1)
    rows, widths = _row_keys(coarse, tribes)
    order, changes = _sort(rows, coarse[-1] * 2 ** len(cells) + inner, len(cells))
    columns = np.ascontiguousarray(columns[:, order])
    fine_start = np.append(0, np.flatnonzero(changes.fine) + 1)
    firsts = order[fine_start]
    coarse_start = np.append(0, np.flatnonzero(changes.coarse[fine_start[1:] - 1]) + 1)
    leaders = firsts[coarse_start]
    row_of = rows[leaders]
    new_row = np.append(True, row_of[1:] != row_of[:-1])
    fine = box_runs(columns, fine_start)
    return Grid(
        order=order,
        columns=columns,
        fine_start=fine_start,
        coarse_start=coarse_start,
        fine=fine,
        coarse=merge_runs(fine, coarse_start),
        row=np.cumsum(new_row) - 1,
        place=coarse[-1][leaders],
        row_keys=row_of[new_row],
        row_steps=(1,) if len(cells) == 2 else (1, widths[-1] - 1, widths[-1], widths[-1] + 1),
    )

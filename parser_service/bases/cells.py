"""The cells of a grid that have neighbours, with their points and the boxes around these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from parser_service.bases.boxes import Boxes, Float64Array, box_runs, merge_runs
from parser_service.bases.grid import Grid
from parser_service.bases.sorting import batches, runs
from parser_service.bases.union import IndexArray

# Points that are fetched together, so that only coordinates take memory for all.
_BATCH: Final = 1 << 18


class Cells(NamedTuple):
    """Some coarse cells of a grid.

    Attributes
    ----------
    number : ndarray of shape (fine,)
        Which fine cells of the grid theirs are; ascending.
    columns : ndarray of shape (d, m), float64
        The coordinates of their points, cell after cell.
    fine_start : ndarray of shape (fine + 1,)
        Where the points of each fine cell begin; ends with m.
    coarse_start : ndarray of shape (coarse + 1,)
        Where the fine cells of each coarse cell begin; ends with their number.
    fine, coarse : Boxes
        Tight boxes around the cells' points.
    """

    number: IndexArray
    columns: Float64Array
    fine_start: IndexArray
    coarse_start: IndexArray
    fine: Boxes
    coarse: Boxes


def gather(columns: Sequence[Float64Array], grid: Grid, coarse: IndexArray) -> Cells:
    """Return the given coarse cells of a grid (ascending, at least one) with their points."""
    sizes = grid.coarse_start[coarse + 1] - grid.coarse_start[coarse]
    number, coarse_start = runs(grid.coarse_start[coarse], sizes)
    counts = grid.fine_start[number + 1] - grid.fine_start[number]
    fine_start = np.append(0, np.cumsum(counts))
    ordered = np.empty((len(columns), int(fine_start[-1])))
    for part in batches(counts, _BATCH):
        points = _points(grid, number[part])
        for axis, column in enumerate(columns):
            ordered[axis, fine_start[part.start] : fine_start[part.stop]] = column.take(points)
    fine = box_runs(ordered, fine_start[:-1])
    return Cells(
        number=number,
        columns=ordered,
        fine_start=fine_start,
        coarse_start=np.append(coarse_start, len(number)),
        fine=fine,
        coarse=merge_runs(fine, coarse_start),
    )


def points_of(cells: Cells, grid: Grid) -> IndexArray:
    """Return which points those of some cells of a grid are, cell after cell."""
    return _points(grid, cells.number)


def _points(grid: Grid, fine: IndexArray) -> IndexArray:
    """Return the points of fine cells, cell after cell."""
    places, _ = runs(grid.fine_start[fine], grid.fine_start[fine + 1] - grid.fine_start[fine])
    return grid.order[places]

"""Sorts points whose cells are too many for one 64-bit key: tiny radius, huge map, or very many tribes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from parser_service.bases.axes import Axis
from parser_service.bases.boxes import Float64Array
from parser_service.bases.sorting import MOST_KEYS, close_gaps, index_bits, rank, starts_of
from parser_service.bases.union import IndexArray


class Sorted(NamedTuple):
    """Points in the order of their cells, where cells begin, and of each coarse cell the row and its place in it."""

    order: IndexArray
    fine_start: IndexArray
    coarse_start: IndexArray
    row_key: IndexArray
    place: IndexArray
    row_step: int


def sort_wide(columns: Sequence[Float64Array], axes: Sequence[Axis], tribes: IndexArray) -> Sorted:
    """Sort points by row, place in the row, and fine cell.

    Rows, and where need be places, are renumbered without their gaps, so that neighbours stay neighbours.
    """
    fine = [axis.cells_of(column) for column, axis in zip(columns, axes, strict=True)]
    row_key, row_step = _row_keys(fine[:-1], tribes)
    place = fine[-1] >> 1
    if (len(place) + 1) * (int(place.max()) + 3) > MOST_KEYS:
        place = close_gaps(place)
    inner = fine[0] & 1
    for cells in fine[1:]:
        inner = inner << 1 | cells & 1
    order = _order(rank(row_key), place, inner, len(fine))
    row, at, sub = row_key[order], place[order], inner[order]
    coarse_changes = (row[1:] != row[:-1]) | (at[1:] != at[:-1])
    fine_start = starts_of(coarse_changes | (sub[1:] != sub[:-1]))
    coarse_start = starts_of(coarse_changes[fine_start[1:] - 1])
    first = fine_start[coarse_start]
    return Sorted(order, fine_start, coarse_start, row[first], at[first], row_step)


def _row_keys(fine: Sequence[IndexArray], tribes: IndexArray) -> tuple[IndexArray, int]:
    """Return each point's row, and the keys that one step on the first of two row axes spans.

    Rows are numbered so that stepping off either end of an axis meets no other row.
    """
    key, width = tribes, 0
    for cells in (one >> 1 for one in fine):
        width = int(cells.max()) + 3
        if (int(key.max()) + 1) * width > MOST_KEYS:
            key, cells = close_gaps(key), close_gaps(cells)  # noqa: PLW2901  # the same cells, renumbered
            width = int(cells.max()) + 3
        key = key * width + cells + 1
    return key, width if len(fine) > 1 else 0


def _order(row: IndexArray, place: IndexArray, inner: IndexArray, dimensions: int) -> IndexArray:
    """Return the stable order by row, place and fine cell, by one sort of values where these fit."""
    places, bits = int(place.max()) + 1, index_bits(len(place))
    if (int(row.max()) + 1) * places << (dimensions + bits) > MOST_KEYS:
        return np.lexsort((inner, place, row))
    packed = (row * places + place << dimensions | inner) << bits
    packed |= np.arange(len(place))
    packed.sort()
    packed &= (1 << bits) - 1
    return packed

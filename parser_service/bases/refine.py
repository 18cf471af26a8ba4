"""Settles the pairs of cells whose boxes say neither yes nor no, by halving both until they do."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from parser_service.bases.boxes import Boxes, Float64Array, box_runs, judge
from parser_service.bases.grid import Grid
from parser_service.bases.pairs import Pairs
from parser_service.bases.union import Components, IndexArray

# Pairs settled together; the memory of a level is a small multiple of it.
_BATCH: Final = 1 << 16


class _Nodes(NamedTuple):
    """Parts of cells: runs of points, with their boxes, and the cell that each is part of."""

    columns: Float64Array
    start: IndexArray
    size: IndexArray
    boxes: Boxes
    cell: IndexArray


def settle(grid: Grid, pairs: Pairs, radius: float, components: Components) -> None:
    """Join the cells of those pairs that have points within the radius of each other."""
    for first in range(0, len(pairs.left), _BATCH):
        left, right = pairs.left[first : first + _BATCH], pairs.right[first : first + _BATCH]
        apart = components.roots(left) != components.roots(right)
        if apart.any():
            _settle_batch(grid, Pairs(left[apart], right[apart]), radius, components)


def _settle_batch(grid: Grid, pairs: Pairs, radius: float, components: Components) -> None:
    cells = np.unique(np.concatenate(pairs))
    nodes = _cell_nodes(grid, cells)
    left, right = np.searchsorted(cells, pairs.left), np.searchsorted(cells, pairs.right)
    while len(left):
        nodes, left, right = _halve(nodes, left, right)
        verdict = judge(nodes.boxes, left, right, radius)
        components.join(nodes.cell[left[verdict.near]], nodes.cell[right[verdict.near]])
        left, right = left[verdict.open], right[verdict.open]
        apart = components.roots(nodes.cell[left]) != components.roots(nodes.cell[right])
        left, right = left[apart], right[apart]


def _cell_nodes(grid: Grid, cells: IndexArray) -> _Nodes:
    """Return one node for each of the given cells, with copies of their points."""
    start, end = grid.fine_start[cells], grid.fine_start[cells + 1]
    points, first = _runs(start, end - start)
    boxes = Boxes(grid.fine.low[:, cells], grid.fine.high[:, cells])
    return _Nodes(grid.columns[:, points], first, end - start, boxes, cells)


def _runs(start: IndexArray, count: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Return the members of runs one after the other, and where each run then begins."""
    first = np.cumsum(count) - count
    return np.arange(int(count.sum())) + np.repeat(start - first, count), first


def _halve(nodes: _Nodes, left: IndexArray, right: IndexArray) -> tuple[_Nodes, IndexArray, IndexArray]:
    """Return the halves of the nodes in use, and the pairs of halves that the pairs of nodes become.

    A node is cut in the middle of its longest side; one whose points are all the same stays whole.
    """
    used, place = np.unique(np.concatenate((left, right)), return_inverse=True)
    left, right = place[: len(left)], place[len(left) :]
    points, _ = _runs(nodes.start[used], nodes.size[used])
    owner = np.repeat(np.arange(len(used)), nodes.size[used])
    low, high = nodes.boxes.low[:, used], nodes.boxes.high[:, used]
    axis = np.argmax(high - low, axis=0)
    lowest, highest = low[axis, np.arange(len(used))], high[axis, np.arange(len(used))]
    middle = lowest + (highest - lowest) / 2
    # Between neighbouring numbers the middle rounds to one of them; the cut has to leave the higher one out.
    middle = np.where(middle >= highest, lowest, middle)
    upper = nodes.columns[axis[owner], points] > middle[owner]
    order = np.argsort(owner * 2 + upper, kind="stable")
    columns = nodes.columns[:, points[order]]
    halves, start, count = np.unique((owner * 2 + upper)[order], return_index=True, return_counts=True)
    parent = halves >> 1
    halved = _Nodes(columns, start, count, box_runs(columns, start), nodes.cell[used][parent])
    children = np.bincount(parent, minlength=len(used))
    first = np.cumsum(children) - children
    products = children[left] * children[right]
    offset, _ = _runs(np.zeros_like(left), products)
    pair = np.repeat(np.arange(len(left)), products)
    row, column = np.divmod(offset, children[right][pair])
    return halved, first[left][pair] + row, first[right][pair] + column

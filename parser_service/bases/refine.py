"""Settles the pairs of cells whose boxes say neither yes nor no, by halving both until they do."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from parser_service.bases.boxes import BoolArray, Boxes, Float64Array, box_runs, judge, squared_distances
from parser_service.bases.cells import Cells
from parser_service.bases.pairs import Pairs
from parser_service.bases.sorting import runs, starts_of
from parser_service.bases.union import Components, IndexArray

# Pairs settled together; the memory of a level is a small multiple of it.
_BATCH: Final = 1 << 14
# So few pairs of points are compared one by one sooner than by more halving.
_FEW: Final = 8


class _Nodes(NamedTuple):
    """Parts of cells: runs of points, with their boxes, and the cell that each is part of."""

    columns: Float64Array
    start: IndexArray
    size: IndexArray
    boxes: Boxes
    cell: IndexArray


def settle(cells: Cells, pairs: Pairs, radius: float, components: Components) -> None:
    """Join the cells of those pairs that have points within the radius of each other."""
    for first in range(0, len(pairs.left), _BATCH):
        left, right = pairs.left[first : first + _BATCH], pairs.right[first : first + _BATCH]
        apart = components.roots(left) != components.roots(right)
        if apart.any():
            _settle_batch(cells, Pairs(left[apart], right[apart]), radius, components)


def _settle_batch(cells: Cells, pairs: Pairs, radius: float, components: Components) -> None:
    used, left, right = _in_use(pairs.left, pairs.right, len(cells.number))
    nodes = _cell_nodes(cells, used)
    while len(left):
        nodes, left, right = _halve(nodes, left, right)
        verdict = judge(nodes.boxes, left, right, radius)
        components.join(nodes.cell[left[verdict.near]], nodes.cell[right[verdict.near]])
        left, right = left[verdict.open], right[verdict.open]
        is_small = nodes.size[left] * nodes.size[right] <= _FEW
        _compare(nodes, Pairs(left[is_small], right[is_small]), radius, components)
        left, right = left[~is_small], right[~is_small]
        apart = components.roots(nodes.cell[left]) != components.roots(nodes.cell[right])
        left, right = left[apart], right[apart]


def _compare(nodes: _Nodes, pairs: Pairs, radius: float, components: Components) -> None:
    """Join the cells of those pairs of nodes that have points within the radius, comparing each with each."""
    left, right = pairs
    offset, _ = runs(np.zeros_like(left), nodes.size[left] * nodes.size[right])
    pair = np.repeat(np.arange(len(left)), nodes.size[left] * nodes.size[right])
    row, column = np.divmod(offset, nodes.size[right][pair])
    one, other = nodes.start[left][pair] + row, nodes.start[right][pair] + column
    hit = pair[squared_distances(nodes.columns, one, other) <= radius * radius]
    components.join(nodes.cell[left[hit]], nodes.cell[right[hit]])


def _in_use(left: IndexArray, right: IndexArray, count: int) -> tuple[IndexArray, IndexArray, IndexArray]:
    """Return which of ``count`` things pairs are made of, and the pairs in the numbers of these."""
    is_used = np.zeros(count, dtype=np.bool_)
    is_used[left] = True
    is_used[right] = True
    number = np.cumsum(is_used) - 1
    return np.flatnonzero(is_used), number[left], number[right]


def _cell_nodes(cells: Cells, used: IndexArray) -> _Nodes:
    """Return one node for each of the given fine cells, with copies of their points."""
    size = cells.fine_start[used + 1] - cells.fine_start[used]
    points, start = runs(cells.fine_start[used], size)
    boxes = Boxes(cells.fine.low.take(used, axis=1), cells.fine.high.take(used, axis=1))
    return _Nodes(cells.columns.take(points, axis=1), start, size, boxes, used)


def _halve(nodes: _Nodes, left: IndexArray, right: IndexArray) -> tuple[_Nodes, IndexArray, IndexArray]:
    """Return the halves of the nodes in use, and the pairs of halves that the pairs of nodes become."""
    used, left, right = _in_use(left, right, len(nodes.cell))
    points, half = _cut(nodes, used)
    columns = nodes.columns.take(points, axis=1)
    start = starts_of(half[1:] != half[:-1])
    parent = half[start] >> 1
    halved = _Nodes(
        columns=columns,
        start=start,
        size=np.diff(start, append=len(half)),
        boxes=box_runs(columns, start),
        cell=nodes.cell[used][parent],
    )
    children = np.bincount(parent, minlength=len(used))
    first = np.cumsum(children) - children
    products = children[left] * children[right]
    offset, _ = runs(np.zeros_like(left), products)
    pair = np.repeat(np.arange(len(left)), products)
    # A node has one or two halves: a shift divides by their number.
    halves = (children[right] - 1)[pair]
    return halved, first[left][pair] + (offset >> halves), first[right][pair] + (offset & halves)


def _cut(nodes: _Nodes, used: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Return the points of nodes by half, and the halves: twice the node's place in ``used``, and one if upper.

    A node is cut in the middle of its longest side; one whose points are all the same stays whole.
    """
    points, _ = runs(nodes.start[used], nodes.size[used])
    owner = np.repeat(np.arange(len(used)), nodes.size[used])
    low, high = nodes.boxes.low.take(used, axis=1), nodes.boxes.high.take(used, axis=1)
    axis = np.argmax(high - low, axis=0)
    lowest, highest = low[axis, np.arange(len(used))], high[axis, np.arange(len(used))]
    middle = lowest + (highest - lowest) / 2
    # Between neighbouring numbers the middle rounds to one of them; the cut has to leave the higher one out.
    middle = np.where(middle >= highest, lowest, middle)
    upper = nodes.columns[axis[owner], points] > middle[owner]
    place = _places(upper, owner, nodes.size[used])
    ordered, half = np.empty_like(points), np.empty_like(points)
    ordered[place] = points
    half[place] = owner * 2 + upper
    return ordered, half


def _places(upper: BoolArray, owner: IndexArray, size: IndexArray) -> IndexArray:
    """Return where each point goes so that within each node the lower half comes first, in the order they are in."""
    first = np.cumsum(size) - size
    up_to = np.cumsum(upper)
    before: IndexArray = up_to - upper
    uppers = up_to[first + size - 1] - before[first]
    earlier: IndexArray = before - before[first][owner]
    place: IndexArray = np.where(
        upper, (first + size - uppers)[owner] + earlier, np.arange(len(upper)) - earlier
    )
    return place

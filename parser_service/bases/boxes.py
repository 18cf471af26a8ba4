"""Axis-parallel boxes around points, and what two boxes say about the points in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from parser_service.bases.union import IndexArray

Float64Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class Boxes(NamedTuple):
    """The lowest and highest coordinate of each box, axis by axis: arrays of shape (d, n)."""

    low: Float64Array
    high: Float64Array


class Verdict(NamedTuple):
    """What is known of pairs of boxes: they surely have points within the radius; they may."""

    near: BoolArray
    open: BoolArray


def box_runs(columns: Float64Array, starts: IndexArray) -> Boxes:
    """Return the boxes of runs of points; ``columns`` is of shape (d, n), runs begin at ``starts``."""
    return Boxes(
        np.minimum.reduceat(columns, starts, axis=1),
        np.maximum.reduceat(columns, starts, axis=1),
    )


def merge_runs(boxes: Boxes, starts: IndexArray) -> Boxes:
    """Return the boxes around runs of boxes."""
    return Boxes(
        np.minimum.reduceat(boxes.low, starts, axis=1),
        np.maximum.reduceat(boxes.high, starts, axis=1),
    )


def may_touch(boxes: Boxes, left: IndexArray, right: IndexArray, radius: float) -> BoolArray:
    """Return which pairs of boxes are not farther apart than the radius."""
    total = np.zeros(len(left))
    for low, high in zip(boxes.low, boxes.high, strict=True):
        gap = np.maximum(np.maximum(low[right] - high[left], low[left] - high[right]), 0.0)
        total = total + gap * gap
    touch: BoolArray = total <= radius * radius
    return touch


def judge(boxes: Boxes, left: IndexArray, right: IndexArray, radius: float) -> Verdict:
    """Return what pairs of boxes say about whether a point of one is within the radius of one of the other.

    Notes
    -----
    Boxes are tight: each face has a point on it. The points on two faces of one axis are as far apart as these
    faces on it, and on each other axis at most as far as the boxes stretch together; the least such sum is an
    upper bound that some pair of points keeps (MINMAXDIST of R-trees). The gaps give the lower bound.

    Sums are taken axis by axis in the order in which a comparison of points takes them. Rounding is monotone, so
    that neither bound can contradict it, not even by the last bit.

    References
    ----------
    Roussopoulos, Kelley, Vincent: Nearest neighbor queries, SIGMOD 1995.
    """
    limit = radius * radius
    sides = [
        (low.take(left), high.take(left), low.take(right), high.take(right))
        for low, high in zip(boxes.low, boxes.high, strict=True)
    ]
    gaps = [
        np.square(np.maximum(np.maximum(low_right - high_left, low_left - high_right), 0.0))
        for low_left, high_left, low_right, high_right in sides
    ]
    open_: BoolArray = _sum(gaps) <= limit
    rows = np.flatnonzero(open_)
    is_near = _is_near([tuple(side.take(rows) for side in one) for one in sides], limit)
    near = np.zeros(len(left), dtype=np.bool_)
    near[rows] = is_near
    open_[rows] = ~is_near
    return Verdict(near, open_)


def _is_near(sides: Sequence[tuple[Float64Array, ...]], limit: float) -> BoolArray:
    """Return for which pairs of boxes, given axis by axis, the upper bound of ``judge`` is within the limit."""
    faces, spans = [], []
    for low_left, high_left, low_right, high_right in sides:
        # Either gap may be negative where the boxes overlap: its size is how far those two faces are apart.
        faces.append(np.square(np.minimum(np.abs(low_right - high_left), np.abs(low_left - high_right))))
        spans.append(np.square(np.maximum(high_right - low_left, high_left - low_right)))
    near: BoolArray = _sum([faces[0], *spans[1:]]) <= limit
    for axis in range(1, len(faces)):
        near |= _sum([faces[k] if k == axis else spans[k] for k in range(len(faces))]) <= limit
    return near


class Bounds(NamedTuple):
    """How far a point and the points in a box are apart at least, and at most; squared."""

    least: Float64Array
    most: Float64Array


def point_bounds(columns: Float64Array, points: IndexArray, boxes: Boxes, numbers: IndexArray) -> Bounds:
    """Return how far points (of columns of shape (d, n)) and the points in boxes are apart, pair by pair.

    Sums and rounding are as in ``judge``: no distance that is compared can contradict them.
    """
    least, most = [], []
    for column, low, high in zip(columns, boxes.low, boxes.high, strict=True):
        below, above = low.take(numbers) - column.take(points), column.take(points) - high.take(numbers)
        least.append(np.square(np.maximum(np.maximum(below, above), 0.0)))
        most.append(np.square(np.minimum(below, above)))
    return Bounds(_sum(least), _sum(most))


def squared_distances(columns: Float64Array, left: IndexArray, right: IndexArray) -> Float64Array:
    """Return how far points (of columns of shape (d, n)) are apart, pair by pair, squared."""
    return _sum([np.square(column.take(left) - column.take(right)) for column in columns])


def _sum(terms: list[Float64Array]) -> Float64Array:
    """Return the sum, taken from left to right."""
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total

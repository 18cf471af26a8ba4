"""Axis-parallel boxes around points, and what two boxes say about the points in them."""

from __future__ import annotations

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
    gaps, faces, spans = [], [], []
    for low, high in zip(boxes.low, boxes.high, strict=True):
        low_left, high_left, low_right, high_right = low[left], high[left], low[right], high[right]
        forth, back = low_right - high_left, low_left - high_right
        gaps.append(np.square(np.maximum(np.maximum(forth, back), 0.0)))
        # Either gap may be negative where the boxes overlap: its size is how far those two faces are apart.
        faces.append(np.square(np.minimum(np.abs(forth), np.abs(back))))
        spans.append(np.square(np.maximum(high_right - low_left, high_left - low_right)))
    limit = radius * radius
    near = np.zeros(len(left), dtype=np.bool_)
    for axis in range(len(gaps)):
        near |= _sum([faces[k] if k == axis else spans[k] for k in range(len(gaps))]) <= limit
    return Verdict(near, (_sum(gaps) <= limit) & ~near)


def _sum(terms: list[Float64Array]) -> Float64Array:
    """Return the sum, taken from left to right."""
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total

"""Sorting of integers, and runs of equal ones: the steps that all else is built from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parser_service.bases.union import IndexArray

# Keys are 64-bit integers; two bits are kept free for sign and padding.
MOST_KEYS: Final = 2**62


def index_bits(count: int) -> int:
    """Return how many bits the places of so many values take."""
    return max(1, (count - 1).bit_length())


def argsort(values: IndexArray) -> IndexArray:
    """Return the stable order of the values, by sorting them with their places packed in where these fit."""
    bits = index_bits(len(values))
    low = int(values.min())
    if int(values.max()) - low >= MOST_KEYS >> bits:
        return np.argsort(values, kind="stable")
    packed = values - low
    packed <<= bits
    packed |= np.arange(len(values))
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def rank(values: IndexArray) -> IndexArray:
    """Return the rank of each value among the distinct ones, from 0."""
    return _renumber(values, most=1)


def close_gaps(values: IndexArray) -> IndexArray:
    """Return ranks in which neighbours (differing by one) stay neighbours, and no others become such."""
    return _renumber(values, most=2)


def _renumber(values: IndexArray, *, most: int) -> IndexArray:
    """Return values that are in the same order, from 0, and differ by at most ``most`` from the next."""
    order = argsort(values)
    ordered = values[order]
    numbers = np.zeros(len(values), dtype=np.int64)
    if most == 1:
        np.cumsum(ordered[1:] != ordered[:-1], out=numbers[1:])
    else:
        # Unsigned, for two int64 may lie farther apart than an int64 can say.
        steps = np.minimum(np.diff(ordered.view(np.uint64)), np.uint64(most))
        np.cumsum(steps.view(np.int64), out=numbers[1:])
    ordered[order] = numbers
    return ordered


def starts_of(changes: NDArray[np.bool_]) -> IndexArray:
    """Return where runs begin in n values, given the n - 1 answers to whether a value differs from the one before.

    Examples
    --------
    >>> starts_of(np.array([False, True, False])).tolist()
    [0, 2]
    """
    starts = np.flatnonzero(changes)
    starts += 1
    return np.concatenate((np.zeros(1, dtype=np.int64), starts))


def runs(start: IndexArray, count: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Return the members of runs one after the other, and where each run then begins.

    Examples
    --------
    >>> members, first = runs(np.array([5, 9]), np.array([2, 1]))
    >>> members.tolist(), first.tolist()
    ([5, 6, 9], [0, 2])
    """
    first = np.cumsum(count) - count
    members = np.repeat(start - first, count)
    members += np.arange(len(members))
    return members, first


def batches(weights: IndexArray, most: int) -> Iterator[slice]:
    """Yield slices that cover all weights, each of a sum of at most ``most``, or one weight alone.

    Examples
    --------
    >>> list(batches(np.array([1, 2, 9, 1]), 3))
    [slice(0, 2, None), slice(2, 3, None), slice(3, 4, None)]
    """
    ends = np.cumsum(weights)
    first = 0
    while first < len(weights):
        done = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + most, side="right")))
        yield slice(first, last)
        first = last

"""Counts by group: how many of each class each base has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parser_service.bases.sorting import starts_of
from parser_service.bases.union import IndexArray


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCounts:
    """How many things of each class each base has, base after base, most first.

    Attributes
    ----------
    starts : ndarray of shape (k + 1,), int64
        Where each base begins.
    class_index : ndarray of shape (m,), int32
        Row of ``classes``; of classes that are as many, the lower row first.
    count : ndarray of shape (m,), int32
        How many; never 0.
    classes : tuple of str
        What ``class_index`` points into.
    """

    starts: IndexArray
    class_index: NDArray[np.int32]
    count: NDArray[np.int32]
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        if not len(self.starts) or not self.starts[-1] == len(self.class_index) == len(self.count):
            message = "the bases' starts do not cover their classes"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def top(self, base: int, limit: int | None = None) -> dict[str, int]:
        """Return the classes of one base with their counts, most first; all of them, or the first ``limit``."""
        end = self.starts[base + 1]
        part = slice(self.starts[base], end if limit is None else min(end, self.starts[base] + limit))
        names = (self.classes[row] for row in self.class_index[part].tolist())
        return dict(zip(names, self.count[part].tolist(), strict=True))


def count_classes(
    base: IndexArray, class_index: NDArray[np.int32], classes: tuple[str, ...], bases: int
) -> ClassCounts:
    """Return how many things of each class each of ``bases`` bases has.

    Parameters
    ----------
    base : ndarray of shape (n,), int64
        The base of each thing, -1 for none.
    class_index : ndarray of shape (n,), int32
        The class of each thing, row of ``classes``.
    """
    inside = base >= 0
    keys = np.sort(base[inside] * max(1, len(classes)) + class_index[inside])
    start = starts_of(keys[1:] != keys[:-1]) if len(keys) else np.zeros(0, dtype=np.int64)
    count = np.diff(start, append=len(keys))
    owner, number = np.divmod(keys[start], max(1, len(classes)))
    order = np.lexsort((number, -count, owner))
    return ClassCounts(
        starts=np.searchsorted(owner, np.arange(bases + 1)),
        class_index=number[order].astype(np.int32),
        count=count[order].astype(np.int32),
        classes=classes,
    )

"""The bases of a world as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parser_service.bases.boxes import Float64Array
from parser_service.bases.contents import BaseContents
from parser_service.bases.union import IndexArray


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseMembers:
    """Which structures belong to which base, base after base.

    Attributes
    ----------
    starts : ndarray of shape (k + 1,), int64
        Where each base begins in ``identity``.
    identity : ndarray of shape (m,), uint64
        The structures' identities, ascending within a base.
    """

    starts: IndexArray
    identity: NDArray[np.uint64]

    def __post_init__(self) -> None:
        if not len(self.starts) or self.starts[-1] != len(self.identity) or (np.diff(self.starts) < 0).any():
            message = "the bases' starts do not cover their structures"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, base: int) -> NDArray[np.uint64]:
        """Return the structures of one base."""
        return self.identity[self.starts[base] : self.starts[base + 1]]


def members_from(bases: Sequence[NDArray[Any]]) -> BaseMembers:
    """Return the members of bases that are kept one by one, as 64-bit integers of either sign."""
    arrays = [np.asarray(base).astype(np.int64, casting="same_kind").view(np.uint64) for base in bases]
    return BaseMembers(
        starts=np.append(0, np.cumsum([len(base) for base in arrays])).astype(np.int64),
        identity=np.concatenate([*arrays, np.zeros(0, dtype=np.uint64)]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseColumns:
    """One row per base, in the order of the first structure of each in the save.

    Attributes
    ----------
    tribe_id : ndarray of shape (k,), int64
        Whose it is.
    structures : ndarray of shape (k,), int32
        How many structures it has.
    centroid, low, high : ndarray of shape (k, 3), float64
        Mean position, and bounding box, Unreal units.
    hull_starts : ndarray of shape (k + 1,), int64
        Where each base's hull begins in ``hull``.
    hull : ndarray of shape (h, 2), float64
        Corners of the convex hull seen from above, counter-clockwise, Unreal units.
    tiers : ndarray of shape (k, categories), int32
        Structures by category, in the order of ``CATEGORIES``.
    first_decay_time, last_decay_time : ndarray of shape (k,), float64
        When the first and the last of its structures that decay may be destroyed, in seconds of the world's own
        clock; NaN where none does, or none is known.
    explanations : tuple of str
        How the first instant comes about.
    members : BaseMembers
        Its structures.
    contents : BaseContents
        Its classes, turrets, containers, beds, locks, and the tames inside.
    """

    tribe_id: IndexArray
    structures: NDArray[np.int32]
    centroid: Float64Array
    low: Float64Array
    high: Float64Array
    hull_starts: IndexArray
    hull: Float64Array
    tiers: NDArray[np.int32]
    first_decay_time: Float64Array
    last_decay_time: Float64Array
    explanations: tuple[str, ...]
    members: BaseMembers
    contents: BaseContents

    def __post_init__(self) -> None:
        columns = (
            *(self.tribe_id, self.structures, self.low, self.high, self.tiers),
            *(self.first_decay_time, self.last_decay_time, self.explanations, self.members),
            *(self.centroid, self.contents),
        )
        if {len(column) for column in columns} != {len(self.hull_starts) - 1}:
            message = "columns of unequal length"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.tribe_id)

    @property
    def height(self) -> Float64Array:
        """From the lowest to the highest structure of each base, of shape (k,), Unreal units."""
        return self.high[:, 2] - self.low[:, 2]

    def hull_of(self, base: int) -> Float64Array:
        """Return the hull of one base, of shape (corners, 2)."""
        return self.hull[self.hull_starts[base] : self.hull_starts[base + 1]]

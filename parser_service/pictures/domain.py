"""What pictures are drawn from: plain columns, made ready for the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Colouring(StrEnum):
    """What colours mean."""

    TRIBE = "tribe"
    DECAY = "decay"


class Form(StrEnum):
    """What kind of file is wanted; the two animations play by themselves."""

    PNG = "png"
    ANIMATED_PNG = "apng"
    GIF = "gif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """The bases of one save, one row each.

    Attributes
    ----------
    saved_at : datetime
        When the server wrote the save, aware.
    is_geographic : bool
        Whether places are longitude and latitude; Unreal units otherwise, of a map whose grid is not known.
    tribe_id, structures : ndarray of shape (k,), int64
    starts : ndarray of shape (k + 1,), int64
        Where each base's hull begins in ``corners``.
    corners : ndarray of shape (c, 2), float64
        To the east and to the south, as the game's own map has them; no hull is empty.
    decays_at : ndarray of shape (k,), float64
        The first instant, seconds since 1970; NaN never or unknown.
    names : mapping
        The tribes' names.
    """

    saved_at: datetime
    is_geographic: bool
    tribe_id: NDArray[np.int64]
    structures: NDArray[np.int64]
    starts: NDArray[np.int64]
    corners: NDArray[np.float64]
    decays_at: NDArray[np.float64]
    names: Mapping[int, str]

    def __post_init__(self) -> None:
        counts = {len(self.tribe_id), len(self.structures), len(self.decays_at), len(self.starts) - 1}
        if len(counts) > 1 or self.starts[-1] != len(self.corners) or (np.diff(self.starts) < 1).any():
            message = "the columns of a territory do not belong together"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.tribe_id)

    def centres(self) -> NDArray[np.float64]:
        """Return the middle of each base's corners, of shape (k, 2)."""
        if not len(self):
            return np.zeros((0, 2))
        sums: NDArray[np.float64] = np.add.reduceat(self.corners, self.starts[:-1], axis=0)
        return sums / np.diff(self.starts)[:, None]

    def spans(self) -> NDArray[np.float64]:
        """Return how wide each base is, in the wider of both directions, of shape (k,)."""
        if not len(self):
            return np.zeros(0)
        high = np.maximum.reduceat(self.corners, self.starts[:-1], axis=0)
        low = np.minimum.reduceat(self.corners, self.starts[:-1], axis=0)
        widest: NDArray[np.float64] = (high - low).max(axis=1)
        return widest

    def of_tribe(self, tribe_id: int) -> Territory:
        """Return the bases of one tribe."""
        rows = np.flatnonzero(self.tribe_id == tribe_id)
        lengths = np.diff(self.starts)[rows]
        corners = np.flatnonzero(np.repeat(self.tribe_id == tribe_id, np.diff(self.starts)))
        return Territory(
            saved_at=self.saved_at,
            is_geographic=self.is_geographic,
            tribe_id=self.tribe_id[rows],
            structures=self.structures[rows],
            starts=np.append(0, np.cumsum(lengths)),
            corners=self.corners[corners],
            decays_at=self.decays_at[rows],
            names=self.names,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture to draw: one frame, or several for one that moves; all of the same map, oldest first.

    ``now`` is what ages and times left are counted from. ``tribe_id``: the bases are those of this tribe alone.
    """

    frames: tuple[Territory, ...]
    title: str
    colouring: Colouring
    form: Form
    now: datetime
    note: str = ""
    tribe_id: int | None = None

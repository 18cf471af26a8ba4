"""Which part of the world a picture shows, and where its grid lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from parser_service.pictures.domain import Territory

# The game's grid goes from 0 to 100 both ways; bases may stand a little beside it.
_WORLD: Final = (0.0, 100.0)
# A closer look than this at one base shows nothing more: in degrees, and in Unreal units where there are none.
_CLOSEST_DEGREES: Final = 10.0
_CLOSEST_UU: Final = 60_000.0
_MARGIN: Final = 0.08
# So many lines of the grid at most: numbers must not touch.
_MOST_LINES: Final = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A square of the map: east and south of what, and how wide."""

    left: float
    top: float
    size: float

    @property
    def right(self) -> float:
        """Where it ends in the east."""
        return self.left + self.size

    @property
    def bottom(self) -> float:
        """Where it ends in the south."""
        return self.top + self.size


def window_of(frames: Sequence[Territory], *, is_close: bool) -> Window:
    """Return the square that holds all bases: the whole map where its grid is known, unless a close look is asked for."""
    is_geographic = frames[0].is_geographic
    corners = np.concatenate([frame.corners for frame in frames])
    if not len(corners):
        return Window(left=0.0, top=0.0, size=100.0) if is_geographic else _around(0.0, 0.0, _CLOSEST_UU)
    low, high = corners.min(axis=0), corners.max(axis=0)
    if is_geographic and not is_close:
        low, high = np.minimum(low, _WORLD[0]), np.maximum(high, _WORLD[1])
        margin = 0.0 if (low == _WORLD[0]).all() and (high == _WORLD[1]).all() else 1.0
        size = float((high - low).max()) + 2 * margin
    else:
        closest = _CLOSEST_DEGREES if is_geographic else _CLOSEST_UU
        size = max(float((high - low).max()) * (1 + 2 * _MARGIN), closest)
    east, south = ((low + high) / 2).tolist()
    return _around(east, south, size)


def lines_of(low: float, high: float) -> list[float]:
    """Return where grid lines lie between two places: at round numbers, and no more than can be read.

    Examples
    --------
    >>> lines_of(0, 100)
    [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0]
    >>> lines_of(41.2, 51.2)
    [42.0, 43.0, 44.0, 45.0, 46.0, 47.0, 48.0, 49.0, 50.0, 51.0]
    """
    step = _step((high - low) / (_MOST_LINES - 1))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def _step(at_least: float) -> float:
    power = 10.0 ** math.floor(math.log10(at_least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= at_least * (1 - 1e-9))


def _around(east: float, south: float, size: float) -> Window:
    return Window(left=east - size / 2, top=south - size / 2, size=size)

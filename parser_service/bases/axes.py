"""The cells of one axis."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from parser_service.bases.boxes import Float64Array
from parser_service.bases.union import IndexArray

# A fine cell is a little narrower than radius / sqrt(d), so that rounding cannot make its diagonal longer.
_SHRINK: Final = 1e-9
# With more than this, a coarse cell (two fine ones) might be narrower than the radius.
_MOST_SHRINK: Final = 0.05


class Axis(NamedTuple):
    """How coordinates become cells: where the first one begins, fine cells per uu, and how many coarse ones."""

    low: float
    scale: float
    cells: int

    @property
    def width(self) -> int:
        """The coarse cells with an empty one before the first and one after the last."""
        return self.cells + 2

    def cells_of(self, column: Float64Array) -> IndexArray:
        """Return the fine cell of each coordinate, from 0."""
        places = column - self.low
        places *= self.scale
        # Positive: cutting is flooring.
        return places.astype(np.int64)


def measure(column: Float64Array, radius: float, dimensions: int) -> Axis:
    """Return the cells of an axis; raise ``ValueError`` for coordinates that cells cannot be made of."""
    low, high = float(column.min()), float(column.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        message = "positions are not finite; leave out structures whose place is unknown"
        raise ValueError(message)
    if low == high:
        return Axis(low, 0.0, 1)
    side = radius / float(np.sqrt(dimensions))
    # Rounding shifts a cell's border by this part of the cell when there are very many cells.
    shrink = _SHRINK + (high - low) / side * 2.0**-50
    if not shrink <= _MOST_SHRINK:
        message = f"a radius of {radius} is too small for coordinates this far apart"
        raise ValueError(message)
    scale = 1.0 / (side * (1.0 - shrink))
    return Axis(low, scale, (int((high - low) * scale) >> 1) + 1)

"""What a world's own lists say of objects, beside their properties."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parser_service.saves.columns import (
    ABANDONED_TEAM,
    FARTHEST_UU,
    FIRST_PLAYER_TEAM,
    BoolArray,
    Float32Array,
    Float64Array,
    Int32Array,
    Int64Array,
    UInt64Array,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Id, class and place of n objects; see ``Structures`` for the columns."""

    object_id: UInt64Array
    class_index: Int32Array
    x: Float64Array
    y: Float64Array
    z: Float64Array
    yaw: Float32Array

    def is_nowhere(self) -> BoolArray:
        """Return which positions cannot be: infinite, or far outside any map. NaN is merely unknown."""
        far: BoolArray = (
            (np.abs(self.x) > FARTHEST_UU) | (np.abs(self.y) > FARTHEST_UU) | (np.abs(self.z) > FARTHEST_UU)
        )
        return far

    def take(self, rows: NDArray[Any]) -> Placed:
        """Return the given rows."""
        return Placed(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def is_owned(team: Int64Array) -> BoolArray:
    """Return which teams are a player's, a tribe's, or nobody's any more, and not the game's own."""
    owned: BoolArray = (team >= FIRST_PLAYER_TEAM) | (team == ABANDONED_TEAM)
    return owned

"""Values as ASV's JSON has them."""

from __future__ import annotations

import math
from typing import Any, Final, TypeAlias

from numpy.typing import NDArray

from parser_service.saves.columns import ABANDONED_TEAM, UNCLAIMED_TEAM, Float64Array, Table, World

Row: TypeAlias = dict[str, Any]

# The places of ASV's short names in the game's twelve stats: the comment in ExportJsonPlayers.
_STATS: Final = {
    "hp": 0,
    "stam": 1,
    "oxy": 3,
    "food": 4,
    "water": 5,
    "weight": 7,
    "melee": 8,
    "speed": 9,
    "fort": 10,
    "craft": 11,
}
# ASV's own names for what is nobody's.
_NOBODYS: Final = {UNCLAIMED_TEAM: "[ASV Unclaimed]", ABANDONED_TEAM: "[ASV Abandoned]"}


class Names:
    """The texts that a table's rows point to; empty for none."""

    def __init__(self, table: Table) -> None:
        self._texts = {name: (*texts, "") for name, texts in table.texts().items()}
        self._index: dict[str, list[int]] = {name: table.arrays()[name].tolist() for name in self._texts}

    def of(self, column: str, row: int) -> str:
        """Return the text of one row."""
        text: str = self._texts[column][self._index[column][row]]
        return text


def team_of(world: World) -> dict[int, str]:
    """Return the names of the teams that things belong to, by id."""
    return _NOBODYS | dict(zip(world.tribes.tribe_id.tolist(), world.tribes.names, strict=True))


def sex(is_female: object) -> str:
    """Return a sex in ASV's words."""
    return "Female" if is_female else "Male"


def place(latitude: Float64Array, longitude: Float64Array, row: int) -> Row:
    """Return the degrees of one row; ``None`` where they are not known. ASV has single precision."""
    found = {"lat": float(latitude[row]), "lon": float(longitude[row])}
    return {name: float(f"{value:.8g}") if math.isfinite(value) else None for name, value in found.items()}


def points(values: NDArray[Any], names: tuple[str, ...], suffix: str = "") -> Row:
    """Return the points of one row, by ASV's names of the stats."""
    found = values.tolist()
    return {f"{name}{suffix}": found[_STATS[name]] for name in names}

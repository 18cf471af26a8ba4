"""Turns the property lists of single creatures (in cryopods, in cluster inventories) into a table of tames."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from parser_service.saves.columns import COLOUR_REGIONS, STATS, Tames
from parser_service.saves.property_list import MOST_INT32, PropertyList
from parser_service.saves.row_columns import number_column, text_columns

# Column -> names of its property, first come first served.
_CREATURE_INTEGERS: Final = {
    "mutations_maternal": ("randommutationsfemale",),
    "mutations_paternal": ("randommutationsmale",),
}
_CREATURE_TIMES: Final = {
    "tamed_time": ("tamedattime",),
    "last_ally_time": ("lastinallyrangeserialized", "lastinallyrangetimeserialized", "lastinallyrangetime"),
    "last_stasis_time": ("lastenterstasistime",),
    "last_fed_time": ("lasttameconsumedfoodtime",),
}
_CREATURE_FLAGS: Final = {"is_female": "bisfemale", "is_neutered": "bneutered"}
_CREATURE_TEXTS: Final = {
    "name": "tamedname",
    "tribe_name": "tribename",
    "tamer_name": "tamerstring",
    "imprinter_name": "imprintername",
}
_STATUS_POINTS: Final = {
    "wild_points": "numberofleveluppointsapplied",
    "tamed_points": "numberofleveluppointsappliedtamed",
    "mutation_points": "numberofmutationsappliedtamed",
}
CREATURE_WANTED: Final = frozenset(
    {
        *(name for names in (*_CREATURE_INTEGERS.values(), *_CREATURE_TIMES.values()) for name in names),
        *_CREATURE_FLAGS.values(),
        *_CREATURE_TEXTS.values(),
        *("dinoid1", "dinoid2", "targetingteam", "tamingteamid", "imprinterplayerdataid"),
        *("colorsetindices", "babyage", "bisbaby"),
    }
)
"""The properties of a creature that become columns."""
STATUS_WANTED: Final = frozenset(
    {
        *_STATUS_POINTS.values(),
        *("basecharacterlevel", "extracharacterlevel", "experiencepoints", "currentstatusvalues"),
        "dinoimprintingquality",
    }
)
"""The properties of its status component that do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creature:
    """A creature's class, its properties, and those of its status component where it has one."""

    class_name: str
    properties: PropertyList
    status: PropertyList | None


class TameRows:
    """Collects creatures row by row; a row is added whole or not at all."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, creature: Creature, *, is_cryopodded: bool) -> None:
        """Add a creature; raise ``FormatError`` where a property of it is not what it should be."""
        row = _creature_values(creature.properties) | _status_values(creature.status)
        if math.isnan(row["imprint"]) and (row["imprinter_name"] or row["imprinter_player_id"]):
            row["imprint"] = 0.0  # the game leaves out an imprint of nothing
        self._rows.append(row | {"class": creature.class_name, "is_cryopodded": is_cryopodded})

    def table(self) -> Tames:
        """Return the creatures as columns; what only a world can tell (place, inventory) is unknown."""
        count = len(self._rows)
        columns: dict[str, Any] = {
            name: number_column([row[name] for row in self._rows], dtype)
            for name, dtype in Tames.dtypes().items()
            if count and name in self._rows[0]
        }
        for name in ("class", *_CREATURE_TEXTS):
            columns |= text_columns(name, [row[name] for row in self._rows])
        columns |= {name: np.full(count, np.nan) for name in ("x", "y", "z")}
        columns["yaw"] = np.full(count, np.nan, dtype=np.float32)
        columns |= {name: np.zeros((count, 2), dtype=np.uint64) for name in ("object_id", "inventory_id")}
        return Tames(**columns) if count else Tames.empty()


def _creature_values(creature: PropertyList) -> dict[str, Any]:
    values: dict[str, Any] = {
        column: creature.integer(*names, most=MOST_INT32) for column, names in _CREATURE_INTEGERS.items()
    }
    values |= {column: creature.real(*names) for column, names in _CREATURE_TIMES.items()}
    values |= {column: creature.flag(name) for column, name in _CREATURE_FLAGS.items()}
    values |= {column: creature.text(name) for column, name in _CREATURE_TEXTS.items()}
    low, high = (creature.integer(name) & 0xFFFFFFFF for name in ("dinoid2", "dinoid1"))
    # A baby that does not say how old it is was just born; what is no baby is grown up.
    age = creature.real("babyage", default=0.0) if creature.flag("bisbaby") else 1.0
    return values | {
        "dino_id": np.uint64(high << 32 | low),
        "tribe_id": creature.integer("targetingteam", "tamingteamid"),
        "imprinter_player_id": creature.integer("imprinterplayerdataid"),
        "colours": [
            creature.integer("colorsetindices", index=region) & 0xFF for region in range(COLOUR_REGIONS)
        ],
        "maturation": min(1.0, max(0.0, age)),
    }


def _status_values(status: PropertyList | None) -> dict[str, Any]:
    """Return levels and stats; a level that a status component leaves out is 1."""
    if status is None:
        return {
            "base_level": 0,
            "extra_level": 0,
            "experience": math.nan,
            "imprint": math.nan,
            "stats": [math.nan] * len(STATS),
            **{column: [0] * len(STATS) for column in _STATUS_POINTS},
        }
    stats = range(len(STATS))
    return {
        "base_level": status.integer("basecharacterlevel", default=1, most=MOST_INT32),
        "extra_level": status.integer("extracharacterlevel", most=MOST_INT32),
        "experience": status.real("experiencepoints"),
        "imprint": status.real("dinoimprintingquality"),
        "stats": [status.real("currentstatusvalues", index=index) for index in stats],
        **{
            column: [status.integer(name, index=index) & 0xFF for index in stats]
            for column, name in _STATUS_POINTS.items()
        },
    }

"""A decoded world as columns: arrays of equal length, one row per thing, no object per game object."""

from __future__ import annotations

from parser_service.saves.columns.arrays import (
    COLOUR_REGIONS,
    STATS,
    BoolArray,
    ByteArray,
    Float32Array,
    Float64Array,
    Int32Array,
    Int64Array,
    Table,
    UInt64Array,
)
from parser_service.saves.columns.creatures import Tames, WildCreatures
from parser_service.saves.columns.items import Holder, Items
from parser_service.saves.columns.structures import Structures
from parser_service.saves.columns.survivors import Survivors, SurvivorSource
from parser_service.saves.columns.tribes import Alliances, Members, TribeLogs, Tribes, TribeSource
from parser_service.saves.columns.world import (
    ABANDONED_TEAM,
    FARTHEST_UU,
    FIRST_PLAYER_TEAM,
    TABLES,
    UNCLAIMED_TEAM,
    Coverage,
    Game,
    Wanted,
    World,
)

__all__ = [
    "ABANDONED_TEAM",
    "COLOUR_REGIONS",
    "FARTHEST_UU",
    "FIRST_PLAYER_TEAM",
    "STATS",
    "TABLES",
    "UNCLAIMED_TEAM",
    "Alliances",
    "BoolArray",
    "ByteArray",
    "Coverage",
    "Float32Array",
    "Float64Array",
    "Game",
    "Holder",
    "Int32Array",
    "Int64Array",
    "Items",
    "Members",
    "Structures",
    "SurvivorSource",
    "Survivors",
    "Table",
    "Tames",
    "TribeLogs",
    "TribeSource",
    "Tribes",
    "UInt64Array",
    "Wanted",
    "WildCreatures",
    "World",
]

"""Which objects are player structures, and their columns from one chunk of walked objects."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

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
    Structures,
    UInt64Array,
)
from parser_service.saves.dialect import Field
from parser_service.saves.values import Values
from parser_service.saves.walk import Fault

# The game has written the last time an ally was near under three names.
_ALLY_NAMES: Final = ("LastInAllyRangeTimeSerialized", "LastInAllyRangeTime", "LastInAllyRangeSerialized")
FIELDS: Final = tuple(
    Field(name=name)
    for name in (
        *_ALLY_NAMES,
        "StructureID",
        "TargetingTeam",
        "OwnerName",
        "OwningPlayerID",
        "OriginalCreationTime",
        "LastEnterStasisTime",
        "Health",
        "HealthArray",
        "MaxHealth",
        "bIsLocked",
        "bIsPinLocked",
        "CurrentPinCode",
        "bWasPlacementSnapped",
        "LinkedStructures",
        "SaddleDino",
        "AttachedToDinoID1",
        "CurrentItemCount",
        "MaxItemCount",
        "NumBullets",
        "bIsPowered",
        "bContainerActivated",
        "DinoID1",
        "bHasResetDecayTime",
    )
)
"""The properties that structures are read from."""

# Classes that are known not to be structures before their properties are read: creatures, survivors, what
# steers them, and the bags of the dead. All others are judged by their properties.
_NEVER_PARTS: Final = ("_Character_BP", "PlayerPawn", "AIController", "PlayerController")
_NEVER_STARTS: Final = ("DeathItemCache_", "Structure_LoadoutDummy_Hotbar_C", "Buff_", "PrimalBuff_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What a world's own lists say of n objects, beside their properties."""

    object_id: UInt64Array
    class_index: Int32Array
    x: Float64Array
    y: Float64Array
    z: Float64Array
    yaw: Float32Array

    def take(self, rows: NDArray[Any]) -> Placed:
        """Return the given rows."""
        return Placed(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def may_be_structure(class_name: str) -> bool:
    """Return whether objects of a class are worth a look at their properties."""
    return not (class_name.startswith(_NEVER_STARTS) or any(part in class_name for part in _NEVER_PARTS))


def _is_nowhere(placed: Placed) -> BoolArray:
    """Return which positions cannot be: infinite, or far outside any map. NaN is merely unknown."""
    nowhere: BoolArray = (
        (np.abs(placed.x) > FARTHEST_UU) | (np.abs(placed.y) > FARTHEST_UU) | (np.abs(placed.z) > FARTHEST_UU)
    )
    return nowhere


def structure_columns(values: Values, placed: Placed, *, needs_id: bool) -> Structures:
    """Return the structures among walked objects; ``placed`` has a row for each of them.

    A structure has an id (ASA: ``needs_id``), or an owner's name or a decay clock (ASE), is no creature, and
    belongs to a player, a tribe, or nobody any more. One whose position cannot be is marked as faulty.
    """
    walked = values.walked
    tribe_id = values.integers("TargetingTeam", 0)
    is_structure = values.has("StructureID")
    if not needs_id:
        is_structure |= values.has("OwnerName") | values.has("bHasResetDecayTime")
    is_structure &= (walked.fault == Fault.NONE) & ~values.has("DinoID1")
    is_structure &= (tribe_id >= FIRST_PLAYER_TEAM) | (tribe_id == ABANDONED_TEAM)
    lost = is_structure & _is_nowhere(placed)
    walked.fault[lost] = Fault.BAD_PLACE
    rows = np.flatnonzero(is_structure & ~lost)
    return _columns(values, rows, placed.take(rows))


def _columns(values: Values, rows: Int64Array, placed: Placed) -> Structures:
    """Return the columns of the given rows of a walk."""
    owner_index, owner_names = values.texts("OwnerName")
    max_health = values.reals("MaxHealth")
    health = np.fmax(values.reals("Health"), values.first_floats("HealthArray"))
    health = np.where(np.isnan(health), max_health, health)
    has_pin = values.booleans("bIsPinLocked") | (values.integers("CurrentPinCode", 0) != 0)
    return Structures(
        object_id=placed.object_id,
        identity=np.zeros(len(rows), dtype=np.uint64),
        structure_id=values.integers("StructureID", -1)[rows],
        class_index=placed.class_index,
        x=placed.x,
        y=placed.y,
        z=placed.z,
        yaw=placed.yaw,
        tribe_id=values.integers("TargetingTeam", 0)[rows],
        owner_name_index=owner_index[rows],
        owner_player_id=values.integers("OwningPlayerID", 0)[rows],
        created_time=values.reals("OriginalCreationTime")[rows],
        last_ally_time=_last_ally_time(values)[rows],
        last_stasis_time=values.reals("LastEnterStasisTime")[rows],
        health=_as_float32(health[rows]),
        max_health=_as_float32(max_health[rows]),
        is_locked=values.booleans("bIsLocked")[rows],
        has_pin=has_pin[rows],
        was_snapped=values.booleans("bWasPlacementSnapped")[rows],
        is_linked=(values.array_counts("LinkedStructures") > 0)[rows],
        attached=(values.references("SaddleDino") | (values.integers("AttachedToDinoID1", 0) != 0))[rows],
        is_powered=values.booleans("bIsPowered")[rows],
        is_active=values.booleans("bContainerActivated")[rows],
        item_count=_as_int32(values.integers("CurrentItemCount", 0)[rows], 0),
        max_item_count=_as_int32(values.integers("MaxItemCount", -1)[rows], -1),
        ammunition=_as_int32(values.integers("NumBullets", -1)[rows], -1),
        inventory_id=np.zeros((len(rows), 2), dtype=np.uint64),
        classes=(),
        owner_names=owner_names,
    )


def _as_int32(values: Int64Array, least: int) -> Int32Array:
    """Return 32 bits; what is beyond them, which only damage writes, becomes their limit."""
    return np.clip(values, least, 2**31 - 1).astype(np.int32)


def _as_float32(values: Float64Array) -> Float32Array:
    """Return single precision; what is beyond its range, which only damage writes, becomes its limit."""
    limit = float(np.finfo(np.float32).max)
    return np.clip(values, -limit, limit).astype(np.float32)


def _last_ally_time(values: Values) -> Float64Array:
    """Return the latest of the times written under any of the names; NaN where there is none."""
    latest = values.reals(_ALLY_NAMES[0])
    for name in _ALLY_NAMES[1:]:
        latest = np.fmax(latest, values.reals(name))
    return latest

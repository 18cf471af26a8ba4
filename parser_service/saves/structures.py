"""Which objects are player structures, and their columns from one chunk of walked objects."""

from __future__ import annotations

from typing import Final

import numpy as np

from parser_service.saves.columns import Float64Array, Int64Array, Structures
from parser_service.saves.dialect import Field
from parser_service.saves.placed import Placed, is_owned
from parser_service.saves.values import Values, as_float32, as_int32
from parser_service.saves.walk import Fault

# The game has written the last time an ally was near under three names.
ALLY_NAMES: Final = ("LastInAllyRangeTimeSerialized", "LastInAllyRangeTime", "LastInAllyRangeSerialized")
"""The properties that tell when an ally was last near."""
STRUCTURE_FIELDS: Final = tuple(
    Field(name=name)
    for name in (
        *ALLY_NAMES,
        "StructureID",
        "TargetingTeam",
        "OwnerName",
        "OwningPlayerID",
        "BoxName",
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
        "MyInventoryComponent",
    )
)
"""The properties that structures are read from."""


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
    is_structure &= is_owned(tribe_id)
    lost = is_structure & placed.is_nowhere()
    walked.fault[lost] = Fault.BAD_PLACE
    chosen = is_structure & ~lost
    if chosen.all():
        return _columns(values, placed, tribe_id)
    return _columns(values.take(chosen), placed.take(chosen), tribe_id[chosen])


def _columns(values: Values, placed: Placed, tribe_id: Int64Array) -> Structures:
    """Return the columns of objects that are structures."""
    owner_index, owner_names = values.texts("OwnerName")
    box_name_index, box_names = values.texts("BoxName")
    max_health = values.reals("MaxHealth")
    health = np.fmax(values.reals("Health"), values.first_floats("HealthArray"))
    health = np.where(np.isnan(health), max_health, health)
    return Structures(
        object_id=placed.object_id,
        identity=np.zeros(len(values), dtype=np.uint64),
        structure_id=values.integers("StructureID", -1),
        class_index=placed.class_index,
        x=placed.x,
        y=placed.y,
        z=placed.z,
        yaw=placed.yaw,
        tribe_id=tribe_id,
        owner_name_index=owner_index,
        owner_player_id=values.integers("OwningPlayerID", 0),
        box_name_index=box_name_index,
        created_time=values.reals("OriginalCreationTime"),
        last_ally_time=last_ally_time(values),
        last_stasis_time=values.reals("LastEnterStasisTime"),
        health=as_float32(health),
        max_health=as_float32(max_health),
        is_locked=values.booleans("bIsLocked"),
        has_pin=values.booleans("bIsPinLocked") | (values.integers("CurrentPinCode", 0) != 0),
        was_snapped=values.booleans("bWasPlacementSnapped"),
        is_linked=values.array_counts("LinkedStructures") > 0,
        attached=values.references("SaddleDino") | (values.integers("AttachedToDinoID1", 0) != 0),
        is_powered=values.booleans("bIsPowered"),
        is_active=values.booleans("bContainerActivated"),
        item_count=as_int32(values.integers("CurrentItemCount", 0), 0),
        max_item_count=as_int32(values.integers("MaxItemCount", -1), -1),
        ammunition=as_int32(values.integers("NumBullets", -1), -1),
        inventory_id=values.reference_ids("MyInventoryComponent"),
        classes=(),
        owner_names=owner_names,
        box_names=box_names,
    )


def last_ally_time(values: Values) -> Float64Array:
    """Return the latest of the times written under any of the names; NaN where there is none."""
    latest = values.reals(ALLY_NAMES[0])
    for name in ALLY_NAMES[1:]:
        latest = np.fmax(latest, values.reals(name))
    return latest

"""The columns of creatures from one chunk of walked objects, and of the components that hold their levels."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np

from parser_service.saves.columns import (
    COLOUR_REGIONS,
    STATS,
    BoolArray,
    ByteArray,
    Float32Array,
    Int32Array,
    Int64Array,
    Tames,
    UInt64Array,
    WildCreatures,
)
from parser_service.saves.dialect import Field
from parser_service.saves.placed import Placed, is_owned
from parser_service.saves.structures import ALLY_NAMES, last_ally_time
from parser_service.saves.values import Values, as_bytes, as_float32, as_int32
from parser_service.saves.walk import Fault

CREATURE_FIELDS: Final = (
    *(
        Field(name=name)
        for name in (
            *ALLY_NAMES,
            "DinoID1",
            "DinoID2",
            "TargetingTeam",
            "TamedName",
            "TribeName",
            "TamerString",
            "ImprinterName",
            "ImprinterPlayerDataID",
            "bIsFemale",
            "bNeutered",
            "bIsBaby",
            "BabyAge",
            "RandomMutationsFemale",
            "RandomMutationsMale",
            "TamedAtTime",
            "LastEnterStasisTime",
            "LastTameConsumedFoodTime",
            "IsInCryo",
            "MyCharacterStatusComponent",
            "MyInventoryComponent",
        )
    ),
    Field(name="ColorSetIndices", width=COLOUR_REGIONS),
)
"""The properties that creatures are read from."""
STATUS_FIELDS: Final = (
    Field(name="BaseCharacterLevel"),
    Field(name="ExtraCharacterLevel"),
    Field(name="ExperiencePoints"),
    Field(name="DinoImprintingQuality"),
    Field(name="NumberOfLevelUpPointsApplied", width=len(STATS)),
    Field(name="NumberOfLevelUpPointsAppliedTamed", width=len(STATS)),
    Field(name="NumberOfMutationsAppliedTamed", width=len(STATS)),
    Field(name="CurrentStatusValues", width=len(STATS)),
)
"""The properties that levels and stats are read from."""
# The game leaves out what is at its default: a creature that says nothing of its level has the first.
_FIRST_LEVEL: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Levels and stats of n components, by ``object_id`` (n, 2); see ``Tames`` for the columns."""

    object_id: UInt64Array
    base_level: Int32Array
    extra_level: Int32Array
    experience: Float32Array
    imprint: Float32Array
    wild_points: ByteArray
    tamed_points: ByteArray
    mutation_points: ByteArray
    stats: Float32Array

    @classmethod
    def joined(cls, parts: list[Status]) -> Status:
        """Return the rows of all parts; there is at least one."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    def at(self, rows: Int64Array) -> Status:
        """Return the given rows; what is unknown, which is row -1, is 0 or NaN."""
        unknown = rows < 0
        chosen: dict[str, Any] = {}
        for field in fields(self):
            column = getattr(self, field.name)
            empty = np.zeros((1, *column.shape[1:]), dtype=column.dtype)
            if column.dtype.kind == "f":
                empty[:] = np.nan
            taken = column[rows] if len(column) else np.repeat(empty, len(rows), axis=0)
            taken[unknown] = empty
            chosen[field.name] = taken
        return Status(**chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Creatures:
    """Tames and wild creatures whose levels are not known yet, and where they are written."""

    tames: Tames
    tame_status: UInt64Array
    wild: WildCreatures
    wild_status: UInt64Array


def status_columns(values: Values, object_id: UInt64Array) -> Status:
    """Return what walked components say; ``object_id`` has a row for each of them."""
    whole = np.flatnonzero(values.walked.fault == Fault.NONE)
    values = values.take(whole)
    stats = len(STATS)
    return Status(
        object_id=object_id[whole],
        base_level=as_int32(values.integers("BaseCharacterLevel", _FIRST_LEVEL), 0),
        extra_level=as_int32(values.integers("ExtraCharacterLevel", 0), 0),
        experience=as_float32(values.reals("ExperiencePoints")),
        imprint=as_float32(values.reals("DinoImprintingQuality")),
        wild_points=as_bytes(values.rounded("NumberOfLevelUpPointsApplied", stats)),
        tamed_points=as_bytes(values.rounded("NumberOfLevelUpPointsAppliedTamed", stats)),
        mutation_points=as_bytes(values.rounded("NumberOfMutationsAppliedTamed", stats)),
        stats=values.floats("CurrentStatusValues", stats),
    )


def creature_columns(values: Values, placed: Placed) -> Creatures:
    """Return the creatures among walked objects; ``placed`` has a row for each of them.

    One whose position cannot be is marked as faulty.
    """
    walked = values.walked
    is_creature: BoolArray = (walked.fault == Fault.NONE) & values.has("DinoID1")
    lost = is_creature & placed.is_nowhere()
    walked.fault[lost] = Fault.BAD_PLACE
    team = values.integers("TargetingTeam", 0)
    tame, wild = (np.flatnonzero(is_creature & ~lost & owned) for owned in (is_owned(team), ~is_owned(team)))
    status = values.reference_ids("MyCharacterStatusComponent")
    return Creatures(
        tames=_tames(values.take(tame), placed.take(tame), team[tame]),
        tame_status=status[tame],
        wild=_wild(values.take(wild), placed.take(wild)),
        wild_status=status[wild],
    )


def _wild(values: Values, placed: Placed) -> WildCreatures:
    return WildCreatures(
        dino_id=values.double_integer("DinoID1", "DinoID2"),
        class_index=placed.class_index,
        level=np.zeros(len(values), dtype=np.int32),
        x=placed.x,
        y=placed.y,
        z=placed.z,
        is_female=values.booleans("bIsFemale"),
        classes=(),
    )


def _tames(values: Values, placed: Placed, team: Int64Array) -> Tames:
    empty = Status.joined([NO_STATUS]).at(np.full(len(values), -1, dtype=np.int64))
    texts: dict[str, Any] = {}
    for column, name in _TEXTS.items():
        texts[f"{column}_index"], texts[f"{column}s"] = values.texts(name)
    return Tames(
        object_id=placed.object_id,
        dino_id=values.double_integer("DinoID1", "DinoID2"),
        class_index=placed.class_index,
        x=placed.x,
        y=placed.y,
        z=placed.z,
        yaw=placed.yaw,
        tribe_id=team,
        imprinter_player_id=values.integers("ImprinterPlayerDataID", 0),
        is_female=values.booleans("bIsFemale"),
        is_neutered=values.booleans("bNeutered"),
        mutations_maternal=as_int32(values.integers("RandomMutationsFemale", 0), 0),
        mutations_paternal=as_int32(values.integers("RandomMutationsMale", 0), 0),
        colours=as_bytes(values.rounded("ColorSetIndices", COLOUR_REGIONS)),
        maturation=_maturation(values),
        tamed_time=values.reals("TamedAtTime"),
        last_ally_time=last_ally_time(values),
        last_stasis_time=values.reals("LastEnterStasisTime"),
        last_fed_time=values.reals("LastTameConsumedFoodTime"),
        is_cryopodded=values.booleans("IsInCryo"),
        inventory_id=values.reference_ids("MyInventoryComponent"),
        classes=(),
        **texts,
        **{name: getattr(empty, name) for name in STATUS_COLUMNS},
    )


def _maturation(values: Values) -> Float32Array:
    """Return how grown up creatures are; a baby that does not say so was just born."""
    age = np.clip(np.nan_to_num(values.reals("BabyAge")), 0.0, 1.0)
    return np.where(values.booleans("bIsBaby"), age, 1.0).astype(np.float32)


def with_status(tames: Tames, status: Status) -> Tames:
    """Return tames with their levels and stats, one row of ``status`` each."""
    is_imprinted = (tames.imprinter_name_index >= 0) | (tames.imprinter_player_id != 0)
    written = ~np.isnan(status.imprint)
    # The game leaves out an imprint of nothing.
    imprint = np.where(is_imprinted & ~written, np.float32(0), status.imprint)
    columns: dict[str, Any] = {name: getattr(status, name) for name in STATUS_COLUMNS}
    return replace(tames, **columns | {"imprint": imprint})


_TEXTS: Final = {
    "name": "TamedName",
    "tribe_name": "TribeName",
    "tamer_name": "TamerString",
    "imprinter_name": "ImprinterName",
}
STATUS_COLUMNS: Final = tuple(field.name for field in fields(Status) if field.name != "object_id")
"""The columns of tames that their status components hold."""
NO_STATUS: Final = Status(
    object_id=np.zeros((0, 2), dtype=np.uint64),
    base_level=np.zeros(0, dtype=np.int32),
    extra_level=np.zeros(0, dtype=np.int32),
    experience=np.zeros(0, dtype=np.float32),
    imprint=np.zeros(0, dtype=np.float32),
    wild_points=np.zeros((0, len(STATS)), dtype=np.uint8),
    tamed_points=np.zeros((0, len(STATS)), dtype=np.uint8),
    mutation_points=np.zeros((0, len(STATS)), dtype=np.uint8),
    stats=np.zeros((0, len(STATS)), dtype=np.float32),
)

"""What every column should hold, told from properties as other tools read them; and the cells that differ."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from arkparse.parsing.struct.ark_item_net_id import ArkItemNetId

from parser_service.saves import World
from parser_service.saves.columns import (
    COLOUR_REGIONS,
    FIRST_PLAYER_TEAM,
    STATS,
    SurvivorSource,
    Table,
    Tames,
)
from parser_service.saves.structures import ALLY_NAMES
from tests.parser_service.saves.peer_objects import Key, PeerObject

Objects: TypeAlias = Mapping[Key, PeerObject]
Told: TypeAlias = Callable[[PeerObject, PeerObject], Any]
"""Gives a column's value from an object and its status component (an empty one where it has none)."""

_NOTHING: Final = PeerObject(class_name="", place=None, values={})


@dataclass(slots=True)
class Comparison:
    """How many cells were compared, and those that differ, by table and column."""

    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    differ: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def cell(self, table: str, column: str, mine: Any, theirs: Any) -> None:
        """Compare a cell."""
        self.cells[table, column] += 1
        if not _same(mine, theirs):
            self.differ[table, column] += 1
            self.examples.append(f"{table}.{column}: ours {mine!r}, theirs {theirs!r}")


def _same(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, np.floating):
        other = mine.dtype.type(theirs)
        return bool(mine == other) or bool(np.isnan(mine) and np.isnan(other))
    if isinstance(mine, np.ndarray):
        return len(mine) == len(theirs) and all(map(_same, mine, theirs))
    return bool(mine == theirs)


def _integer(name: str, default: int = 0) -> Told:
    return lambda item, _: item.integer(name, default)


def _real(name: str) -> Told:
    return lambda item, _: item.number(name)


def _flag(name: str) -> Told:
    return lambda item, _: item.flag(name)


def _text(name: str) -> Told:
    return lambda item, _: item.text(name)


def _reference(name: str) -> Told:
    return lambda item, _: item.key(name)


def _points(name: str) -> Told:
    # Mobile writes them as floats.
    return lambda _, status: [status.integer(name, 0, index) for index in range(len(STATS))]


def _stats(_: PeerObject, status: PeerObject) -> list[float]:
    return [status.number("CurrentStatusValues", index=index) for index in range(len(STATS))]


def _health(item: PeerObject, _: PeerObject) -> float:
    """Return what is written; Mobile has an array of which the first is the whole structure's."""
    several = item.get("HealthArray")
    return float(several[0]) if several else item.number("Health", item.number("MaxHealth"))


def _ally(item: PeerObject, _: PeerObject) -> float:
    known = [item.number(name) for name in ALLY_NAMES if item.get(name) is not None]
    return max(known, default=math.nan)


def _double(one: str, two: str) -> Callable[[PeerObject], int]:
    return lambda item: (item.integer(one) & 0xFFFFFFFF) << 32 | item.integer(two) & 0xFFFFFFFF


def _item_id(item: PeerObject, _: PeerObject) -> int:
    """Return the two halves, which the tools keep as a value of their own, a mapping, or properties."""
    value, found = item.get("ItemID"), dict[str, int]()
    if isinstance(value, ArkItemNetId):
        found = {"itemid1": value.id1, "itemid2": value.id2}
    elif isinstance(value, Mapping):
        found = {str(name).casefold(): int(part) for name, part in value.items()}
    elif value is not None:
        found = {entry.name.casefold(): int(entry.value) for entry in value.properties}
    return (found.get("itemid1", 0) & 0xFFFFFFFF) << 32 | found.get("itemid2", 0) & 0xFFFFFFFF


def _level(_: PeerObject, status: PeerObject) -> int:
    # A creature without a component is of no known level; one that does not say is of the first.
    return (
        status.integer("BaseCharacterLevel", 1) + status.integer("ExtraCharacterLevel")
        if status is not _NOTHING
        else 0
    )


_dino_id = _double("DinoID1", "DinoID2")

STRUCTURES: Final[dict[str, Told]] = {
    "structure_id": _integer("StructureID", -1),
    "tribe_id": _integer("TargetingTeam"),
    "owner_name_index": _text("OwnerName"),
    "owner_player_id": _integer("OwningPlayerID"),
    "box_name_index": _text("BoxName"),
    "created_time": _real("OriginalCreationTime"),
    "last_ally_time": _ally,
    "last_stasis_time": _real("LastEnterStasisTime"),
    "health": _health,
    "max_health": _real("MaxHealth"),
    "is_locked": _flag("bIsLocked"),
    "has_pin": lambda item, _: item.flag("bIsPinLocked") or item.integer("CurrentPinCode") != 0,
    "was_snapped": _flag("bWasPlacementSnapped"),
    "is_linked": lambda item, _: bool(item.get("LinkedStructures")),
    "attached": lambda item, _: item.key("SaddleDino") is not None or item.integer("AttachedToDinoID1") != 0,
    "is_powered": _flag("bIsPowered"),
    "is_active": _flag("bContainerActivated"),
    "item_count": _integer("CurrentItemCount"),
    "max_item_count": _integer("MaxItemCount", -1),
    "ammunition": _integer("NumBullets", -1),
    "inventory_id": _reference("MyInventoryComponent"),
}
TAMES: Final[dict[str, Told]] = {
    "dino_id": lambda item, _: _dino_id(item),
    "tribe_id": _integer("TargetingTeam"),
    "name_index": _text("TamedName"),
    "tribe_name_index": _text("TribeName"),
    "tamer_name_index": _text("TamerString"),
    "imprinter_name_index": _text("ImprinterName"),
    "imprinter_player_id": _integer("ImprinterPlayerDataID"),
    "imprint": lambda _, status: status.number("DinoImprintingQuality"),
    "is_female": _flag("bIsFemale"),
    "is_neutered": _flag("bNeutered"),
    "base_level": lambda _, status: status.integer("BaseCharacterLevel", 1),
    "extra_level": lambda _, status: status.integer("ExtraCharacterLevel"),
    "wild_points": _points("NumberOfLevelUpPointsApplied"),
    "tamed_points": _points("NumberOfLevelUpPointsAppliedTamed"),
    "mutation_points": _points("NumberOfMutationsAppliedTamed"),
    "stats": _stats,
    "experience": lambda _, status: status.number("ExperiencePoints"),
    "mutations_maternal": _integer("RandomMutationsFemale"),
    "mutations_paternal": _integer("RandomMutationsMale"),
    "colours": lambda item, _: [item.number("ColorSetIndices", 0, n) for n in range(COLOUR_REGIONS)],
    "maturation": lambda item, _: item.number("BabyAge", 0.0) if item.flag("bIsBaby") else 1.0,
    "tamed_time": _real("TamedAtTime"),
    "last_ally_time": _ally,
    "last_stasis_time": _real("LastEnterStasisTime"),
    "last_fed_time": _real("LastTameConsumedFoodTime"),
    "is_cryopodded": _flag("IsInCryo"),
    "inventory_id": _reference("MyInventoryComponent"),
}
WILD: Final[dict[str, Told]] = {"level": _level, "is_female": _flag("bIsFemale")}
ITEMS: Final[dict[str, Told]] = {
    "item_id": _item_id,
    "quantity": _integer("ItemQuantity", 1),
    "quality": _integer("ItemQualityIndex"),
    "rating": lambda item, _: item.number("ItemRating", 0.0),
    "durability": _real("SavedDurability"),
    "is_blueprint": _flag("bIsBlueprint"),
    "is_equipped": _flag("bEquippedItem"),
    "inventory_id": _reference("OwnerInventory"),
    "custom_name_index": _text("CustomItemName"),
    "crafter_name_index": _text("CrafterCharacterName"),
}
BODIES: Final[dict[str, Told]] = {
    "is_asleep": _flag("bIsSleeping"),
    "is_dead": _flag("bIsDead"),
    "inventory_id": _reference("MyInventoryComponent"),
}
# What a body says of a survivor whose profile is nowhere.
PAWNS: Final[dict[str, Told]] = {
    "names": _text("PlayerName"),
    "platform_names": _text("PlatformProfileName"),
    "last_seen_time": _real("SavedLastTimeHadController"),
    "level": _level,
    "experience": lambda _, status: status.number("ExperiencePoints"),
    "points": _points("NumberOfLevelUpPointsApplied"),
}


def compare(world: World, objects: Objects) -> Comparison:
    """Return how a world's columns compare with the properties of its objects."""
    found = Comparison()
    for name, table, told in (
        ("structures", world.structures, STRUCTURES),
        ("tames", world.tames, TAMES),
        ("items", world.items, ITEMS),
    ):
        for row, number in enumerate(table.arrays()["object_id"]):
            key = _key(number)
            item = objects[key] if key is not None else _NOTHING
            if _is_row_of(table, row, item):
                _compare_row(found, name, (table, row), item, told, objects)
    creatures = _by_number_and_place(objects, _dino_id, "DinoID1")
    for row, number in enumerate(world.wild.dino_id.tolist()):
        item = creatures[number, float(world.wild.x[row])]
        _compare_row(found, "wild", (world.wild, row), item, WILD, objects)
    _compare_survivors(found, world, objects)
    return found


def compare_creature(tames: Tames, row: int, item: PeerObject, status: PeerObject) -> Comparison:
    """Return how a creature in a cryopod compares with its own two objects; where it is, the pod knows."""
    found = Comparison()
    for column, tell in TAMES.items():
        if column not in {"is_cryopodded", "inventory_id"}:
            found.cell("tames", column, _value(tames, column, row), tell(item, status))
    return found


def memberships(world: World, objects: Objects) -> dict[str, tuple[int, int]]:
    """Return how many things only we have, and how many only the other tool's objects make, where there are any."""
    structures, tames, wild, items, bodies = _things(objects)
    survivors = world.survivors
    pairs = {
        "structures": (_ids(world.structures), structures),
        "tames": (_ids(world.tames), tames),
        "wild": ({*world.wild.dino_id.tolist()}, wild),
        "items": (_ids(world.items), items),
        "bodies": ({*survivors.player_id[~np.isnan(survivors.x)].tolist()}, bodies),
    }
    found = {name: (len(ours - theirs), len(theirs - ours)) for name, (ours, theirs) in pairs.items()}
    return {name: counts for name, counts in found.items() if any(counts)}


def _things(objects: Objects) -> tuple[set[Any], set[Any], set[Any], set[Any], set[Any]]:
    """Return structures, tames, wild creatures, items and bodies, by what the format says of their properties."""
    structures, tames, wild, items, bodies = set(), set(), set(), set(), set()
    for key, item in objects.items():
        is_owned = item.integer("TargetingTeam") >= FIRST_PLAYER_TEAM
        if item.get("DinoID1") is not None and is_owned:
            tames.add(key)
        elif item.get("DinoID1") is not None:
            wild.add(_dino_id(item))
        elif is_owned and any(item.get(name) is not None for name in ("StructureID", "bHasResetDecayTime")):
            structures.add(key)
        elif item.key("OwnerInventory") is not None and not item.flag("bIsEngram"):
            items.add(key)
        elif item.class_name.startswith("PlayerPawn"):
            bodies.add(item.integer("LinkedPlayerDataID"))
    return structures, tames, wild, items, bodies


def _ids(table: Table) -> set[Key | None]:
    return {_key(number) for number in table.arrays()["object_id"]}


def _is_row_of(table: Table, row: int, item: PeerObject) -> bool:
    """Tell whether a row is about the object itself: a creature in a cryopod has the pod's."""
    return str(_value(table, "class_index", row)) == item.class_name


def _by_number_and_place(
    objects: Objects, number: Callable[[PeerObject], int], name: str
) -> dict[tuple[int, float], PeerObject]:
    """Return the objects that have a property, by a number and where they are: made worlds have some numbers twice."""
    return {
        (number(item), item.place[0]): item
        for item in objects.values()
        if item.place is not None and item.get(name) is not None
    }


def _compare_survivors(found: Comparison, world: World, objects: Objects) -> None:
    bodies = _by_number_and_place(
        objects, lambda item: item.integer("LinkedPlayerDataID"), "LinkedPlayerDataID"
    )
    survivors = world.survivors
    for row, (player, x) in enumerate(zip(survivors.player_id.tolist(), survivors.x.tolist(), strict=True)):
        if not math.isnan(x):
            told = BODIES | (PAWNS if survivors.sources[row] is SurvivorSource.PAWN else {})
            _compare_row(found, "survivors", (survivors, row), bodies[player, x], told, objects)


def _compare_row(
    found: Comparison,
    name: str,
    at: tuple[Table, int],
    item: PeerObject,
    told: Mapping[str, Told],
    objects: Objects,
) -> None:
    table, row = at
    status_key = item.key("MyCharacterStatusComponent")
    status = _NOTHING if status_key is None else objects.get(status_key, _NOTHING)
    for column, tell in told.items():
        found.cell(name, column, _value(table, column, row), tell(item, status))
    if item.place is not None and "x" in table.dtypes():
        for axis, theirs in zip("xyz", item.place, strict=True):
            found.cell(name, axis, _value(table, axis, row), theirs)


def _value(table: Table, column: str, row: int) -> Any:
    """Return a cell: a number, a row of numbers, a text, or the key of an object."""
    if column in table.row_texts():
        return getattr(table, column)[row]
    value = table.arrays()[column][row]
    if column.endswith("_index"):
        return table.texts()[column][value] if value >= 0 else ""
    if column.endswith("_id") and value.shape:
        return _key(value)
    return value


def _key(value: Any) -> Key | None:
    """Return an id of two words: a GUID, a place in the file (whose second word is zero), ``None`` for none."""
    if value[1]:
        return bytes(value.tobytes())
    return int(value[0]) or None

"""Things of a world as rows that compare by value: as our columns have them, and as other tools read them.

A row is a dictionary of the fields that both sides know. Positions are rounded as the peers round them.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import arkparser.export as peer_export
from arkparse.api.dino_api import DinoApi
from arkparse.api.structure_api import StructureApi
from arkparse.saves.asa_save import AsaSave
from arkparser import WorldSave

from parser_service.saves import World
from parser_service.saves.columns import FIRST_PLAYER_TEAM, STATS, Holder, Table

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = dict[str, list[Row]]

# arkparser's short names of the stats, in the order of ours; it leaves some out of the points.
_SHORT = ("hp", "stam", "torp", "oxy", "food", "water", "temp", "weight", "melee", "speed", "fort", "craft")
_POINTS = ("hp", "stam", "oxy", "food", "weight", "melee", "speed", "craft")


# The peer lists the items of survivors by their profiles, which few of the worlds have.
_PEERS_HOLDERS = (Holder.STRUCTURE, Holder.TAME)


def text_of(table: Table, column: str, row: int) -> str:
    """Return the text that an index column points to, empty for none."""
    index = int(table.arrays()[column][row])
    return table.texts()[column][index] if index >= 0 else ""


def _place(x: float, y: float, z: float) -> tuple[float, ...] | None:
    return None if math.isnan(x) else (round(float(x), 2), round(float(y), 2), round(float(z), 2))


def _points(values: Any, suffix: str = "") -> Row:
    return {f"{name}{suffix}": int(values[_SHORT.index(name)]) for name in _POINTS}


def ours(world: World) -> Rows:
    """Return our rows as far as ``arkparser`` has them."""
    return {
        "tames": [_our_tame(world, row) for row in range(len(world.tames))],
        "wild": [_our_wild(world, row) for row in range(len(world.wild))],
        "structures": [_our_structure(world, row) for row in range(len(world.structures))],
        "items": [
            _our_item(world, row)
            for row, holder in enumerate(world.items.holder.tolist())
            if holder in _PEERS_HOLDERS
        ],
    }


def _our_tame(world: World, row: int) -> Row:
    tames = world.tames
    imprinter = text_of(tames, "imprinter_name_index", row)
    return {
        "dinoid": int(tames.dino_id[row]),
        "tribeid": int(tames.tribe_id[row]),
        "tribe": text_of(tames, "tribe_name_index", row),
        # the peer leaves the tamer out where somebody imprinted on the creature
        "tamer": "" if imprinter else text_of(tames, "tamer_name_index", row),
        "imprinter": imprinter,
        "imprint": 0.0 if math.isnan(tames.imprint[row]) else float(tames.imprint[row]),
        "creature": text_of(tames, "class_index", row),
        "name": text_of(tames, "name_index", row),
        "sex": "Female" if tames.is_female[row] else "Male",
        "base": int(tames.base_level[row]),
        "lvl": int(tames.base_level[row] + tames.extra_level[row]),
        "mut-f": int(tames.mutations_maternal[row]),
        "mut-m": int(tames.mutations_paternal[row]),
        "isNeutered": bool(tames.is_neutered[row]),
        "maturation": int(tames.maturation[row] * 100),
        "experience": 0 if math.isnan(tames.experience[row]) else int(tames.experience[row]),
        "cryo": bool(tames.is_cryopodded[row]),
        "place": _place(tames.x[row], tames.y[row], tames.z[row]),
        **_points(tames.wild_points[row], "-w"),
        **_points(tames.tamed_points[row], "-t"),
        **_points(tames.mutation_points[row], "-m"),
        **{f"c{region}": int(colour) for region, colour in enumerate(tames.colours[row])},
        **{f"now-{name}": float(tames.stats[row][number]) for number, name in enumerate(_SHORT)},
    }


def _our_wild(world: World, row: int) -> Row:
    wild = world.wild
    return {
        "dinoid": int(wild.dino_id[row]),
        "creature": text_of(wild, "class_index", row),
        "lvl": int(wild.level[row]),
        "sex": "Female" if wild.is_female[row] else "Male",
        "place": _place(wild.x[row], wild.y[row], wild.z[row]),
    }


def _our_structure(world: World, row: int) -> Row:
    built = world.structures
    # the peer does not know Mobile's HealthArray, beside which there is no maximum
    is_damaged = built.health[row] != built.max_health[row] and not math.isnan(built.max_health[row])
    return {
        "struct": text_of(built, "class_index", row),
        "tribeid": int(built.tribe_id[row]),
        "locked": bool(built.is_locked[row] or built.has_pin[row]),
        "owning_player_id": int(built.owner_player_id[row]),
        "max_health": 0.0 if math.isnan(built.max_health[row]) else float(built.max_health[row]),
        "health": float(built.health[row]) if is_damaged else 0.0,
        "current_item_count": int(built.item_count[row]),
        "max_item_count": max(int(built.max_item_count[row]), 0),
        "num_bullets": max(int(built.ammunition[row]), 0),
        "placement_snapped": bool(built.was_snapped[row]),
        "place": _place(built.x[row], built.y[row], built.z[row]),
    }


def _our_item(world: World, row: int) -> Row:
    items = world.items
    number = int(items.item_id[row])
    return {
        "itemId": text_of(items, "class_index", row),
        "id": f"{number >> 32}_{number & 0xFFFFFFFF}" if number else None,
        "qty": int(items.quantity[row]) or 1,
        "blueprint": bool(items.is_blueprint[row]),
        "quality": int(items.quality[row]),
        "rating": float(items.rating[row]),
        "b_equipped_item": bool(items.is_equipped[row]),
        "crafter": text_of(items, "crafter_name_index", row),
        "holder": _holder_of(world, row),
    }


def _holder_of(world: World, row: int) -> str:
    """Return the class of the structure or tame that holds an item."""
    items, at = world.items, int(world.items.holder_row[row])
    table = world.structures if items.holder[row] == Holder.STRUCTURE else world.tames
    return text_of(table, "class_index", at)


def arkparsers(path: Path) -> Rows:
    """Return the rows that ``arkparser`` exports."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        save = WorldSave.load(path)
        tames, wild = peer_export.export_tamed(save), peer_export.export_wild(save)
        built = peer_export.export_structures(save)
    # the peer gives the team of what is abandoned to everything that says no team
    owned = [entry for entry in built if entry["tribeid"] >= FIRST_PLAYER_TEAM]
    items = [
        _their_item(item, str(holder.get("creature") or holder.get("struct")))
        for holder in (*tames, *owned)
        for item in holder["inventory"]
    ]
    return {
        "tames": [_their_tame(entry) for entry in tames],
        "wild": [_their_wild(entry) for entry in wild],
        "structures": [_their_structure(entry) for entry in owned],
        "items": items,
    }


def _their_tame(entry: Row) -> Row:
    row = {
        key: entry[key]
        for key in (
            "tribeid",
            "tamer",
            "imprinter",
            "imprint",
            "creature",
            "name",
            "sex",
            "base",
            "lvl",
            "cryo",
        )
    }
    row |= {
        "dinoid": abs(int(entry["id"])),
        "tribe": entry["tribe"] or "",
        "mut-f": entry["mut-f"],
        "mut-m": entry["mut-m"],
        "isNeutered": entry["isNeutered"],
        "maturation": int(entry["maturation"]),
        "experience": entry.get("experience", 0),
        "place": _their_place(entry),
    }
    row |= {f"{name}{kind}": entry.get(f"{name}{kind}", 0) for kind in ("-w", "-t", "-m") for name in _POINTS}
    row |= {f"c{region}": entry[f"c{region}"] for region in range(6)}
    return row | {f"now-{name}": entry["current_stats"][name] for name in _SHORT}


def _their_wild(entry: Row) -> Row:
    # the id that the peer lists for ASE is another form of the same two numbers
    return {key: entry[key] for key in ("creature", "lvl", "sex")} | {
        "dinoid": int(entry["id"]),
        "place": _their_place(entry),
    }


def _their_structure(entry: Row) -> Row:
    health, most = entry.get("health", 0.0), entry.get("max_health", 0.0)
    return {
        "struct": entry["struct"],
        "tribeid": entry["tribeid"],
        "locked": entry["locked"],
        "owning_player_id": entry.get("owning_player_id", 0),
        "max_health": most,
        "health": 0.0 if health == most else health,
        "current_item_count": entry.get("current_item_count", 0),
        "max_item_count": entry.get("max_item_count", 0),
        "num_bullets": entry.get("num_bullets", 0),
        "placement_snapped": entry.get("placement_snapped", False),
        "place": _their_place(entry),
    }


def _their_item(entry: Row, holder: str) -> Row:
    return {
        "itemId": entry["itemId"],
        "id": entry.get("id"),
        "qty": entry["qty"],
        "blueprint": entry["blueprint"],
        "quality": entry.get("quality", 0),
        "rating": entry.get("rating", 0.0),
        "b_equipped_item": entry.get("b_equipped_item", False),
        "crafter": entry.get("crafter", ""),
        "holder": holder,
    }


def _their_place(entry: Row) -> tuple[float, ...] | None:
    numbers = re.findall(r"-?[0-9.]+(?:e-?[0-9]+)?", entry["ccc"] or "")
    return tuple(round(float(number), 2) for number in numbers) or None


# arkparse's names of the stats that it has.
_THEIR_STATS = ("health", "stamina", "oxygen", "food", "weight", "melee_damage")


def ours_for_arkparse(world: World) -> Rows:
    """Return our rows as far as ``arkparse`` has them."""
    stats = [STATS.index(name) for name in _THEIR_STATS]
    tames, wild, built = world.tames, world.wild, world.structures
    return {
        "tames": [
            {
                "dinoid": int(tames.dino_id[row]),
                "name": text_of(tames, "name_index", row),
                "is_female": bool(tames.is_female[row]),
                "base_level": int(tames.base_level[row]),
                "neutered": bool(tames.is_neutered[row]),
                "tribe": int(tames.tribe_id[row]),
                "x": round(float(tames.x[row]), 2),
                "wild": [int(tames.wild_points[row][stat]) for stat in stats],
                "tamed": [int(tames.tamed_points[row][stat]) for stat in stats],
                "mutated": [int(tames.mutation_points[row][stat]) for stat in stats],
                "stats": [float(tames.stats[row][stat]) for stat in stats],
            }
            for row in range(len(tames))
        ],
        "wild": [
            {
                "dinoid": int(wild.dino_id[row]),
                "is_female": bool(wild.is_female[row]),
                "base_level": int(wild.level[row]),
                "x": round(float(wild.x[row]), 2),
            }
            for row in range(len(wild))
        ],
        "structures": [
            {
                "structure_id": int(built.structure_id[row]),
                "tribe": int(built.tribe_id[row]),
                "owner": int(built.owner_player_id[row]),
                "max_health": float(built.max_health[row]),
                "health": float(built.health[row]),
                "created": float(built.created_time[row]),
                "snapped": bool(built.was_snapped[row]),
                "x": round(float(built.x[row]), 2),
            }
            for row in range(len(built))
        ],
    }


def arkparses(path: Path) -> Rows:
    """Return the rows that ``arkparse`` reads; of structures those that people own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        save = AsaSave(path, read_only=True)
        dinos, built = DinoApi(save).get_all().values(), StructureApi(save).get_all().values()
        rows = {
            "tames": [_arkparse_tame(dino) for dino in dinos if hasattr(dino, "tamed_name")],
            "wild": [_arkparse_wild(dino) for dino in dinos if not hasattr(dino, "tamed_name")],
            "structures": [
                _arkparse_structure(structure)
                for structure in built
                if (structure.owner.tribe_id or 0) >= FIRST_PLAYER_TEAM
            ],
        }
        save.close()
    return rows


def _arkparse_wild(dino: Any) -> Row:
    return {
        "dinoid": dino.id_.id1 << 32 | dino.id_.id2,
        "is_female": dino.is_female,
        "base_level": dino.stats.base_level,
        "x": round(dino.location.x, 2),
    }


def _arkparse_tame(dino: Any) -> Row:
    stats = dino.stats
    return _arkparse_wild(dino) | {
        "name": "" if dino.tamed_name == "NONE" else dino.tamed_name,
        "neutered": dino.neutered,
        "tribe": dino.object.get_property_value("TargetingTeam"),
        "wild": _their_points(stats.base_stat_points),
        "tamed": _their_points(stats.added_stat_points),
        "mutated": _their_points(stats.mutated_stat_points),
        "stats": _their_points(stats.stat_values),
    }


def _their_points(part: Any) -> list[float]:
    return [getattr(part, name) for name in _THEIR_STATS]


def _arkparse_structure(structure: Any) -> Row:
    return {
        "structure_id": structure.id_,
        "tribe": structure.owner.tribe_id,
        "owner": structure.owner.id_ or 0,
        "max_health": structure.max_health,
        "health": structure.current_health,
        "created": structure.original_creation_time,
        "snapped": structure.was_placement_snapped,
        "x": round(structure.location.x, 2),
    }


def differences(mine: list[Row], theirs: list[Row]) -> Iterator[str]:
    """Yield a line for each row that only one side has, by the fields of both: "-" the peer's, "+" ours."""
    left, right = sorted(map(_told, theirs)), sorted(map(_told, mine))
    for row in left:
        if row in right:
            right.remove(row)
        else:
            yield f"- {row}"
    yield from (f"+ {row}" for row in right)


def _told(row: Row) -> str:
    return ", ".join(f"{key}={value!r}" for key, value in sorted(row.items()))

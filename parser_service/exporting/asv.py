"""A save as the JSON that ARK Savegame Visualiser (ASV) exports with ``ASVExport all``. Blocking.

Names, order and units of the fields are those of ``ExportJson…`` in ASVPack/Models/ContentPack.cs of
github.com/miragedmuk/ASV at commit beb4bbb (24 November 2025): an object with ``map`` and ``data``, one entry per
thing. A field that Helena does not read from saves is left out, for nothing is made up; so is ``netAddress``, which
is nobody's business. Where ASV writes 0 for a place that it does not know, this writes null; and instants are in
UTC as ISO 8601 has them, whatever the machine's language.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from parser_service.archive.reading import ArchivedSave
from parser_service.decay.instants import to_instant, to_real
from parser_service.exporting.asv_items import Inventories
from parser_service.exporting.asv_tribes import tribe_logs, tribes
from parser_service.exporting.asv_values import Names, Row, place, points, sex, team_of
from parser_service.exporting.places import degrees
from parser_service.exporting.sheets import iso
from parser_service.saves.columns import Float64Array, Holder, Tames, WildCreatures, World

_MAKERS: TypeAlias = Callable[[ArchivedSave], Iterator[Row]]
# ASV's order; ``water`` and ``fort`` are the survivors' alone.
_TAME_STATS: Final = ("hp", "stam", "melee", "weight", "speed", "food", "oxy", "craft")
_SURVIVOR_STATS: Final = ("hp", "stam", "melee", "weight", "speed", "food", "water", "oxy", "craft", "fort")
# ASV tells inventories without the note that every survivor begins with.
_STARTING_NOTE: Final = "PrimalItem_StartingNote_C"


def write_asv(save: ArchivedSave, name: str, path: Path) -> int:
    """Write one of ``ASV_FILES``, and return how many entries it has."""
    encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode
    count = 0
    with path.open("w", encoding="ascii") as file:
        file.write(f'{{"map":{encode(save.world.map_name)},"data":[')
        for count, row in enumerate(ASV_FILES[name](save), start=1):
            file.write(("" if count == 1 else ",\n") + encode(row))
        file.write("]}\n")
    return count


def wild(save: ArchivedSave) -> Iterator[Row]:
    """Yield the wild creatures."""
    table = save.world.wild
    high, low = _dino_ids(table)
    latitude, longitude = degrees(save.world.map_name, table.x, table.y, table.z)
    for row in _by_class(table):
        yield {
            "id": _dino_number(high[row], low[row], int(table.dino_id[row])),
            "creature": table.classes[table.class_index[row]],
            "sex": sex(table.is_female[row]),
            "lvl": int(table.level[row]),
            **place(latitude, longitude, row),
            "ccc": _coordinates(table.x, table.y, table.z, row),
            "dinoid": f"{high[row]}{low[row]}",
        }


def tamed(save: ArchivedSave) -> Iterator[Row]:
    """Yield the tames, those in cryopods as well."""
    world, table = save.world, save.world.tames
    high, low = _dino_ids(table)
    latitude, longitude = degrees(world.map_name, table.x, table.y, table.z)
    names, inventories = Names(table), Inventories(world.items, Holder.TAME)
    for row in _by_class(table):
        number = _dino_number(high[row], low[row], int(table.dino_id[row]))
        is_stored, base = bool(table.is_cryopodded[row]), int(table.base_level[row])
        yield {
            # ASV turns the id of what is stored round, to tell it from a creature that walks
            "id": -number if is_stored else number,
            "tribeid": int(table.tribe_id[row]),
            "tribe": names.of("tribe_name_index", row),
            # who imprinted on it is named instead of who tamed it
            "tamer": "" if table.imprinter_player_id[row] > 0 else names.of("tamer_name_index", row),
            "imprinter": names.of("imprinter_name_index", row),
            "imprint": _number(table.imprint[row]),
            "creature": names.of("class_index", row),
            "name": names.of("name_index", row),
            "sex": sex(table.is_female[row]),
            "base": base,
            "lvl": base + int(table.extra_level[row]),
            **place(latitude, longitude, row),
            **points(table.wild_points[row], _TAME_STATS, "-w"),
            **points(table.mutation_points[row], _TAME_STATS, "-m"),
            **points(table.tamed_points[row], _TAME_STATS, "-t"),
            **{f"c{region}": colour for region, colour in enumerate(table.colours[row].tolist())},
            "mut-f": int(table.mutations_maternal[row]),
            "mut-m": int(table.mutations_paternal[row]),
            "cryo": is_stored,
            "ccc": _coordinates(table.x, table.y, table.z, row),
            "dinoid": f"{high[row]}{low[row]}",
            "isNeutered": bool(table.is_neutered[row]),
            "maturation": f"{100 * float(table.maturation[row]):.7g}",
            "inventory": inventories.of(row),
        }


def structures(save: ArchivedSave) -> Iterator[Row]:
    """Yield the structures, tribe by tribe."""
    world, table = save.world, save.world.structures
    latitude, longitude = degrees(world.map_name, table.x, table.y, table.z)
    created = _instants(save, table.created_time)
    names, inventories = Names(table), Inventories(world.items, Holder.STRUCTURE)
    teams = team_of(world)
    has_inventory = np.any(table.inventory_id != 0, axis=1).tolist()
    for row in np.argsort(table.tribe_id, kind="stable").tolist():
        tribe_id = int(table.tribe_id[row])
        entry: Row = {
            "tribeid": tribe_id,
            "tribe": teams.get(tribe_id, ""),
            "struct": names.of("class_index", row),
            "name": names.of("box_name_index", row),
        }
        if has_inventory[row]:
            entry["locked"] = bool(table.is_locked[row] or table.has_pin[row])
        if table.is_powered[row]:
            entry["isSwitchedOn"] = bool(table.is_active[row])
        yield entry | {
            **place(latitude, longitude, row),
            "ccc": _coordinates(table.x, table.y, table.z, row),
            "created": created(row) or "",
            "inventory": inventories.of(row),
        }


def players(save: ArchivedSave) -> Iterator[Row]:
    """Yield the survivors."""
    world, table = save.world, save.world.survivors
    latitude, longitude = degrees(world.map_name, table.x, table.y, table.z)
    seen, teams = _instants(save, table.last_seen_time), team_of(world)
    inventories = Inventories(world.items, Holder.SURVIVOR, without=_STARTING_NOTE)
    for row in range(len(table)):
        # ASV's tribe of one bears the survivor's own id
        team = int(table.tribe_id[row]) or int(table.player_id[row])
        yield {
            "playerid": int(table.player_id[row]),
            "steam": table.platform_names[row],
            "name": table.names[row],
            "tribeid": team,
            "tribe": teams.get(team, ""),
            "sex": sex(table.is_female[row]),
            "lvl": int(table.level[row]),
            **place(latitude, longitude, row),
            **points(table.points[row], _SURVIVOR_STATS),
            "active": seen(row),
            "ccc": _coordinates(table.x, table.y, table.z, row),
            "steamid": table.accounts[row],
            "inventory": inventories.of(row),
        }


def _number(value: np.float32) -> float:
    """Return a number by its shortest text (0.1 stays 0.1); 0 for unknown, as ASV has it."""
    return float(str(value)) if np.isfinite(value) else 0.0


def _by_class(table: Tames | WildCreatures) -> list[int]:
    """Return the rows by the creature's class, as ASV orders them; the texts of a table are in no order."""
    order = np.argsort(np.argsort(np.array(table.classes or ("",))))
    rows: list[int] = np.argsort(order[table.class_index], kind="stable").tolist() if len(table) else []
    return rows


def _dino_ids(table: Tames | WildCreatures) -> tuple[list[int], list[int]]:
    """Return the two halves of the creatures' ids as ASV reads them: as signed numbers."""
    halves = [(table.dino_id >> np.uint64(32)), table.dino_id & np.uint64(0xFFFFFFFF)]
    high, low = (half.astype(np.uint32).view(np.int32).tolist() for half in halves)
    return high, low


def _dino_number(high: int, low: int, dino_id: int) -> int:
    """Return the number that ASV makes of an id: one half's digits behind the other's.

    Where that is no number of 64 bits (the second half is negative), ASV has 0 for all of them; this gives the
    game's own id.
    """
    digits = f"{high}{low}"
    number = int(digits) if low >= 0 else dino_id
    return number if -(2**63) <= number < 2**63 else dino_id


def _coordinates(x: Float64Array, y: Float64Array, z: Float64Array, row: int) -> str | None:
    """Return a place for the console command ``cheat SetPlayerPos``; ASV has single precision."""
    numbers = np.array((x[row], y[row], z[row]))
    if not np.isfinite(numbers).all():
        return None
    return " ".join(f"{number:.8g}" if abs(number) < 1e8 else f"{number:.0f}" for number in numbers.tolist())


def _instants(save: ArchivedSave, times: Float64Array) -> Callable[[int], str | None]:
    """Return what gives a row's instant, ``None`` for unknown or later than the save: that is another map's clock."""
    world: World = save.world
    real: NDArray[Any] = to_real(times, game_time=world.game_time, saved_at=save.saved_at)
    real[~(real <= save.saved_at.timestamp() + 1)] = np.nan

    def of(row: int) -> str | None:
        instant = to_instant(float(real[row]))
        return None if instant is None else iso(instant)

    return of


ASV_FILES: Final[Mapping[str, _MAKERS]] = MappingProxyType(
    {
        "Wild": wild,
        "Tribes": tribes,
        "TribeLogs": tribe_logs,
        "Tamed": tamed,
        "Players": players,
        "Structures": structures,
    }
)
"""What makes the entries of each file, by the part of its name between ``ASV_`` and ``.json``."""

"""What is exported: the sheets of a save, or of one of the small files beside it, and the facts that go with them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from parser_service.archive.reading import ArchivedSave
from parser_service.archive.tables import BaseRows
from parser_service.exporting.places import degrees
from parser_service.exporting.sheets import Coded, Column, Instants, Sheet, sheet_of
from parser_service.saves.columns import Int64Array, Structures, Survivors, Table, Tames, WildCreatures, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Sheets with the facts of where they come from; ``save`` is there where that is a world."""

    facts: Mapping[str, str | int | float | None]
    sheets: tuple[Sheet, ...]
    save: ArchivedSave | None = None


def content_of_save(save: ArchivedSave, *, name: str) -> Content:
    """Return the content of a world, or of its kept columns."""
    world = save.world
    facts = {
        "file": name,
        "game": world.game.value,
        "map": world.map_name,
        "version": world.version,
        "saved_at": save.saved_at.isoformat(),
        "game_time": world.game_time if math.isfinite(world.game_time) else None,
        "save_count": world.save_count,
        "understood_share": world.coverage.share,
        "damaged_objects": world.coverage.objects_failed,
    }
    sheets = [_sheet(table, name, save) for name, table in world.tables().items()]
    return Content(facts=facts, sheets=(*sheets, _bases(save)), save=save)


def content_of_file(tables: Mapping[str, Table], *, name: str, kind: str, saved_at: datetime) -> Content:
    """Return the content of a profile, of a tribe's file, or of a cluster inventory."""
    facts = {"file": name, "kind": kind, "saved_at": saved_at.isoformat()}
    return Content(facts=facts, sheets=tuple(sheet_of(table, name) for name, table in tables.items()))


def base_numbers(save: ArchivedSave) -> Int64Array:
    """Return the bases' ids in the database; where they have none, their numbers in the save, from 1."""
    if len(save.base_id) == len(save.bases):
        return save.base_id
    return np.arange(1, len(save.bases) + 1)


def _sheet(table: Table, name: str, save: ArchivedSave) -> Sheet:
    more: dict[str, Column] = {}
    if isinstance(table, Structures | Tames | WildCreatures | Survivors):
        more |= _degrees(save.world, table)
    if isinstance(table, Structures | Tames):
        more["tribe"] = _tribe_names(save.world, table.tribe_id)
    if isinstance(table, Structures) and len(save.places) == len(table):
        rows = save.places.base_row
        more["base_id"] = np.append(base_numbers(save), 0)[np.where(rows < len(save.bases), rows, -1)]
        more["decays_at"] = Instants(save.places.decays_at)
    return sheet_of(table, name, more)


def _bases(save: ArchivedSave) -> Sheet:
    bases: BaseRows = save.bases
    columns: dict[str, Column] = {
        "base_id": base_numbers(save),
        "tribe_id": bases.tribe_id,
        "tribe": _tribe_names(save.world, bases.tribe_id),
        "structures": bases.structures,
        "x": bases.x,
        "y": bases.y,
        "z": bases.z,
        **_degrees(save.world, bases),
        "first_decay_at": Instants(bases.first_decay_at),
        "last_decay_at": Instants(bases.last_decay_at),
    }
    return Sheet(name="bases", columns=columns)


def _degrees(
    world: World, table: Structures | Tames | WildCreatures | Survivors | BaseRows
) -> dict[str, Column]:
    latitude, longitude = degrees(world.map_name, table.x, table.y, table.z)
    return {"latitude": latitude, "longitude": longitude}


def _tribe_names(world: World, tribe_id: Int64Array) -> Coded:
    """Return each row's tribe by name, as far as it is known; the tribes' ids ascend."""
    known = world.tribes.tribe_id
    if not len(known):
        return Coded(np.full(len(tribe_id), -1, dtype=np.int32), ())
    place = np.minimum(np.searchsorted(known, tribe_id), len(known) - 1)
    index = np.where(known[place] == tribe_id, place, -1).astype(np.int32)
    return Coded(index, world.tribes.names)

"""The things of a save as they are compared: an id that lasts, whose they are, where, and what else can change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parser_service.archive.reading import ArchivedSave
from parser_service.saves.columns import Float64Array, Holder, Int64Array, Table, UInt64Array
from parser_service.saves.columns.arrays import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """The things of one kind in one save, one row each.

    Attributes
    ----------
    identity : ndarray of shape (n,), uint64
        The same in every save.
    is_named : ndarray of shape (n,), bool
        Whether ``identity`` is known.
    tribe_id, base_id : ndarray of shape (n,), int64
        0 for none.
    position : ndarray of shape (n, 3), float64
        Unreal units; NaN unknown.
    place : ndarray of shape (n,), uint64
        What holds it, by an id that is the same in every save; 0 for nothing.
    values : dict of ndarray
        What can change, by name, in a form that means the same in both saves.
    """

    identity: UInt64Array
    is_named: NDArray[np.bool_]
    tribe_id: Int64Array
    base_id: Int64Array
    position: Float64Array
    place: UInt64Array
    values: dict[str, NDArray[Any]]

    def followed(self) -> Int64Array:
        """Return the rows that can be found in another save: of those with equal ids the first."""
        rows = np.flatnonzero(self.is_named)
        _, first = np.unique(self.identity[rows], return_index=True)
        return rows[first]

    def unnamed(self) -> int:
        """Return how many things have no id."""
        return int(np.count_nonzero(~self.is_named))


def structures_of(save: ArchivedSave) -> Things:
    """Return the structures of a save."""
    table = save.world.structures
    return Things(
        identity=table.identity,
        is_named=np.ones(len(table), dtype=np.bool_),
        tribe_id=table.tribe_id,
        base_id=_base_ids(save),
        position=table.positions(),
        place=np.zeros(len(table), dtype=np.uint64),
        values={
            "class": _named(table, "class_index"),
            "tribe_id": table.tribe_id,
            "owner_player_id": table.owner_player_id,
            "health": table.health,
            "is_locked": table.is_locked,
            "has_pin": table.has_pin,
            "is_powered": table.is_powered,
            "item_count": table.item_count,
            "ammunition": table.ammunition,
        },
    )


def tames_of(save: ArchivedSave) -> Things:
    """Return the tames of a save; a tame belongs to no base."""
    table = save.world.tames
    return Things(
        identity=table.dino_id,
        is_named=table.dino_id != 0,
        tribe_id=table.tribe_id,
        base_id=np.zeros(len(table), dtype=np.int64),
        position=np.column_stack((table.x, table.y, table.z)),
        place=np.zeros(len(table), dtype=np.uint64),
        values={
            "tribe_id": table.tribe_id,
            "name": _named(table, "name_index"),
            "level": table.base_level + table.extra_level,
            "tamed_points": table.tamed_points,
            "imprint": table.imprint,
            "is_neutered": table.is_neutered,
            "is_cryopodded": table.is_cryopodded,
        },
    )


def items_of(save: ArchivedSave) -> Things:
    """Return the items of a save; they are whose and where their holder is."""
    table = save.world.items
    return Things(
        identity=table.item_id,
        is_named=table.item_id != 0,
        tribe_id=_of_holder(save, _tribes_of_holders(save)),
        base_id=_of_holder(save, {Holder.STRUCTURE: _base_ids(save)}),
        position=np.full((len(table), 3), np.nan),
        place=_holders(save),
        values={
            "quantity": table.quantity,
            "is_blueprint": table.is_blueprint,
            "is_equipped": table.is_equipped,
            "custom_name": _named(table, "custom_name_index"),
        },
    )


def _base_ids(save: ArchivedSave) -> Int64Array:
    """Return the id of each structure's base, 0 for none."""
    if len(save.places) != len(save.world.structures):
        return np.zeros(len(save.world.structures), dtype=np.int64)
    rows = save.places.base_row
    known = (rows >= 0) & (rows < len(save.base_id))
    return np.where(known, np.append(save.base_id, 0)[np.where(known, rows, -1)], 0)


def _tribes_of_holders(save: ArchivedSave) -> dict[Holder, Int64Array]:
    world = save.world
    return {
        Holder.STRUCTURE: world.structures.tribe_id,
        Holder.TAME: world.tames.tribe_id,
        Holder.SURVIVOR: world.survivors.tribe_id,
    }


def _holders(save: ArchivedSave) -> UInt64Array:
    """Return the id of each item's holder that lasts from save to save."""
    world = save.world
    ids = {
        Holder.STRUCTURE: world.structures.identity.view(np.int64),
        Holder.TAME: world.tames.dino_id.view(np.int64),
        Holder.SURVIVOR: world.survivors.player_id,
    }
    return _of_holder(save, ids).view(np.uint64)


def _of_holder(save: ArchivedSave, columns: dict[Holder, Int64Array]) -> Int64Array:
    """Return what a column of the holders says of each item, 0 where nothing does."""
    items = save.world.items
    found = np.zeros(len(items), dtype=np.int64)
    for holder, column in columns.items():
        of = (items.holder == holder) & (items.holder_row >= 0) & (items.holder_row < len(column))
        found[of] = column[items.holder_row[of]]
    return found


def _named(table: Table, index: str) -> UInt64Array:
    """Return what stands for a text in every save, from a column that points into this save's texts."""
    texts: tuple[str, ...] = getattr(table, plural(index))
    hashes = np.array([int.from_bytes(_digest(text), "little") for text in (*texts, "")], dtype=np.uint64)
    named: UInt64Array = hashes[getattr(table, index)]
    return named


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()

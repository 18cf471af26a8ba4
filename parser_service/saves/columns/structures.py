"""The structures of a world as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from parser_service.saves.columns.arrays import (
    BoolArray,
    Float32Array,
    Float64Array,
    Int32Array,
    Int64Array,
    Table,
    UInt64Array,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Structures(Table):
    """The structures that players have placed.

    Attributes
    ----------
    object_id : ndarray of shape (n, 2), uint64
        ASA: the object's GUID as two little-endian words. ASE: its position in the file, and zero; that one
        holds within one save only.
    identity : ndarray of shape (n,), uint64
        The same for the same structure in the next save: from the GUID (ASA), or from class and position (ASE).
    structure_id : ndarray of shape (n,), int64
        The game's ``StructureID``, -1 where the game writes none. Not unique.
    class_index : ndarray of shape (n,), int32
        Row of ``classes``.
    x, y, z : ndarray of shape (n,), float64
        World position, Unreal units (1 uu = 1 cm); NaN where the save has lost it.
    yaw : ndarray of shape (n,), float32
        Degrees; NaN as above.
    tribe_id : ndarray of shape (n,), int64
        ``TargetingTeam``: the tribe, or the player where there is no tribe.
    owner_name_index : ndarray of shape (n,), int32
        Row of ``owner_names``, -1 where none is written.
    owner_player_id : ndarray of shape (n,), int64
        Player who owns it personally, 0 where nobody does.
    box_name_index : ndarray of shape (n,), int32
        How people call it: row of ``box_names``, -1 where nobody has given it a name.
    created_time, last_ally_time, last_stasis_time : ndarray of shape (n,), float64
        Seconds of the world's own clock; NaN is unknown.
    health, max_health : ndarray of shape (n,), float32
        Hit points; NaN is unknown. The game leaves out the health of what is undamaged: it is then the maximum.
    is_locked, has_pin, was_snapped : ndarray of shape (n,), bool
        As written. The pin itself is never kept.
    is_linked : ndarray of shape (n,), bool
        Other structures are snapped to it.
    attached : ndarray of shape (n,), bool
        On a saddle or platform: it moves with a creature, so it is part of no base.
    is_powered, is_active : ndarray of shape (n,), bool
        Whether it has power, and whether it is switched on, as written.
    item_count : ndarray of shape (n,), int32
        Items inside, as the game counts them.
    max_item_count : ndarray of shape (n,), int32
        How many items fit, -1 where the save does not say.
    ammunition : ndarray of shape (n,), int32
        Rounds in a turret as written (``NumBullets``), -1 where the save does not say.
    inventory_id : ndarray of shape (n, 2), uint64
        The object that holds its items (see ``object_id``); zero where it has none.
    classes, owner_names, box_names : tuple of str
        What the index columns point into.
    """

    widths: ClassVar[dict[str, int]] = {"object_id": 2, "inventory_id": 2}

    object_id: UInt64Array
    identity: UInt64Array
    structure_id: Int64Array
    class_index: Int32Array
    x: Float64Array
    y: Float64Array
    z: Float64Array
    yaw: Float32Array
    tribe_id: Int64Array
    owner_name_index: Int32Array
    owner_player_id: Int64Array
    box_name_index: Int32Array
    created_time: Float64Array
    last_ally_time: Float64Array
    last_stasis_time: Float64Array
    health: Float32Array
    max_health: Float32Array
    is_locked: BoolArray
    has_pin: BoolArray
    was_snapped: BoolArray
    is_linked: BoolArray
    attached: BoolArray
    is_powered: BoolArray
    is_active: BoolArray
    item_count: Int32Array
    max_item_count: Int32Array
    ammunition: Int32Array
    inventory_id: UInt64Array
    classes: tuple[str, ...]
    owner_names: tuple[str, ...]
    box_names: tuple[str, ...]

    def positions(self) -> Float64Array:
        """Return the positions as an array of shape (n, 3), Unreal units."""
        return np.column_stack((self.x, self.y, self.z))

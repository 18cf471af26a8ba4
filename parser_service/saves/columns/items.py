"""The items of a world as columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from parser_service.saves.columns.arrays import (
    BoolArray,
    ByteArray,
    Float32Array,
    Int32Array,
    Table,
    UInt64Array,
)


class Holder(IntEnum):
    """What has an item in its inventory."""

    UNKNOWN = 0
    STRUCTURE = 1
    TAME = 2
    SURVIVOR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Table):
    """The items in inventories. Engrams and what the game keeps as items without showing them are left out.

    Attributes
    ----------
    object_id : ndarray of shape (n, 2), uint64
        See ``Structures.object_id``.
    item_id : ndarray of shape (n,), uint64
        The game's id of the item, the same in every save: ``ItemID1 << 32 | ItemID2``; 0 unknown.
    class_index : ndarray of shape (n,), int32
        Row of ``classes``.
    quantity : ndarray of shape (n,), int32
    quality : ndarray of shape (n,), uint8
        The game's ``ItemQualityIndex``: 0 primitive to 5 ascendant.
    rating : ndarray of shape (n,), float32
        The game's ``ItemRating``; 0 where none is written.
    durability : ndarray of shape (n,), float32
        As written; NaN unknown.
    is_blueprint, is_equipped : ndarray of shape (n,), bool
    holder : ndarray of shape (n,), uint8
        A ``Holder``.
    holder_row : ndarray of shape (n,), int32
        Row of the table that ``holder`` names; -1 unknown.
    inventory_id : ndarray of shape (n, 2), uint64
        The inventory that has it; zero unknown.
    custom_name_index, crafter_name_index : ndarray of shape (n,), int32
        Rows of ``custom_names`` and ``crafter_names``, -1 none.
    classes, custom_names, crafter_names : tuple of str
        What the index columns point into.
    """

    widths: ClassVar[dict[str, int]] = {"object_id": 2, "inventory_id": 2}

    object_id: UInt64Array
    item_id: UInt64Array
    class_index: Int32Array
    quantity: Int32Array
    quality: ByteArray
    rating: Float32Array
    durability: Float32Array
    is_blueprint: BoolArray
    is_equipped: BoolArray
    holder: ByteArray
    holder_row: Int32Array
    inventory_id: UInt64Array
    custom_name_index: Int32Array
    crafter_name_index: Int32Array
    classes: tuple[str, ...]
    custom_names: tuple[str, ...]
    crafter_names: tuple[str, ...]

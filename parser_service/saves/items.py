"""The columns of items from one chunk of walked objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from parser_service.saves.columns import Holder, Items
from parser_service.saves.dialect import Field, Plan
from parser_service.saves.placed import Placed
from parser_service.saves.values import Values, as_bytes, as_float32, as_int32
from parser_service.saves.walk import Fault

ITEM_FIELDS: Final = tuple(
    Field(name=name)
    for name in (
        "ItemID",
        "OwnerInventory",
        "ItemQuantity",
        "ItemQualityIndex",
        "ItemRating",
        "SavedDurability",
        "bIsBlueprint",
        "bIsEngram",
        "bEquippedItem",
        "CustomItemName",
        "CrafterCharacterName",
        "CustomItemDatas",
    )
)
"""The properties that items are read from."""
ITEM_ID_FIELDS: Final = (Field(name="ItemID1"), Field(name="ItemID2"))
"""The properties within ``ItemID``."""
# The game leaves out what is at its default: an item that says nothing of its number is one.
_ONE: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldItems:
    """Items of which it is not known yet who holds them.

    ``customs`` are the values of ``CustomItemDatas``, in which cryopods keep their creature, with the items' rows.
    """

    items: Items
    customs: tuple[tuple[int, bytes], ...]


def item_columns(values: Values, placed: Placed, id_plan: Plan) -> HeldItems:
    """Return the items in inventories among walked objects; ``placed`` has a row for each of them.

    An engram is kept as an item that nobody can hold, and a dropped item is in no inventory.
    """
    is_held = values.reference_ids("OwnerInventory").any(axis=1) & ~values.booleans("bIsEngram")
    rows = np.flatnonzero(is_held & (values.walked.fault == Fault.NONE))
    values, placed = values.take(rows), placed.take(rows)
    crafter_index, crafters = values.texts("CrafterCharacterName")
    custom_index, customs = values.texts("CustomItemName")
    rating = values.reals("ItemRating")
    items = Items(
        object_id=placed.object_id,
        item_id=values.inner("ItemID", id_plan).double_integer("ItemID1", "ItemID2"),
        class_index=placed.class_index,
        quantity=as_int32(values.integers("ItemQuantity", _ONE), 0),
        quality=as_bytes(values.integers("ItemQualityIndex", 0)),
        rating=as_float32(np.nan_to_num(rating)),
        durability=as_float32(values.reals("SavedDurability")),
        is_blueprint=values.booleans("bIsBlueprint"),
        is_equipped=values.booleans("bEquippedItem"),
        holder=np.full(len(rows), Holder.UNKNOWN, dtype=np.uint8),
        holder_row=np.full(len(rows), -1, dtype=np.int32),
        inventory_id=values.reference_ids("OwnerInventory"),
        custom_name_index=custom_index,
        crafter_name_index=crafter_index,
        classes=(),
        custom_names=customs,
        crafter_names=crafters,
    )
    return HeldItems(items=items, customs=tuple(values.raw("CustomItemDatas")))

"""Who has which item: items name an inventory, and so do structures, tames and survivors."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from parser_service.saves.columns import Float64Array, Holder, Int64Array, Items, Structures, Survivors, Tames
from parser_service.saves.lookup import IdIndex


def with_holders(items: Items, table: Structures | Tames | Survivors) -> Items:
    """Return items with those holders that are in a table, where none is known yet."""
    rows = IdIndex(table.inventory_id).rows(items.inventory_id)
    new = (rows >= 0) & (items.holder == Holder.UNKNOWN)
    return replace(
        items,
        holder=np.where(new, np.uint8(_holder_in(table)), items.holder),
        holder_row=np.where(new, rows, items.holder_row).astype(np.int32),
    )


def without_rows(items: Items, table: Structures | Tames | Survivors) -> Items:
    """Return items that say what kind of thing holds them, but no row of a table that is not handed out."""
    return replace(
        items, holder_row=np.where(items.holder == _holder_in(table), np.int32(-1), items.holder_row)
    )


def _holder_in(table: Structures | Tames | Survivors) -> Holder:
    if isinstance(table, Structures):
        return Holder.STRUCTURE
    return Holder.TAME if isinstance(table, Tames) else Holder.SURVIVOR


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderFacts:
    """Where the holders of items are, of shape (n, 3), NaN unknown; and whose they are, 0 unknown."""

    position: Float64Array
    tribe_id: Int64Array


def facts_of(items: Items, tables: tuple[Structures, Tames, Survivors]) -> HolderFacts:
    """Return what is known of the holder of each item."""
    position = np.full((len(items), 3), np.nan)
    tribe_id = np.zeros(len(items), dtype=np.int64)
    for table in tables:
        rows = np.flatnonzero((items.holder == _holder_in(table)) & (items.holder_row >= 0))
        holder = items.holder_row[rows]
        position[rows] = np.column_stack((table.x[holder], table.y[holder], table.z[holder]))
        tribe_id[rows] = table.tribe_id[holder]
    return HolderFacts(position=position, tribe_id=tribe_id)

"""The items that one kind of holder has, as ASV lists them."""

from __future__ import annotations

import numpy as np

from parser_service.exporting.asv_values import Row
from parser_service.saves.columns import Holder, Items


class Inventories:
    """What each row of a table of holders has. ``without`` is a class that is left out."""

    def __init__(self, items: Items, holder: Holder, *, without: str = "") -> None:
        self._items = items
        rows = np.flatnonzero((items.holder == holder) & (items.holder_row >= 0))
        if without in items.classes:
            rows = rows[items.class_index[rows] != items.classes.index(without)]
        self._rows = rows[np.argsort(items.holder_row[rows], kind="stable")]
        self._holders = items.holder_row[self._rows]

    def of(self, row: int) -> list[Row]:
        """Return the items of one holder."""
        start, end = np.searchsorted(self._holders, (row, row + 1)).tolist()
        items = self._items
        return [
            {
                "itemId": items.classes[items.class_index[item]],
                "qty": int(items.quantity[item]),
                "blueprint": bool(items.is_blueprint[item]),
            }
            for item in self._rows[start:end].tolist()
        ]

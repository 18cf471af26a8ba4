"""Finds many objects by their ids at once."""

from __future__ import annotations

from typing import Final

import numpy as np

from parser_service.saves.columns import Int64Array, UInt64Array

# Two GUIDs that share a half are chance; more than this many that do are made.
_MOST_ALIKE: Final = 8


class IdIndex:
    """Rows by id, an array of shape (n, 2); the id zero is none."""

    def __init__(self, ids: UInt64Array) -> None:
        low = np.ascontiguousarray(ids[:, 0])
        self._order = np.argsort(low)
        self._low = low[self._order]
        self._high = ids[self._order, 1]

    def rows(self, wanted: UInt64Array) -> Int64Array:
        """Return the row of each wanted id (n, 2), -1 where it is unknown or none."""
        low, high = np.ascontiguousarray(wanted[:, 0]), wanted[:, 1]
        found = np.full(len(wanted), -1, dtype=np.int64)
        # In order, so that neighbouring searches touch the same memory.
        open_rows = np.argsort(low)
        place = np.searchsorted(self._low, low[open_rows])
        for _ in range(_MOST_ALIKE):
            within = place < len(self._low)
            open_rows, place = open_rows[within], place[within]
            if not len(open_rows):
                break
            alike = self._low[place] == low[open_rows]
            same = alike & (self._high[place] == high[open_rows])
            found[open_rows[same]] = self._order[place[same]]
            further = alike & ~same
            open_rows, place = open_rows[further], place[further] + 1
        found[(low | high) == 0] = -1
        return found


def distinct_ids(ids: UInt64Array) -> UInt64Array:
    """Return the distinct ids (n, 2), without the one that is none."""
    return np.unique(ids[ids.any(axis=1)], axis=0)

"""Looks up many name ids at once: which wanted field is this, which type is that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from parser_service.saves.columns import Int32Array
from shared.saves.names import hashed_name

# Known ids are told apart by their low bits; a table of this many entries always suffices for hashed ids.
_LARGEST_TABLE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class IdTable:
    """Maps 32-bit ids to small numbers: -1 for every id that is not in it."""

    mask: int
    keys: Int32Array
    values: Int32Array

    def __call__(self, ids: Int32Array) -> Int32Array:
        """Return the numbers of ``ids``, an int32 array of any shape."""
        place = ids & np.int32(self.mask)
        return np.where(self.keys.take(place) == ids, self.values.take(place), np.int32(-1))


def signed(number: int) -> int:
    """Return an id as the signed 32-bit integer that it is read as."""
    return (number + 2**31) % 2**32 - 2**31


def make_table(numbers: Mapping[int, int]) -> IdTable:
    """Return a table from id (as an unsigned or signed 32-bit integer) to number."""
    ids = np.array([*numbers], dtype=np.int64).astype(np.uint32).view(np.int32)
    size = 256
    while len(np.unique(ids & np.int32(size - 1))) < len(ids):
        size *= 2
        if size > _LARGEST_TABLE:
            message = "two ids differ in their highest bits only"
            raise ValueError(message)
    keys = np.zeros(size, dtype=np.int32)
    values = np.full(size, -1, dtype=np.int32)
    place = ids & np.int32(size - 1)
    keys[place] = ids
    values[place] = np.fromiter(numbers.values(), dtype=np.int32, count=len(numbers))
    return IdTable(mask=size - 1, keys=keys, values=values)


class HashedNames:
    """ASA's ids: a function of the text, so every wanted id is known before a file is opened."""

    def ids_of(self, name: str) -> tuple[int, ...]:
        """Return the ids that mean ``name``: one."""
        return (hashed_name(name),)


class IndexedNames:
    """ASE's ids: one-based positions in the file's own table, where a name may stand in several casings."""

    def __init__(self, table: Sequence[str]) -> None:
        self._table = table
        self._ids: dict[str, list[int]] = {}
        for index, name in enumerate(table, start=1):
            self._ids.setdefault(name.casefold(), []).append(index)

    def ids_of(self, name: str) -> tuple[int, ...]:
        """Return the ids that mean ``name``, none where the file does not know it."""
        return tuple(self._ids.get(name.casefold(), ()))

    def text(self, index: int) -> str | None:
        """Return the name at a one-based index, or ``None`` outside the table."""
        return self._table[index - 1] if 1 <= index <= len(self._table) else None

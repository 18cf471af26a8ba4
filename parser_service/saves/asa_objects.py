"""The headers of ASA's objects, and the classes that they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from parser_service.saves.columns import ByteArray, Int32Array, Int64Array
from parser_service.saves.kinds import ObjectKind, kind_of_class
from parser_service.saves.walk import Fault, gather

# An actor has one name, its component two.
_MOST_NAMES: Final = 64
# Bits of an object's flags: an item; placed by the level's makers; has a record of its place.
_ITEM, _LEVEL_PLACED, _HAS_PLACE = 1, 2, 8


class Heads(NamedTuple):
    """The headers of a chunk of objects."""

    class_id: Int32Array
    flags: ByteArray
    list_at: Int64Array
    fault: ByteArray


class Classes:
    """The classes met so far: their texts and kinds, by a number of our own."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self._names = names
        self._ids = np.zeros(0, dtype=np.int32)
        self._rows = np.zeros(0, dtype=np.int32)
        self.texts: list[str] = []
        self.kinds = np.zeros(0, dtype=np.uint8)
        self.unnamed: set[str] = set()

    def index(self, ids: Int32Array) -> Int32Array:
        """Return each object's row in ``texts``."""
        place = np.searchsorted(self._ids, ids)
        known = np.zeros(len(ids), dtype=np.bool_)
        within = place < len(self._ids)
        known[within] = self._ids[place[within]] == ids[within]
        if not known.all():
            self._learn(np.unique(ids[~known]))
            place = np.searchsorted(self._ids, ids)
        return self._rows[place]

    def _learn(self, ids: Int32Array) -> None:
        """Add classes; the table of ids stays in order."""
        texts = [self._text(number & 0xFFFFFFFF) for number in ids.tolist()]
        rows = np.arange(len(self.texts), len(self.texts) + len(texts), dtype=np.int32)
        self.texts += texts
        kinds = np.array([kind_of_class(text) for text in texts], dtype=np.uint8)
        self.kinds = np.concatenate((self.kinds, kinds))
        order = np.argsort(np.concatenate((self._ids, ids)))
        self._rows = np.concatenate((self._rows, rows))[order]
        self._ids = np.concatenate((self._ids, ids))[order]

    def _text(self, number: int) -> str:
        path = self._names.get(number)
        if path is None:
            text = f"Unnamed_{number:08x}"
            self.unnamed.add(text)
            return text
        return path.rpartition(".")[2]  # /Game/…/Wall_Metal.Wall_Metal_C


def read_heads(buffer: ByteArray, start: Int64Array, end: Int64Array, *, control_byte: bool) -> Heads:
    """Return the headers of objects: class, item flag, names, level, flags, and where the list begins."""
    fault = np.zeros(len(start), dtype=np.uint8)
    fault[start + 16 > end] = Fault.BAD_HEADER
    # A row may be shorter than a header; its fetches stay within the buffer and its padding.
    words = gather(buffer, start, "V20").view("<i4").reshape(-1, 5)
    names = words[:, 3]
    fault[(names < 0) | (names > _MOST_NAMES)] = Fault.BAD_HEADER
    at = start + 16
    rows = np.flatnonzero((fault == Fault.NONE) & (names > 0))
    units = words[rows, 4].astype(np.int64)
    for number in range(1, _MOST_NAMES + 1):
        at[rows] += 4 + np.where(units >= 0, units, -2 * units)
        cut = at[rows] + 5 > end[rows]
        fault[rows[cut]] = Fault.BAD_HEADER
        rows = rows[~cut & (names[rows] > number)]
        if not len(rows):
            break
        units = gather(buffer, at[rows], "<i4").astype(np.int64)
    fault[at + 5 > end] = Fault.BAD_HEADER
    broken = fault != Fault.NONE
    at[broken] = start[broken]
    flags = buffer[at + 4]
    # Some rows end right after their header; a list is preceded by a control byte in generation C.
    list_at = np.minimum(at + 5 + (1 if control_byte else 0), end)
    return Heads(words[:, 0].copy(), flags, list_at, fault)


def kinds_of(heads: Heads, class_kind: ByteArray) -> ByteArray:
    """Return what kind of thing each object is; ``class_kind`` is what its class says.

    What lives in the world or was put there by people is a spawned actor: it has a place, and the level's makers
    did not put it there. A component has no flag.
    """
    is_actor = (heads.flags & (_LEVEL_PLACED | _HAS_PLACE)) == _HAS_PLACE
    is_status = class_kind == ObjectKind.STATUS
    kind = np.where(is_actor != is_status, class_kind, np.uint8(ObjectKind.OTHER))
    kind[(heads.flags & _ITEM) != 0] = ObjectKind.ITEM
    kind[heads.fault != Fault.NONE] = ObjectKind.OTHER
    return kind

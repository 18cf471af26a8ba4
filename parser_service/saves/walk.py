"""Walks the property lists of many objects in lockstep: one NumPy step moves all of them by one tag."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from parser_service.saves.columns import ByteArray, Int32Array, Int64Array
from parser_service.saves.dialect import END, Dialect, Generation, Kind, Plan

# The part of a tag's header that all tags have fits into one window of this many bytes.
_WINDOW: Final = 32
# Name, type, and two more words (generations A and B; C has one byte more).
_SHORTEST_TAG: Final = 24
# A buffer ends with this many zero bytes, so that a header may be fetched at any position of an object.
PADDING: Final = 64
# What is found is kept as one number: 31 bits of position, 27 of size, 5 of kind.
_PLACE_BITS: Final = 31
_SIZE_BITS: Final = 27
_LARGEST_SIZE: Final = (1 << _SIZE_BITS) - 1
LARGEST_BUFFER: Final = (1 << _PLACE_BITS) - 1
"""A buffer has at most this many bytes."""
# The longest list seen in a real save has 92 tags; a list beyond this is damage, or malice.
MAX_TAGS: Final = 4096
# Deepest type tree seen: 7 nodes. Each node may have at most this many inner ones, and a tree as many nodes.
_MAX_INNER: Final = 8
_MAX_NODES: Final = 32
# Generation C flags: array index, property GUID, native value, value of a bool. Any other changes the layout.
_INDEX, _GUID, _NATIVE, _TRUE = 0x01, 0x02, 0x08, 0x10
_UNKNOWN_FLAGS: Final = 0xFF & ~(_INDEX | _GUID | _NATIVE | _TRUE)
_SHIFTING_FLAGS: Final = 0xFF & ~(_NATIVE | _TRUE)


class Fault(IntEnum):
    """Why an object's list could not be walked to its end."""

    NONE = 0
    CUT = 1
    BAD_SIZE = 2
    BAD_TYPE = 3
    BAD_FLAGS = 4
    TOO_LONG = 5
    BAD_HEADER = 6
    BAD_PLACE = 7


FAULT_TEXTS: Final = {
    Fault.CUT: "ends inside a property",
    Fault.BAD_SIZE: "a property is larger than its object",
    Fault.BAD_TYPE: "a property of no known type",
    Fault.BAD_FLAGS: "a property with unknown flags",
    Fault.TOO_LONG: f"more than {MAX_TAGS:,} properties",
    Fault.BAD_HEADER: "a header that contradicts itself",
    Fault.BAD_PLACE: "a position that is no place",
}
"""What each fault means, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """Where the wanted values of n objects lie.

    Attributes
    ----------
    found : ndarray of shape (rows, n), int64
        Where each value is, of how many bytes and of which kind (see ``unpack``); -1 where the object has none.
    fault : ndarray of shape (n,), uint8
        The ``Fault`` of each object.
    """

    found: Int64Array
    fault: ByteArray

    def take(self, rows: NDArray[Any]) -> Walked:
        """Return the given objects (indices or a mask)."""
        return Walked(found=self.found[:, rows], fault=self.fault[rows])


class _Tags(NamedTuple):
    """One tag of each live object: where its value lies, and where the next one begins."""

    kind: Int32Array | None
    size: Int32Array
    element: Int32Array | None
    at: Int64Array
    after: Int64Array
    fault: ByteArray | None


def pad(parts: list[bytes]) -> ByteArray:
    """Join parts into one buffer that tags may be fetched from at any position of the parts."""
    return np.frombuffer(b"".join([*parts, bytes(PADDING)]), dtype=np.uint8)


def gather(buffer: ByteArray, at: Int64Array, dtype: str) -> NDArray[Any]:
    """Return the values of ``dtype`` at positions of a padded buffer, whatever their alignment."""
    width = np.dtype(dtype).itemsize
    view: NDArray[Any] = np.ndarray((len(buffer) - width + 1,), dtype, buffer.data, 0, (1,))
    found: NDArray[Any] = view[at]
    return found


def unpack(found: Int64Array) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Return position, size and ``Kind`` of what was found; nothing is to be asked about -1."""
    return found & LARGEST_BUFFER, (found >> _PLACE_BITS) & _LARGEST_SIZE, found >> (_PLACE_BITS + _SIZE_BITS)


def walk(buffer: ByteArray, start: Int64Array, end: Int64Array, dialect: Dialect, plan: Plan) -> Walked:
    """Return where the values that ``plan`` asks for lie.

    Parameters
    ----------
    buffer : ndarray of shape (bytes,), uint8
        At most ``LARGEST_BUFFER`` bytes; ends with ``PADDING`` zero bytes that belong to no object; see ``pad``.
    start, end : ndarray of shape (n,), int64
        Where each object's list begins, and where its bytes end; equal where it has no list.
    dialect, plan
        How tags are laid out, and which are wanted.

    Notes
    -----
    Each step reads one tag of every object that has not reached its end: as many steps as the longest list has
    tags. Positions only grow, and no value is taken that reaches beyond ``end``.
    """
    walked = Walked(
        found=np.full((plan.rows, len(start)), -1, dtype=np.int64), fault=np.zeros(len(start), dtype=np.uint8)
    )
    window: NDArray[Any] = np.ndarray((len(buffer) - _WINDOW + 1,), f"V{_WINDOW}", buffer.data, 0, (1,))
    rows = np.flatnonzero(start < end)
    at, limit = start[rows], end[rows]
    for _ in range(MAX_TAGS):
        if not len(rows):
            break
        words = window[at].view("<i4").reshape(-1, _WINDOW // 4)
        code = plan.fields(words[:, 0])
        ended = _ended(code, words, at, limit)
        if ended is not None:
            on = np.flatnonzero(~ended)
            rows, at, limit, code, words = rows[on], at[on], limit[on], code[on], words[on]
        rows, at, limit = _step(buffer, (rows, at, limit, code, words), dialect, (plan, walked))
    walked.fault[rows] = Fault.TOO_LONG
    return walked


def _ended(
    code: Int32Array, words: Int32Array, at: Int64Array, limit: Int64Array
) -> NDArray[np.bool_] | None:
    """Return which lists end here, with the plain name None (8 bytes), or ``None`` where not one does."""
    ended: NDArray[np.bool_] = code == END
    if not ended.any():
        return None
    ended &= (words[:, 1] == 0) & (at + 8 <= limit)
    return ended


def _step(
    buffer: ByteArray,
    live: tuple[Int64Array, Int64Array, Int64Array, Int32Array, Int32Array],
    dialect: Dialect,
    target: tuple[Plan, Walked],
) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Read a tag of each live object, record what is wanted, and return those that go on, and from where."""
    rows, at, limit, code, words = live
    plan, walked = target
    read = _read_c if dialect.generation is Generation.C else _read_ab
    tags = read(buffer, (at, limit), words, dialect)
    bad = (tags.after > limit) | (tags.size < 0)
    if tags.fault is not None:
        bad |= tags.fault != Fault.NONE
    if not bad.any():
        _record(walked, plan, (rows, code, words), tags, dialect)
        return rows, tags.after, limit
    fault = np.where(tags.after > limit, np.uint8(Fault.CUT), np.uint8(Fault.NONE))
    fault[tags.size < 0] = Fault.BAD_SIZE
    if tags.fault is not None:
        fault = np.where(tags.fault != Fault.NONE, tags.fault, fault)
    # What was read beyond the end is padding, or the next object: no fault of a type.
    fault[at + _SHORTEST_TAG > limit] = Fault.CUT
    walked.fault[rows] = fault
    good = np.flatnonzero(~bad)
    kept = _Tags(*(None if column is None else column[good] for column in tags))  # type: ignore[arg-type]
    _record(walked, plan, (rows[good], code[good], words[good]), kept, dialect)
    return rows[good], kept.after, limit[good]


def _record(
    walked: Walked,
    plan: Plan,
    live: tuple[Int64Array, Int32Array, Int32Array],
    tags: _Tags,
    dialect: Dialect,
) -> None:
    """Note where the wanted tags have their values."""
    rows, code, words = live
    hit = np.flatnonzero(code >= 0)
    if not len(hit):
        return
    field, head = code[hit], words[hit]
    # A name with an instance number (Name_3) is another name: none that is wanted.
    wanted = head[:, 1] == 0
    if tags.element is not None:
        element = tags.element[hit]
        wanted &= (element >= 0) & (element < plan.widths[field])
        field = field + np.where(wanted, element, 0)
    kind = dialect.kinds(head[:, 2]) if tags.kind is None else tags.kind[hit]
    wanted &= kind >= 0
    size = np.minimum(tags.size[hit], np.int32(_LARGEST_SIZE)).astype(np.int64)
    packed = tags.at[hit] | size << _PLACE_BITS | kind.astype(np.int64) << (_PLACE_BITS + _SIZE_BITS)
    if not wanted.all():
        field, packed, hit = field[wanted], packed[wanted], hit[wanted]
    # One index is faster than two: the array lies row after row.
    walked.found.reshape(-1)[field * np.int64(walked.found.shape[1]) + rows[hit]] = packed


def _read_ab(
    buffer: ByteArray, place: tuple[Int64Array, Int64Array], words: Int32Array, dialect: Dialect
) -> _Tags:
    """Read tags of generations A and B: name, type, size, index, what the type adds, B: a GUID's flag."""
    at, _ = place
    kind = dialect.kinds(words[:, 2])
    bad = (kind < 0) | (words[:, 3] != 0)
    # Kind -1 takes the last entry of ``extra``; its position is within the padding all the same.
    value = at + dialect.extra[kind]
    if dialect.generation is Generation.B:
        flag = buffer[value]
        shifted = flag != 0
        if shifted.any():
            bad |= flag > 1
            value[shifted] += 16
        value += 1
    size = words[:, 4]
    # A bool's value is the last byte of its header.
    value_at = np.where(kind == Kind.BOOL, at + _SHORTEST_TAG, value)
    fault = None
    if bad.any():
        fault = np.where(bad, np.uint8(Fault.BAD_TYPE), np.uint8(Fault.NONE))
    return _Tags(kind, size, words[:, 5], value_at, value + size, fault)


def _read_c(
    buffer: ByteArray, place: tuple[Int64Array, Int64Array], words: Int32Array, dialect: Dialect
) -> _Tags:
    """Read tags of generation C: name, a tree of types, size, flags, and what the flags announce."""
    at, limit = place
    size = words[:, 5]
    flags = words.view(np.uint8).reshape(len(words), _WINDOW)[:, 24]
    value = at + 25
    special = np.flatnonzero((words[:, 4] != 0) | ((flags & _SHIFTING_FLAGS) != 0))
    if not len(special):
        return _Tags(None, size, None, _bool_place(words, dialect, value), value + size, None)
    deep_at, deep_size, deep_element, deep_fault = _read_special(buffer, at[special], limit[special])
    size = size.copy()
    size[special], value[special] = deep_size, deep_at
    element = np.zeros(len(at), dtype=np.int32)
    element[special] = deep_element
    fault = None
    if deep_fault.any():
        fault = np.zeros(len(at), dtype=np.uint8)
        fault[special] = deep_fault
    return _Tags(None, size, element, _bool_place(words, dialect, value), value + size, fault)


def _bool_place(words: Int32Array, dialect: Dialect, value: Int64Array) -> Int64Array:
    """Return the places of values: a bool has none, its value is a bit of the flags right before."""
    is_bool: NDArray[np.bool_] = words[:, 2] == dialect.bool_id
    place: Int64Array = value - is_bool
    return place


def _read_special(
    buffer: ByteArray, at: Int64Array, limit: Int64Array
) -> tuple[Int64Array, Int32Array, Int32Array, ByteArray]:
    """Return places, sizes, indices and faults of tags whose header is no plain one (generation C)."""
    at_size, bad = _skip_tree(buffer, at, limit)
    size: Int32Array = gather(buffer, at_size, "<i4")
    flags = buffer[at_size + 4]
    value = at_size + 5
    element = np.zeros(len(at), dtype=np.int32)
    with_index = np.flatnonzero(flags & _INDEX)
    element[with_index] = gather(buffer, value[with_index], "<i4")
    value[with_index] += 4
    value[(flags & _GUID) != 0] += 16
    fault = np.zeros(len(at), dtype=np.uint8)
    fault[(flags & _UNKNOWN_FLAGS) != 0] = Fault.BAD_FLAGS
    fault[bad] = Fault.BAD_TYPE
    return value, size, element, fault


def _skip_tree(
    buffer: ByteArray, position: Int64Array, limit: Int64Array
) -> tuple[Int64Array, NDArray[np.bool_]]:
    """Return where the sizes behind type trees lie, and which trees are none.

    A node is a name and the number of its inner nodes (12 bytes), which follow it depth first.
    """
    at = position + 8
    pending = np.ones(len(at), dtype=np.int64)
    bad = at + 17 > limit
    open_trees = np.flatnonzero(~bad)
    for _ in range(_MAX_NODES):
        if not len(open_trees):
            break
        inner = gather(buffer, at[open_trees] + 8, "<i4")
        at[open_trees] += 12
        pending[open_trees] += inner - 1
        wrong = (inner < 0) | (inner > _MAX_INNER) | (at[open_trees] + 5 > limit[open_trees])
        bad[open_trees[wrong]] = True
        open_trees = open_trees[~wrong]
        open_trees = open_trees[pending[open_trees] > 0]
    bad[open_trees] = True
    at[bad] = position[bad] + 20
    return at, bad

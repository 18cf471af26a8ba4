"""Walks the property lists of many objects in lockstep: one NumPy step moves all of them by one tag."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from parser_service.saves.columns import ByteArray, Int32Array, Int64Array
from parser_service.saves.dialect import Dialect, Generation, Kind, Plan

# The part of a tag's header that all tags have fits into one window of this many bytes.
_WINDOW: Final = 32
# Name, type, and two more words (generations A and B; C has one byte more).
_SHORTEST_TAG: Final = 24
# A buffer ends with this many zero bytes, so that a header may be fetched at any position of an object.
PADDING: Final = 64
# The longest list seen in a real save has 92 tags; a list beyond this is damage, or malice.
MAX_TAGS: Final = 4096
# Deepest type tree seen: 7 nodes. Each node may have at most this many inner ones, and a tree as many nodes.
_MAX_INNER: Final = 8
_MAX_NODES: Final = 32
# Generation C flags: array index, property GUID, native value, value of a bool. Any other changes the layout.
_INDEX, _GUID, _NATIVE, _TRUE = 0x01, 0x02, 0x08, 0x10
_UNKNOWN_FLAGS: Final = 0xFF & ~(_INDEX | _GUID | _NATIVE | _TRUE)


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
    at : ndarray of shape (rows, n), int64
        Position of each value in the buffer, -1 where the object does not have it.
    size : ndarray of shape (rows, n), int32
        Bytes of each value.
    kind : ndarray of shape (rows, n), int8
        Its ``Kind``.
    fault : ndarray of shape (n,), uint8
        The ``Fault`` of each object.
    stop : ndarray of shape (n,), int64
        Where the walk of each object ended.
    """

    at: Int64Array
    size: Int32Array
    kind: NDArray[np.int8]
    fault: ByteArray
    stop: Int64Array


class _Heads(NamedTuple):
    """The fixed part of one tag of each live object."""

    position: Int64Array
    limit: Int64Array
    name: Int32Array
    words: Int32Array


class _Tags(NamedTuple):
    """One tag of each live object: where its value lies, and where the next one begins."""

    name: Int32Array
    kind: Int32Array
    size: Int32Array
    element: Int32Array
    at: Int64Array
    after: Int64Array
    fault: ByteArray


def pad(parts: list[bytes]) -> ByteArray:
    """Join parts into one buffer that tags may be fetched from at any position of the parts."""
    return np.frombuffer(b"".join([*parts, bytes(PADDING)]), dtype=np.uint8)


def gather(buffer: ByteArray, at: Int64Array, dtype: str) -> NDArray[Any]:
    """Return the values of ``dtype`` at positions of a padded buffer, whatever their alignment."""
    width = np.dtype(dtype).itemsize
    view: NDArray[Any] = np.ndarray((len(buffer) - width + 1,), dtype, buffer.data, 0, (1,))
    found: NDArray[Any] = view[at]
    return found


def walk(buffer: ByteArray, start: Int64Array, end: Int64Array, dialect: Dialect, plan: Plan) -> Walked:
    """Return where the values that ``plan`` asks for lie.

    Parameters
    ----------
    buffer : ndarray of shape (bytes,), uint8
        Ends with ``PADDING`` zero bytes that belong to no object; see ``pad``.
    start, end : ndarray of shape (n,), int64
        Where each object's list begins, and where its bytes end; equal where it has no list.
    dialect, plan
        How tags are laid out, and which are wanted.

    Notes
    -----
    Each step reads one tag of every object that has not reached its end: as many steps as the longest list has
    tags. Positions only grow, and no value is taken that reaches beyond ``end``.
    """
    shape = (plan.rows, len(start))
    walked = Walked(
        at=np.full(shape, -1, dtype=np.int64),
        size=np.zeros(shape, dtype=np.int32),
        kind=np.full(shape, -1, dtype=np.int8),
        fault=np.zeros(len(start), dtype=np.uint8),
        stop=start.copy(),
    )
    live = np.flatnonzero(start < end)
    for _ in range(MAX_TAGS):
        if not len(live):
            break
        live = _step(buffer, live, end, dialect, (plan, walked))
    walked.fault[live] = Fault.TOO_LONG
    return walked


def _step(
    buffer: ByteArray, live: Int64Array, end: Int64Array, dialect: Dialect, target: tuple[Plan, Walked]
) -> Int64Array:
    """Move the live objects by one tag, record what is wanted, and return those that go on."""
    plan, walked = target
    heads = _fetch(buffer, walked.stop[live], end[live])
    # The list ends with the plain name None (8 bytes).
    ended = (dialect.ends(heads.name) >= 0) & (heads.position + 8 <= heads.limit)
    if ended.any():
        walked.stop[live[ended]] = heads.position[ended] + 8
        on = ~ended
        live = live[on]
        heads = _Heads(heads.position[on], heads.limit[on], heads.name[on], heads.words[on])
    read = _read_c if dialect.generation is Generation.C else _read_ab
    tags = read(buffer, heads, dialect)
    # What was read beyond the end is padding, or the next object: no fault of a type.
    tags.fault[heads.position + _SHORTEST_TAG > heads.limit] = Fault.CUT
    walked.fault[live] = tags.fault
    good = np.flatnonzero(tags.fault == Fault.NONE)
    _record(walked, plan, live, tags, good)
    walked.stop[live[good]] = tags.after[good]
    return live if len(good) == len(live) else live[good]


def _fetch(buffer: ByteArray, position: Int64Array, limit: Int64Array) -> _Heads:
    """Return the fixed parts of the tags at these positions."""
    window: NDArray[Any] = np.ndarray((len(buffer) - _WINDOW + 1,), f"V{_WINDOW}", buffer.data, 0, (1,))
    words = window[position].view("<i4").reshape(-1, _WINDOW // 4)
    # A name with an instance number (Name_3) is another name: none that is wanted, and no end.
    return _Heads(position, limit, np.where(words[:, 1] == 0, words[:, 0], np.int32(0)), words)


def _record(walked: Walked, plan: Plan, live: Int64Array, tags: _Tags, good: Int64Array) -> None:
    """Note where the wanted among the good tags have their values."""
    row = plan.fields(tags.name[good])
    hit = np.flatnonzero(row >= 0)
    if not len(hit):
        return
    row, source = row[hit], good[hit]
    element = tags.element[source]
    wanted = (element >= 0) & (element < plan.widths[row])
    row, source = (row + element)[wanted], source[wanted]
    where = (row, live[source])
    walked.at[where] = tags.at[source]
    walked.size[where] = tags.size[source]
    walked.kind[where] = tags.kind[source]


def _faults(size: Int32Array, after: Int64Array, limit: Int64Array) -> ByteArray:
    """Return the fault of tags whose value has this size and ends here."""
    fault = np.where(after > limit, np.uint8(Fault.CUT), np.uint8(Fault.NONE))
    fault[size < 0] = Fault.BAD_SIZE
    return fault


def _read_ab(buffer: ByteArray, heads: _Heads, dialect: Dialect) -> _Tags:
    """Read tags of generations A and B: name, type, size, index, what the type adds, B: a GUID's flag."""
    position, words = heads.position, heads.words
    kind = dialect.kinds(np.where(words[:, 3] == 0, words[:, 2], np.int32(0)))
    size, element = words[:, 4], words[:, 5]
    value = position + 24 + dialect.extra[kind]
    bad = kind < 0
    if dialect.generation is Generation.B:
        # Kind -1 takes the last entry of ``extra``; its position is within the padding all the same.
        flag = buffer[value]
        value = value + 1 + 16 * (flag == 1)
        bad |= flag > 1
    after = value + size
    fault = _faults(size, after, heads.limit)
    fault[bad] = Fault.BAD_TYPE
    at = np.where(kind == Kind.BOOL, position + 24, value)
    return _Tags(heads.name, kind, size, element, at, after, fault)


def _read_c(buffer: ByteArray, heads: _Heads, dialect: Dialect) -> _Tags:
    """Read tags of generation C: name, a tree of types, size, flags, and what the flags announce."""
    position, words = heads.position, heads.words
    at_size = position + 20
    size = words[:, 5]
    bad = np.zeros(len(position), dtype=np.bool_)
    deep = np.flatnonzero(words[:, 4] != 0)
    if len(deep):
        size = size.copy()
        at_size[deep], bad[deep] = _skip_tree(buffer, position[deep], heads.limit[deep])
        size[deep] = gather(buffer, at_size[deep], "<i4")
    flags = buffer[at_size + 4]
    value = at_size + 5
    element = np.zeros(len(position), dtype=np.int32)
    with_index = np.flatnonzero(flags & _INDEX)
    if len(with_index):
        element[with_index] = gather(buffer, value[with_index], "<i4")
        value[with_index] += 4
    value[(flags & _GUID) != 0] += 16
    after = value + size
    fault = _faults(size, after, heads.limit)
    fault[(flags & _UNKNOWN_FLAGS) != 0] = Fault.BAD_FLAGS
    fault[bad] = Fault.BAD_TYPE
    kind = dialect.kinds(words[:, 2])
    at = np.where(kind == Kind.BOOL, at_size + 4, value)
    return _Tags(heads.name, kind, size, element, at, after, fault)


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

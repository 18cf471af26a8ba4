"""Where the property lists of an ASE or Mobile world lie, and which of them are of a kind that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from parser_service.saves.ase_header import AseHeader
from parser_service.saves.ase_objects import AseObjects
from parser_service.saves.collector import Collector
from parser_service.saves.columns import BoolArray, ByteArray, Int64Array
from parser_service.saves.kinds import ObjectKind, kind_of_class
from parser_service.saves.walk import Fault

# Objects per step of the walk, and the span of the file at which a step ends earlier.
_CHUNK_OBJECTS: Final = 16_384
_CHUNK_BYTES: Final = 16 * 2**20


class Lists(NamedTuple):
    """The property lists of some objects, by place in the file; ``rows`` says whose they are."""

    rows: Int64Array
    start: Int64Array
    end: Int64Array
    kind: ByteArray


def wanted_lists(header: AseHeader, objects: AseObjects, found: Collector) -> Lists:
    """Return the lists of the objects that have to be read, in file order. A list ends where the next one begins."""
    kind = _kinds(header, objects)
    needed = np.array([found.needs(kind) for kind in ObjectKind], dtype=np.bool_)
    chosen = needed[kind]
    whole = _is_named(header, objects) & (objects.properties_at >= header.properties_at)
    broken = int(np.count_nonzero(chosen & ~whole))
    found.tally.add(np.full(broken, Fault.BAD_HEADER, dtype=np.uint8), np.zeros(broken, dtype=np.int64))
    return lists_of(header, objects, np.flatnonzero(chosen & whole), kind)


def lists_of(header: AseHeader, objects: AseObjects, rows: Int64Array, kind: ByteArray) -> Lists:
    """Return the lists of some objects, in file order; ``kind`` is that of all objects."""
    start = objects.properties_at[rows]
    if not _is_ascending(start):
        rows = rows[np.argsort(start, kind="stable")]
    return Lists(rows, objects.properties_at[rows], _ends(header, objects, rows), kind[rows])


def _is_ascending(values: Int64Array) -> bool:
    return bool((values[1:] >= values[:-1]).all())


def _ends(header: AseHeader, objects: AseObjects, rows: Int64Array) -> Int64Array:
    """Return where lists end: where the next one of any object begins, or the file ends."""
    places = objects.properties_at
    if not _is_ascending(places):
        places = np.unique(places)
        last = np.searchsorted(places, objects.properties_at[rows], side="right")
        ends: Int64Array = np.append(places, header.file_bytes)[last].clip(max=header.file_bytes)
        return ends
    is_new = np.ones(len(places), dtype=np.bool_)
    is_new[1:] = places[1:] != places[:-1]
    # So many distinct places there are up to each list: the number of the next one.
    number = np.cumsum(is_new)
    starts = np.append(places[is_new], header.file_bytes)
    ends = np.minimum(starts[number[rows]], header.file_bytes)
    return ends.astype(np.int64, copy=False)


def _is_named(header: AseHeader, objects: AseObjects) -> BoolArray:
    named: BoolArray = (objects.class_id >= 1) & (objects.class_id <= len(header.names))
    return named


def _kinds(header: AseHeader, objects: AseObjects) -> ByteArray:
    """Return what kind of thing each object is.

    What lives in the world or was put there is an actor (one name) with a place; a component has more names.
    """
    number = np.where(_is_named(header, objects), objects.class_id, 0)
    of_class = np.full(len(header.names) + 1, ObjectKind.UNKNOWN, dtype=np.uint8)
    for used in np.flatnonzero(np.bincount(number, minlength=1)).tolist():
        if used:
            of_class[used] = kind_of_class(header.names[used - 1])
    kind = of_class[number]
    is_actor = (objects.name_count == 1) & objects.is_placed
    kind[is_actor == (kind == ObjectKind.STATUS)] = ObjectKind.OTHER
    kind[objects.is_item] = ObjectKind.ITEM
    return kind


def parts_of(lists: Lists) -> Iterator[Lists]:
    """Yield the lists in parts of bounded number and span."""
    first = 0
    while first < len(lists.rows):
        last = min(first + _CHUNK_OBJECTS, len(lists.rows))
        # At least one object, however large: it is bounded by the file.
        within = int(np.searchsorted(lists.end[first:last], lists.start[first] + _CHUNK_BYTES, side="right"))
        last = first + max(1, within)
        rows, start, end, kind = lists
        some = slice(first, last)
        yield Lists(rows[some], start[some], end[some], kind[some])
        first = last

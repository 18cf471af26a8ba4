"""Reads an ASE or Mobile world into structures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import numpy as np

from parser_service.saves.ase_header import AseHeader, read_header, truncated
from parser_service.saves.ase_objects import AseObjects, read_objects
from parser_service.saves.assemble import identify_by_place, join
from parser_service.saves.columns import (
    Alliances,
    BoolArray,
    ByteArray,
    Game,
    Int64Array,
    Items,
    Members,
    Structures,
    Survivors,
    Tames,
    TribeLogs,
    Tribes,
    Wanted,
    WildCreatures,
    World,
)
from parser_service.saves.dialect import Dialect, Generation, Plan, make_dialect, make_plan
from parser_service.saves.names import IndexedNames
from parser_service.saves.structures import FIELDS, Placed, may_be_structure, structure_columns
from parser_service.saves.tally import Tally
from parser_service.saves.values import Values
from parser_service.saves.walk import Fault, pad, walk

# Objects per step of the walk: their bytes stay in the processor's cache, and the steps are few.
_CHUNK_OBJECTS: Final = 16_384
_CHUNK_BYTES: Final = 32 * 2**20


class _Lists(NamedTuple):
    """The property lists of some objects, by place in the file; ``rows`` says whose they are."""

    rows: Int64Array
    start: Int64Array
    end: Int64Array


def read_ase(path: Path) -> World:
    """Return the world in a binary save; its tribes are not known yet."""
    file_bytes = path.stat().st_size
    with path.open("rb") as file:
        header, head = read_header(file, path, file_bytes)
        objects = read_objects(header, head)
        del head
        names = IndexedNames(header.names)
        dialect = make_dialect(Generation.B if header.game is Game.MOBILE else Generation.A, names)
        _check_tail(file, header, objects, dialect, make_plan((), names))
        tally = Tally()
        tally.seen = header.object_count
        lists = _candidates(header, objects, names, tally)
        plan = make_plan(FIELDS, names)
        parts = [_read_part(file, part, objects, dialect, (plan, tally)) for part in _parts(lists)]
    tally.refuse_ruin()
    structures, duplicates = _without_duplicates(join(parts, header.names), objects)
    return World(
        game=header.game,
        version=header.version,
        map_name=header.map_name,
        game_time=header.game_time,
        save_count=header.save_count,
        structures=identify_by_place(structures),
        wanted=Wanted.STRUCTURES,
        tames=Tames.empty(),
        survivors=Survivors.empty(),
        items=Items.empty(),
        wild=WildCreatures.empty(),
        tribes=Tribes.empty(),
        members=Members.empty(),
        alliances=Alliances.empty(),
        tribe_logs=TribeLogs.empty(),
        coverage=tally.coverage(unknown_classes=0, duplicates=duplicates),
    )


def _check_tail(file: BinaryIO, header: AseHeader, objects: AseObjects, dialect: Dialect, plan: Plan) -> None:
    """Refuse a file that ends before, or inside, the last object's list."""
    if not header.object_count:
        return
    last = int(objects.properties_at.max())
    if last >= header.file_bytes:
        raise truncated(header.file_bytes, last)
    buffer = _read_span(file, last, header.file_bytes)
    start = np.zeros(1, dtype=np.int64)
    walked = walk(buffer, start, start + (header.file_bytes - last), dialect, plan)
    if walked.fault[0] == Fault.CUT:
        raise truncated(header.file_bytes, header.file_bytes + 1)


def _candidates(header: AseHeader, objects: AseObjects, names: IndexedNames, tally: Tally) -> _Lists:
    """Return the lists of the objects that may be structures, in file order.

    A structure is an actor (one name) with a place, and no item. A list ends where the next one begins.
    """
    classes, class_row = np.unique(objects.class_id, return_inverse=True)
    texts = [names.text(number) for number in classes.tolist()]
    named = np.array([text is not None for text in texts], dtype=np.bool_)[class_row]
    wanted = np.array([may_be_structure(text or "") for text in texts], dtype=np.bool_)[class_row]
    chosen: BoolArray = ~objects.is_item & (objects.name_count == 1) & objects.is_placed & wanted
    whole = named & (objects.properties_at >= header.properties_at)
    broken = int(np.count_nonzero(chosen & ~whole))
    tally.add(np.full(broken, Fault.BAD_HEADER, dtype=np.uint8), np.zeros(broken, dtype=np.int64))
    chosen &= whole
    places = np.append(np.unique(objects.properties_at), header.file_bytes)
    rows = np.flatnonzero(chosen)
    start = objects.properties_at[rows]
    order = np.argsort(start, kind="stable")
    rows, start = rows[order], start[order]
    end = places[np.searchsorted(places, start, side="right")]
    return _Lists(rows, start, np.minimum(end, header.file_bytes))


def _parts(lists: _Lists) -> Iterator[_Lists]:
    """Yield the lists in parts of bounded number and span."""
    first = 0
    while first < len(lists.rows):
        last = min(first + _CHUNK_OBJECTS, len(lists.rows))
        # At least one object, however large: it is bounded by the file.
        within = int(np.searchsorted(lists.end[first:last], lists.start[first] + _CHUNK_BYTES, side="right"))
        last = first + max(1, within)
        yield _Lists(*(column[first:last] for column in lists))
        first = last


def _read_span(file: BinaryIO, start: int, end: int) -> ByteArray:
    """Return the bytes of a span of the file, padded for the walk."""
    file.seek(start)
    return pad([file.read(end - start)])


def _read_part(
    file: BinaryIO, lists: _Lists, objects: AseObjects, dialect: Dialect, target: tuple[Plan, Tally]
) -> Structures:
    """Return the structures among the objects of one part."""
    plan, tally = target
    origin = int(lists.start[0])
    buffer = _read_span(file, origin, int(lists.end[-1]))
    walked = walk(buffer, lists.start - origin, lists.end - origin, dialect, plan)
    position = objects.position[lists.rows]
    placed = Placed(
        object_id=np.column_stack((lists.rows, np.zeros_like(lists.rows))).astype(np.uint64),
        # Name ids count from one.
        class_index=objects.class_id[lists.rows] - 1,
        x=position[:, 0].copy(),
        y=position[:, 1].copy(),
        z=position[:, 2].copy(),
        yaw=objects.yaw[lists.rows],
    )
    structures = structure_columns(Values(buffer, walked, plan, dialect.generation), placed, needs_id=False)
    tally.add(walked.fault, lists.end - lists.start)
    return structures


def _without_duplicates(structures: Structures, objects: AseObjects) -> tuple[Structures, int]:
    """Return the structures without those that the game has written twice, and how many those were.

    Real saves hold some structures twice: same class, same name, same place.
    """
    rows = structures.object_id[:, 0].astype(np.int64)
    keys = np.column_stack((structures.class_index, objects.name_id[rows], objects.name_number[rows]))
    order = np.argsort(rows, kind="stable")
    _, first = np.unique(keys[order], axis=0, return_index=True)
    kept = np.sort(order[first])
    return structures.take(kept), len(structures) - len(kept)

"""Reads an ASA world into structures."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from parser_service.saves.asa_database import Rows, open_world, read_custom, read_rows
from parser_service.saves.asa_header import Transforms, place_of, read_asa_header, read_transforms
from parser_service.saves.assemble import identify_by_guid, join
from parser_service.saves.columns import (
    Alliances,
    BoolArray,
    ByteArray,
    Game,
    Int32Array,
    Int64Array,
    Items,
    Members,
    Structures,
    Survivors,
    Tames,
    TribeLogs,
    Tribes,
    UInt64Array,
    Wanted,
    WildCreatures,
    World,
)
from parser_service.saves.dialect import Dialect, Generation, Plan, make_dialect, make_plan
from parser_service.saves.names import HashedNames
from parser_service.saves.structures import FIELDS, Placed, may_be_structure, structure_columns
from parser_service.saves.tally import Tally
from parser_service.saves.values import Values
from parser_service.saves.walk import Fault, gather, pad, walk

# An actor has one name, its component two.
_MOST_NAMES: Final = 64
# Bits of an object's flags: placed by the level's makers; has a record of its place.
_LEVEL_PLACED, _HAS_PLACE = 2, 8


class _Heads(NamedTuple):
    """The headers of a chunk of objects."""

    class_id: Int64Array
    flags: ByteArray
    list_at: Int64Array
    fault: ByteArray


class _Classes:
    """The classes met so far: their texts, and whether structures may be among their objects."""

    def __init__(self, names: dict[int, str]) -> None:
        self._names = names
        self._index: dict[int, int] = {}
        self.texts: list[str] = []
        self.wanted: list[bool] = []
        self.unnamed: set[str] = set()

    def index(self, ids: Int64Array) -> Int32Array:
        """Return each object's row in ``texts``."""
        distinct, inverse = np.unique(ids, return_inverse=True)
        rows = [self._row(number) for number in distinct.tolist()]
        return np.array(rows, dtype=np.int32)[inverse]

    def _row(self, number: int) -> int:
        if number not in self._index:
            self._index[number] = len(self.texts)
            path = self._names.get(number)
            # /Game/…/Wall_Metal.Wall_Metal_C
            text = f"Unnamed_{number:08x}" if path is None else path.rpartition(".")[2]
            if path is None:
                self.unnamed.add(text)
            self.texts.append(text)
            self.wanted.append(may_be_structure(text))
        return self._index[number]


def read_asa(path: Path) -> tuple[World, bytes | None]:
    """Return the world in an SQLite save, its tribes not yet known, and the blob that may hold them."""
    with open_world(path) as database:
        header = read_asa_header(read_custom(database, "SaveHeader"))
        transforms = read_transforms(read_custom(database, "ActorTransforms"))
        store = read_custom(database, "GameModeCustomBytes")
        names = HashedNames()
        reader = _Reader(
            dialect=make_dialect(Generation.C if header.version >= 14 else Generation.B, names),
            plan=make_plan(FIELDS, names),
            transforms=transforms,
            classes=_Classes(header.names),
        )
        parts = [reader.read(rows) for rows in read_rows(database)]
    reader.tally.refuse_ruin()
    structures = identify_by_guid(join(parts, reader.classes.texts))
    world = World(
        game=Game.ASA,
        version=header.version,
        map_name=header.map_name,
        game_time=header.game_time,
        save_count=header.save_count,
        structures=structures,
        wanted=Wanted.STRUCTURES,
        tames=Tames.empty(),
        survivors=Survivors.empty(),
        items=Items.empty(),
        wild=WildCreatures.empty(),
        tribes=Tribes.empty(),
        members=Members.empty(),
        alliances=Alliances.empty(),
        tribe_logs=TribeLogs.empty(),
        coverage=reader.tally.coverage(
            unknown_classes=len(reader.classes.unnamed.intersection(structures.classes)), duplicates=0
        ),
    )
    return world, store


class _Reader:
    """Reads chunks of objects one after the other."""

    def __init__(self, *, dialect: Dialect, plan: Plan, transforms: Transforms, classes: _Classes) -> None:
        self.tally = Tally()
        self.classes = classes
        self._dialect = dialect
        self._plan = plan
        self._transforms = transforms

    def read(self, rows: Rows) -> Structures:
        """Return the structures among some objects.

        Structures are spawned actors: they have a place, and the level's makers did not put them there.
        """
        buffer = pad(rows.values)
        sizes = np.fromiter(map(len, rows.values), dtype=np.int64, count=len(rows.values))
        rows.values.clear()
        end = np.cumsum(sizes)
        heads = _read_heads(buffer, end - sizes, end, control_byte=self._dialect.generation is Generation.C)
        class_index = self.classes.index(heads.class_id)
        wanted: BoolArray = np.array(self.classes.wanted, dtype=np.bool_)[class_index]
        wanted &= (heads.flags & (_LEVEL_PLACED | _HAS_PLACE)) == _HAS_PLACE
        self.tally.seen += len(sizes)
        broken = heads.fault != Fault.NONE
        self.tally.add(heads.fault[broken], sizes[broken])
        chosen = np.flatnonzero(wanted & ~broken)
        walked = walk(buffer, heads.list_at[chosen], end[chosen], self._dialect, self._plan)
        guid = np.frombuffer(b"".join(rows.keys), dtype="<u8").reshape(-1, 2)[chosen]
        values = Values(buffer, walked, self._plan, self._dialect.generation)
        structures = structure_columns(values, self._place(guid, class_index[chosen]), needs_id=True)
        self.tally.add(walked.fault, end[chosen] - heads.list_at[chosen])
        return structures

    def _place(self, guid: UInt64Array, class_index: Int32Array) -> Placed:
        position, yaw = place_of(self._transforms, guid)
        x, y, z = (column.copy() for column in position.T)
        return Placed(object_id=guid, class_index=class_index, x=x, y=y, z=z, yaw=yaw)


def _read_heads(buffer: ByteArray, start: Int64Array, end: Int64Array, *, control_byte: bool) -> _Heads:
    """Return the headers of objects: class, item flag, names, level, flags, and where the list begins."""
    fault = np.zeros(len(start), dtype=np.uint8)
    fault[start + 16 > end] = Fault.BAD_HEADER
    # A row may be shorter than a header; its fetches stay within the buffer and its padding.
    class_id = gather(buffer, start, "<u4").astype(np.int64)
    names = gather(buffer, start + 12, "<i4").copy()
    fault[(names < 0) | (names > _MOST_NAMES)] = Fault.BAD_HEADER
    at = start + 16
    for number in range(_MOST_NAMES):
        rows = np.flatnonzero((fault == Fault.NONE) & (names > number))
        if not len(rows):
            break
        units = gather(buffer, at[rows], "<i4").astype(np.int64)
        at[rows] += 4 + np.where(units >= 0, units, -2 * units)
        fault[rows[at[rows] + 5 > end[rows]]] = Fault.BAD_HEADER
    fault[at + 5 > end] = Fault.BAD_HEADER
    at[fault != Fault.NONE] = start[fault != Fault.NONE]
    flags = buffer[at + 4]
    # Some rows end right after their header; a list is preceded by a control byte in generation C.
    list_at = np.minimum(at + 5 + (1 if control_byte else 0), end)
    return _Heads(class_id, flags, list_at, fault)

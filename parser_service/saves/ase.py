"""Reads an ASE or Mobile world into columns."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np

from parser_service.saves.ase_header import AseHeader, advice, read_header, truncated
from parser_service.saves.ase_lists import Lists, lists_of, parts_of, wanted_lists
from parser_service.saves.ase_objects import AseObjects, read_objects
from parser_service.saves.assemble import identify_by_place
from parser_service.saves.collector import Chunk, Collector
from parser_service.saves.columns import (
    BoolArray,
    ByteArray,
    Game,
    Int64Array,
    Structures,
    UInt64Array,
    Wanted,
)
from parser_service.saves.dialect import Generation, make_plan
from parser_service.saves.kinds import ObjectKind
from parser_service.saves.name_check import count_damaged_texts
from parser_service.saves.names import IndexedNames
from parser_service.saves.placed import Placed
from parser_service.saves.stored_creatures import PodWorld
from parser_service.saves.tables import ReadSave, Rules, make_tables
from parser_service.saves.walk import Fault, pad, walk


def read_ase(path: Path, wanted: Wanted) -> ReadSave:
    """Return what is in a binary save."""
    file_bytes = path.stat().st_size
    with path.open("rb") as file:
        header, head = read_header(file, path, file_bytes)
        with header.layout.tried(advice(path)):
            reader = _Reader(file, header, read_objects(header, head), wanted)
            del head
            reader.check_tail()
            reader.read_all()
            reader.found.tally.refuse_ruin(header.layout.refused_share)
        rules = Rules(
            pods=PodWorld(
                game=header.game,
                version=header.layout.version,
                generation=reader.found.dialect.generation,
                names=reader.found.names,
                path=path,
            ),
            refine=reader.refine,
            fetch=reader.read_components,
        )
        tables = make_tables(reader.found, header.names, rules)
    coverage = reader.found.tally.coverage(unknown_classes=0, duplicates=reader.duplicates)
    return ReadSave(
        game=header.game,
        version=header.layout.version,
        map_name=header.map_name,
        game_time=header.game_time,
        save_count=header.save_count,
        tables=tables,
        coverage=coverage,
        store=None,
        notes=header.layout.notes,
    )


class _Reader:
    """Reads the lists of objects from a file, part after part."""

    def __init__(self, file: BinaryIO, header: AseHeader, objects: AseObjects, wanted: Wanted) -> None:
        names = IndexedNames(header.names)
        generation = Generation.B if header.game is Game.MOBILE else Generation.A
        self.found = Collector(names, generation, wanted, needs_id=False)
        self.found.tally.seen = header.object_count
        self.found.tally.names = len(header.names)
        self.found.tally.damaged_names = count_damaged_texts(header.names)
        self.duplicates = 0
        self._file = file
        self._header = header
        self._objects = objects
        self._no_fields = make_plan((), names)

    def check_tail(self) -> None:
        """Refuse a file that ends before, or inside, the last object's list."""
        size = self._header.file_bytes
        if not self._header.object_count:
            return
        last = int(self._objects.properties_at.max())
        if last >= size:
            raise truncated(size, last)
        buffer = self._span(last, size)
        start = np.zeros(1, dtype=np.int64)
        walked = walk(buffer, start, start + (size - last), self.found.dialect, self._no_fields)
        if walked.fault[0] == Fault.CUT:
            raise truncated(size, size + 1)

    def read_all(self) -> None:
        """Read all objects that are wanted."""
        for part in parts_of(wanted_lists(self._header, self._objects, self.found)):
            self._read(part)

    def read_components(self, ids: UInt64Array) -> None:
        """Read objects as components that hold levels, whatever their class is called."""
        objects = self._objects
        rows = ids[ids[:, 0] < len(objects.class_id), 0].astype(np.int64)
        rows = rows[objects.properties_at[rows] >= self._header.properties_at]
        kind = np.full(len(objects.class_id), ObjectKind.STATUS, dtype=np.uint8)
        for part in parts_of(lists_of(self._header, objects, rows, kind)):
            self._read(part)

    def _span(self, start: int, end: int) -> ByteArray:
        """Return the bytes of a span of the file, padded for the walk."""
        self._file.seek(start)
        return pad([self._file.read(end - start)])

    def _read(self, part: Lists) -> None:
        origin = int(part.start[0])
        objects, names = self._objects, self._header.names

        def placed(rows: Int64Array) -> Placed:
            own = part.rows[rows]
            x, y, z = (column.copy() for column in objects.position[own].T)
            return Placed(
                object_id=np.column_stack((own, np.zeros_like(own))).astype(np.uint64),
                class_index=objects.class_id[own] - 1,  # name ids count from one
                x=x,
                y=y,
                z=z,
                yaw=objects.yaw[own],
            )

        def is_female(rows: Int64Array) -> BoolArray:
            classes = objects.class_id[part.rows[rows]].tolist()
            return np.array(["Female" in names[number - 1] for number in classes], dtype=np.bool_)

        self.found.read(
            Chunk(
                buffer=self._span(origin, int(part.end.max())),
                start=part.start - origin,
                end=part.end - origin,
                kind=part.kind,
                placed=placed,
                is_female=is_female,
            )
        )

    def refine(self, structures: Structures) -> Structures:
        """Return the structures with identities, without those that the game has written twice.

        Real saves hold some structures twice: same class, same name, same place.
        """
        rows = structures.object_id[:, 0].astype(np.int64)
        names = self._objects.name_id[rows].astype(np.int64) << 32 | self._objects.name_number[rows]
        repeated = _repeated(names)
        # A name alone is not enough: what stands elsewhere is another structure.
        places = (column.view(np.int64) for column in (structures.x, structures.y, structures.z))
        keys = np.column_stack((structures.class_index, names, *places))[repeated]
        _, first = np.unique(keys, axis=0, return_index=True)
        extra = np.delete(repeated, first)
        self.duplicates = len(extra)
        if len(extra):
            kept = np.ones(len(structures), dtype=np.bool_)
            kept[extra] = False
            structures = structures.take(kept)
        return identify_by_place(structures)


def _repeated(values: Int64Array) -> Int64Array:
    """Return the rows, ascending, of the values that occur more than once."""
    order = np.argsort(values, kind="stable")
    same = values[order[1:]] == values[order[:-1]]
    return np.unique(np.concatenate((order[1:][same], order[:-1][same])))

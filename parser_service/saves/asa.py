"""Reads an ASA world into columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from parser_service.saves.asa_database import Rows, open_world, read_custom, read_rows, read_some
from parser_service.saves.asa_header import ADVICE, FIRST_C, AsaHeader, Transforms, read_asa_header
from parser_service.saves.asa_objects import Classes, kinds_of, read_heads
from parser_service.saves.assemble import identify_by_guid
from parser_service.saves.collector import Chunk, Collector
from parser_service.saves.columns import BoolArray, Game, Int64Array, UInt64Array, Wanted
from parser_service.saves.dialect import Generation
from parser_service.saves.kinds import ObjectKind
from parser_service.saves.name_check import count_damaged_hashed
from parser_service.saves.names import HashedNames
from parser_service.saves.placed import Placed
from parser_service.saves.stored_creatures import PodWorld
from parser_service.saves.tables import ReadSave, Rules, Tables, make_tables
from parser_service.saves.walk import Fault, pad


def read_asa(path: Path, wanted: Wanted) -> ReadSave:
    """Return what is in an SQLite save."""
    with open_world(path) as database:
        header = read_asa_header(read_custom(database, "SaveHeader"))
        store = read_custom(database, "GameModeCustomBytes")
        with header.layout.tried(ADVICE):
            reader = _Reader(header, Transforms(read_custom(database, "ActorTransforms")), wanted)
            for rows in read_rows(database):
                reader.read(rows)
            reader.found.tally.refuse_ruin(header.layout.refused_share)
            tables = reader.tables(database, path)
    unnamed = reader.classes.unnamed.intersection(tables.structures.classes)
    return ReadSave(
        game=Game.ASA,
        version=header.layout.version,
        map_name=header.map_name,
        game_time=header.game_time,
        save_count=header.save_count,
        tables=tables,
        coverage=reader.found.tally.coverage(unknown_classes=len(unnamed), duplicates=0),
        store=store,
        notes=header.layout.notes,
    )


class _Reader:
    """Reads chunks of objects one after the other."""

    def __init__(self, header: AsaHeader, transforms: Transforms, wanted: Wanted) -> None:
        generation = Generation.C if header.layout.read_as >= FIRST_C else Generation.B
        self.found = Collector(HashedNames(), generation, wanted, needs_id=True)
        self.found.tally.names = len(header.names)
        self.found.tally.damaged_names = count_damaged_hashed(header.names)
        self.classes = Classes(header.names)
        self._header = header
        self._transforms = transforms
        self._has_control_byte = generation is Generation.C

    def tables(self, database: sqlite3.Connection, path: Path) -> Tables:
        """Return the tables, when all objects are read."""

        def fetch(ids: UInt64Array) -> None:
            keys = np.ascontiguousarray(ids).view("V16").ravel()
            self.read_components(read_some(database, map(bytes, keys)))

        pods = PodWorld(
            game=Game.ASA,
            version=self._header.layout.version,
            generation=self.found.dialect.generation,
            names=self.found.names,
            path=path,
        )
        rules = Rules(pods=pods, refine=identify_by_guid, fetch=fetch)
        return make_tables(self.found, self.classes.texts, rules)

    def read_components(self, parts: Iterable[Rows]) -> None:
        """Read objects as components that hold levels, whatever their class is called."""
        for rows in parts:
            self.read(rows, as_kind=ObjectKind.STATUS)

    def read(self, rows: Rows, *, as_kind: ObjectKind | None = None) -> None:
        """Read some objects, each as what it is, or all ``as_kind``."""
        buffer = pad(rows.values)
        sizes = np.fromiter(map(len, rows.values), dtype=np.int64, count=len(rows.values))
        guid = np.frombuffer(b"".join(rows.keys), dtype="<u8").reshape(-1, 2)
        rows.values.clear()
        end = np.cumsum(sizes)
        heads = read_heads(buffer, end - sizes, end, control_byte=self._has_control_byte)
        class_index = self.classes.index(heads.class_id)
        kind = kinds_of(heads, self.classes.kinds[class_index])
        if as_kind is not None:
            kind = np.where(heads.fault == Fault.NONE, np.uint8(as_kind), np.uint8(ObjectKind.OTHER))
        tally = self.found.tally
        tally.seen += len(sizes)
        broken = heads.fault != Fault.NONE
        tally.add(heads.fault[broken], sizes[broken])

        def placed(rows: Int64Array) -> Placed:
            return self._transforms.place(guid[rows], class_index[rows])

        def is_female(rows: Int64Array) -> BoolArray:
            return np.array(
                ["Female" in self.classes.texts[row] for row in class_index[rows].tolist()], dtype=np.bool_
            )

        self.found.read(
            Chunk(buffer=buffer, start=heads.list_at, end=end, kind=kind, placed=placed, is_female=is_female)
        )

"""The slow, obvious twin of the decoder: one object after the other, one property after the other."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from shared.saves.names import hashed_name

_SCALARS = {
    "IntProperty": "<i",
    "UInt32Property": "<I",
    "FloatProperty": "<f",
    "DoubleProperty": "<d",
    "Int64Property": "<q",
    "UInt64Property": "<Q",
    "Int16Property": "<h",
    "UInt16Property": "<H",
    "Int8Property": "<b",
}
_EXTRA_NAMES = {
    "StructProperty": 1,
    "ByteProperty": 1,
    "EnumProperty": 1,
    "ArrayProperty": 1,
    "SetProperty": 1,
    "MapProperty": 2,
}


@dataclass(frozen=True, slots=True)
class PlainObject:
    """An object; scalar properties by case-folded name, the others as raw bytes."""

    key: bytes
    class_name: str
    names: tuple[str, ...]
    flags: int
    position: tuple[float, float, float] | None
    properties: dict[str, object]


@dataclass(frozen=True, slots=True)
class PlainWorld:
    """A world as a list of objects."""

    version: int
    map_name: str
    game_time: float
    save_count: int
    objects: list[PlainObject]

    def player_structures(self) -> list[PlainObject]:
        """Return the structures that players, tribes, or nobody any more own; duplicates of ASE left out."""
        found: dict[object, PlainObject] = {}
        for thing in self.objects:
            properties = thing.properties
            team = properties.get("targetingteam", 0)
            assert isinstance(team, int)
            placed = thing.flags & 8 and not thing.flags & 2
            marked = {"structureid", "ownername", "bhasresetdecaytime"} & properties.keys()
            if placed and marked and team >= 50_000 and "dinoid1" not in properties:
                found.setdefault((thing.class_name, thing.names[0], thing.key), thing)
        return list(found.values())


class _Reader:
    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def take(self, form: str) -> tuple[float, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def integer(self, form: str = "i") -> int:
        return int(self.take(form)[0])

    def text(self) -> str:
        units = self.integer()
        size = abs(units) * (2 if units < 0 else 1)
        raw = self.data[self.at : self.at + size]
        self.at += size
        return raw[:-2].decode("utf-16-le") if units < 0 else raw[:-1].decode()


_Name = Callable[[_Reader], str]


def _hashed(table: dict[int, str]) -> _Name:
    def read(reader: _Reader) -> str:
        number, instance = reader.integer("I"), reader.integer()
        text = table.get(number, "None" if number == hashed_name("None") else f"?{number:x}")
        return text if instance == 0 else f"{text}_{instance - 1}"

    return read


def _indexed(table: list[str]) -> _Name:
    def read(reader: _Reader) -> str:
        index, instance = reader.integer(), reader.integer()
        return table[index - 1] if instance == 0 else f"{table[index - 1]}_{instance - 1}"

    return read


def _properties(reader: _Reader, name: _Name, generation: str) -> dict[str, object]:
    found: dict[str, object] = {}
    while (tag := name(reader)) != "None":
        kind = name(reader)
        truth = False
        if generation == "C":
            pending = reader.integer()
            while pending:
                name(reader)
                pending += reader.integer() - 1
            size, flags = reader.integer(), reader.integer("B")
            index = reader.integer() if flags & 1 else 0
            reader.at += 16 if flags & 2 else 0
            truth = bool(flags & 16)
        else:
            size, index = reader.integer(), reader.integer()
            extra = _EXTRA_NAMES.get(kind, 0) if generation == "B" or kind != "MapProperty" else 0
            for _ in range(extra):
                name(reader)
            reader.at += 16 if kind == "StructProperty" and generation == "B" else 0
            truth = bool(reader.integer("B")) if kind == "BoolProperty" else False
            has_guid = generation == "B" and reader.integer("B")
            reader.at += 16 if has_guid else 0
        start = reader.at
        value: object = truth
        if kind in _SCALARS:
            value = struct.unpack_from(_SCALARS[kind], reader.data, start)[0]
        elif kind == "StrProperty":
            value = _Reader(reader.data, start).text()
        elif kind != "BoolProperty":
            value = reader.data[start : start + size]
        if index == 0:
            found[tag.casefold()] = value
        reader.at = start + size
    return found


def read_plain(path: Path) -> PlainWorld:
    """Return a world, read without any haste; only for files known to be whole."""
    with path.open("rb") as file:
        is_asa = file.read(6) == b"SQLite"
    return _read_asa(path) if is_asa else _read_ase(path)


def _read_asa(path: Path) -> PlainWorld:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        custom = dict(database.execute("SELECT key, value FROM custom").fetchall())
        rows = database.execute("SELECT key, value FROM game").fetchall()
    head = _Reader(custom["SaveHeader"])
    version = head.integer("h")
    head.at += 8 if version >= 14 else 0
    names_at, game_time, save_count = head.integer(), head.take("d")[0], head.integer()
    levels = head.integer()
    map_name = head.text() if levels else ""
    head.at = names_at
    table = {}
    for _ in range(head.integer()):
        number = head.integer("I")
        table[number] = head.text()
    transforms = custom["ActorTransforms"]
    places = {
        transforms[at : at + 16]: struct.unpack_from("<3d", transforms, at + 16)
        for at in range(0, len(transforms) - 71, 72)
    }
    name, objects = _hashed(table), []
    for key, value in rows:
        reader = _Reader(value)
        class_name = name(reader).rpartition(".")[2]
        reader.integer()
        names = tuple(reader.text() for _ in range(reader.integer()))
        reader.integer()
        flags = reader.integer("B")
        properties: dict[str, object] = {}
        if reader.at < len(value):
            reader.at += 1 if version >= 14 else 0
            properties = _properties(reader, name, "C" if version >= 14 else "B")
        objects.append(PlainObject(key, class_name, names, flags, places.get(key), properties))
    return PlainWorld(version, map_name, game_time, save_count, objects)


def _read_ase(path: Path) -> PlainWorld:
    data = path.read_bytes()
    reader = _Reader(data)
    version = reader.integer("h")
    mobile = version == 33
    reader.at += 64 if version >= 11 and not mobile else 0
    reader.at += 8 if version >= 7 else 0
    names_at, properties_at, game_time = reader.integer(), reader.integer(), reader.take("f")[0]
    save_count = reader.integer() if version >= 9 and not mobile else 0
    levels = [reader.text() for _ in range(reader.integer())]
    for _ in range(reader.integer()):
        reader.text()
        for _ in range(reader.integer()):
            for _ in range(reader.integer()):
                size = 4 * reader.integer()
                reader.at += size
    for _ in range(reader.integer()):
        reader.integer()
        for _ in range(reader.integer()):
            reader.text()
    names = _Reader(data, names_at)
    table = [names.text() for _ in range(names.integer())]
    name, objects = _indexed(table), []
    for _ in range(reader.integer()):
        reader.at += 16
        class_name = name(reader)
        if mobile:
            reader.text()
        is_item = reader.integer()
        own_names = tuple(name(reader) for _ in range(reader.integer()))
        reader.at += 8
        place = reader.take("6f") if reader.integer() else None
        offset = reader.integer()
        reader.at += 4
        properties = _properties(_Reader(data, properties_at + offset), name, "B" if mobile else "A")
        flags = 8 if place and not is_item and len(own_names) == 1 else 0
        position = (place[0], place[1], place[2]) if place else None
        objects.append(PlainObject(b"", class_name, own_names, flags, position, properties))
    return PlainWorld(version, levels[0] if levels else "", game_time, save_count, objects)

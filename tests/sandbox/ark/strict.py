"""A strict walk through ASA v14 rows: every declared size must be consumed exactly."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from shared.saves.names import hashed_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    class_name: str
    flags: int
    tags: dict[str, bytes]


def read_rows(path: Path) -> list[Row]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        (header,) = connection.execute("SELECT value FROM custom WHERE key = 'SaveHeader'").fetchone()
        names = read_names(header)
        rows = connection.execute("SELECT key, value FROM game").fetchall()
    return [_row(key, value, names) for key, value in rows]


def read_names(header: bytes) -> dict[int, str]:
    """Read the header in order; it must end exactly where the name table begins."""
    version, _, _, table_at = struct.unpack_from("<hiii", header)
    assert version == 14
    position = 14 + 8 + 4
    (levels,) = struct.unpack_from("<i", header, position)
    position += 4
    for _ in range(levels):
        _, position = _text(header, position)
        position += 4
    assert header[position : position + 8] == bytes(8)
    assert position + 8 == table_at
    (count,) = struct.unpack_from("<i", header, table_at)
    position = table_at + 4
    names = {}
    for _ in range(count):
        (key,) = struct.unpack_from("<I", header, position)
        name, position = _text(header, position + 4)
        assert hashed_name(name) == key
        names[key] = name
    assert position == len(header)
    return names


def _text(data: bytes, position: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<i", data, position)
    position += 4
    if length >= 0:
        return data[position : position + length - 1].decode("ascii"), position + length
    end = position - 2 * length
    return data[position : end - 2].decode("utf-16-le"), end


def _row(key: bytes, value: bytes, names: dict[int, str]) -> Row:
    class_id, number, is_item, count = struct.unpack_from("<Iiii", value)
    assert (number, is_item) == (0, 0)
    position = 16
    for _ in range(count):
        _, position = _text(value, position)
    level, flags, control = struct.unpack_from("<iBB", value, position)
    assert (level, control) == (0, 0)
    tags, position = _tags(value, position + 6, names)
    assert value[position:] == struct.pack("<i", 1) + key
    return Row(class_name=names[class_id].rpartition(".")[2], flags=flags, tags=tags)


def _tags(value: bytes, position: int, names: dict[int, str]) -> tuple[dict[str, bytes], int]:
    found: dict[str, bytes] = {}
    while True:
        (name,) = struct.unpack_from("<I", value, position)
        position += 8
        if names[name] == "None":
            return found, position
        pending = 1
        while pending:
            kind, number, inner = struct.unpack_from("<Iii", value, position)
            assert kind in names
            assert number == 0
            pending += inner - 1
            position += 12
        size, flags = struct.unpack_from("<iB", value, position)
        position += 5 + (4 if flags & 1 else 0)
        found[names[name]] = value[position : position + size] if size else bytes([flags >> 4 & 1])
        position += size

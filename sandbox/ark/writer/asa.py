"""ASA worlds: an SQLite file with a row per object, versions 13 and 14."""

from __future__ import annotations

import math
import sqlite3
import struct
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from sandbox.ark.world import World
from sandbox.ark.writer.content import game_objects
from sandbox.ark.writer.guids import guid_of
from sandbox.ark.writer.objects import GameObject, Role
from sandbox.ark.writer.tags import Dialect, Generation, encode_list, fstring
from sandbox.ark.writer.tribes import ENGINE_VERSIONS, tribe_file
from shared.saves.names import hashed_name

# As in every real file: 8 KiB pages, rollback journal, and these two tables.
SCHEMA = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = DELETE;
PRAGMA synchronous = OFF;
CREATE TABLE game (key BLOB primary key not null, value blob not null);
CREATE TABLE custom (key VARCHAR(64) primary key not null, value blob not null);
"""
# Bits of an object's flags (real worlds): item, level-placed, has a record in ActorTransforms.
FLAGS = {Role.ITEM: 1, Role.COMPONENT: 0, Role.MANAGER: 2, Role.PLACED: 10, Role.ACTOR: 8}
# Wild creatures asleep: 10, a mark, and five empty lists, as in a real world that has none.
EMPTY_HIBERNATION = struct.pack("<iI", 10, 0xCCAA1122) + bytes(20)


class _Names:
    """The names a file has used; every one of them goes into its table."""

    def __init__(self) -> None:
        self.table: dict[int, str] = {}

    def encode(self, name: str) -> bytes:
        """Return the hashed form: id, then a number that is 0 for a plain name."""
        key = hashed_name(name)
        self.table.setdefault(key, name)
        return struct.pack("<Ii", key, 0)


def write_asa(world: World, path: Path, *, version: int = 14) -> None:
    """Write a new file at ``path``; a file already there is replaced."""
    path.unlink(missing_ok=True)
    names = _Names()
    prefix = f"{world.map_name}/"
    dialect = Dialect(
        generation=Generation.C if version >= 14 else Generation.B,
        name=names.encode,
        reference=lambda key: struct.pack("<h", 0) + guid_of(prefix + key),
        is_wide=True,
    )
    objects = list(game_objects(world, holds_pods=True))
    rows = [
        (guid_of(prefix + item.key), _row(item, guid_of(prefix + item.key), dialect, version))
        for item in objects
    ]
    custom = [
        ("SaveHeader", _header(world, names, version)),
        ("ActorTransforms", _transforms(prefix, objects)),
        ("ActorTransformsDelta", bytes(16)),
        ("GameModeCustomBytes", _store(world)),
    ]
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
        connection.executemany("INSERT INTO game (key, value) VALUES (?, ?)", rows)
        connection.executemany("INSERT INTO custom (key, value) VALUES (?, ?)", custom)
        connection.commit()


def _row(item: GameObject, guid: bytes, dialect: Dialect, version: int) -> bytes:
    # "Is item" is 0 in every real row; the flags say it instead.
    head = dialect.name(item.path) + struct.pack("<ii", 0, len(item.names))
    names = b"".join(fstring(name) for name in item.names)
    level_and_flags = struct.pack("<iB", 0, FLAGS[item.role]) + (b"\0" if version >= 14 else b"")
    return head + names + level_and_flags + encode_list(item.tags, dialect) + struct.pack("<i", 1) + guid


def _header(world: World, names: _Names, version: int) -> bytes:
    levels = (world.map_name, f"{world.map_name}_MainGrid_L0_X0_Y0")
    after = struct.pack("<di", world.game_time, world.save_count)
    after += struct.pack("<i", len(levels)) + b"".join(
        fstring(name) + struct.pack("<i", -1) for name in levels
    )
    # No embedded data, no objects from data files.
    after += struct.pack("<ii", 0, 0)
    before = struct.pack("<h", version) + (ENGINE_VERSIONS if version >= 14 else b"")
    offset = len(before) + 4 + len(after)
    table = struct.pack("<i", len(names.table)) + b"".join(
        struct.pack("<I", key) + fstring(name) for key, name in names.table.items()
    )
    return before + struct.pack("<i", offset) + after + table


def _transforms(prefix: str, objects: Iterable[GameObject]) -> bytes:
    """Return 72 bytes a placed object: GUID, position, unit quaternion; sixteen zeros end them."""
    records = []
    for item in objects:
        if item.place is not None:
            half = math.radians(item.place.yaw) / 2
            rotation = (0.0, 0.0, math.sin(half), math.cos(half))
            position = (item.place.x, item.place.y, item.place.z)
            records.append(guid_of(prefix + item.key) + struct.pack("<7d", *position, *rotation))
    return b"".join(records) + bytes(16)


def _store(world: World) -> bytes:
    """Return the tribes and profiles of a server that keeps them in the save; here no profiles.

    The low half of a key is the tribe's id in real worlds; what the high half means is not known.
    """
    files = [(tribe.tribe_id, tribe_file(world, tribe)) for tribe in world.tribes.values()]
    index, data = b"", b""
    for tribe_id, image in files:
        index += struct.pack("<IIii", tribe_id, tribe_id, len(data), len(image))
        data += image
    tribes = struct.pack("<ii", len(data), len(files)) + data + index
    return struct.pack("<i", 1) + tribes + struct.pack("<ii", 0, 0) + EMPTY_HIBERNATION

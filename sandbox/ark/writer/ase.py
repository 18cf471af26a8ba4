"""ASE worlds: one binary file, versions 9 to 12.

Version 11 is the default: it is what present PC servers write, and its header holds everything the older ones do.
Its regions for stored creatures are left empty (offset = end of file, size 0), as the sandbox freezes none into them.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from pathlib import Path

from sandbox.ark.world import World
from sandbox.ark.writer.content import game_objects
from sandbox.ark.writer.objects import GameObject, Role
from sandbox.ark.writer.tags import Dialect, Generation, encode_list, fstring

VERSIONS = (9, 10, 11, 12)
# Creatures in cryopods are stored outside of them since this version.
STORED_SINCE = 11
# Four regions of stored data, since version 11.
REGIONS = 4
# Sleeping wild creatures; a reader of structures needs nothing of it.
EMPTY_HIBERNATION = bytes(36)
# A name such as Floor_Stone_C_12 is kept as the name Floor_Stone_C and the number 13.
NUMBERED = re.compile(r"(.+)_(0|[1-9][0-9]{0,9})", re.DOTALL)


class _Names:
    """The file's name table: indexes count from one."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {}

    def encode(self, name: str) -> bytes:
        """Return index and number; the number is one more than the one in the text, 0 for none."""
        found = NUMBERED.fullmatch(name)
        stem, number = (found[1], int(found[2]) + 1) if found else (name, 0)
        return struct.pack("<ii", self.table.setdefault(stem, len(self.table) + 1), number)


def write_ase(world: World, path: Path, *, version: int = 11) -> None:
    """Write a world to ``path``; a file already there is replaced."""
    path.write_bytes(encode_ase(world, version=version))


def encode_ase(world: World, *, version: int = 11) -> bytes:
    """Return the bytes of a world."""
    if version not in VERSIONS:
        raise ValueError(f"ASE worlds are written as version {VERSIONS}, not {version}.")
    objects = list(game_objects(world, holds_pods=version < STORED_SINCE))
    indexes = {item.key: number for number, item in enumerate(objects)}
    names = _Names()
    dialect = Dialect(
        generation=Generation.A,
        name=names.encode,
        reference=lambda key: struct.pack("<ii", 0, indexes.get(key, -1)),
        is_wide=False,
    )
    blocks = [encode_list(item.tags, dialect) + _trailer(item) for item in objects]
    middle = _middle(world, objects, blocks, names)
    head_size = struct.calcsize("<h") + (16 * REGIONS if version >= 11 else 0) + 16 + 8
    hibernation_at = head_size + len(middle)
    table_at = hibernation_at + len(EMPTY_HIBERNATION)
    table = struct.pack("<i", len(names.table)) + b"".join(fstring(name) for name in names.table)
    blocks_at = table_at + len(table)
    body = b"".join(blocks)
    end = blocks_at + len(body)
    head = struct.pack("<h", version)
    head += struct.pack("<qq", end, 0) * REGIONS if version >= 11 else b""
    head += struct.pack("<iiii", hibernation_at, 0, table_at, blocks_at)
    head += struct.pack("<fi", world.game_time, world.save_count)
    return head + middle + EMPTY_HIBERNATION + table + body


def _middle(world: World, objects: Sequence[GameObject], blocks: Sequence[bytes], names: _Names) -> bytes:
    """Return levels, (no) embedded data, (no) data-file objects, and the object headers."""
    parts = [struct.pack("<i", 1), fstring(world.map_name), struct.pack("<iii", 0, 0, len(objects))]
    offset = 0
    for item, block in zip(objects, blocks, strict=True):
        parts.append(_object_header(item, offset, names))
        offset += len(block)
    return b"".join(parts)


def _object_header(item: GameObject, offset: int, names: _Names) -> bytes:
    place = item.place
    where = (
        struct.pack("<i6f", 1, place.x, place.y, place.z, 0.0, place.yaw, 0.0)
        if place is not None
        else struct.pack("<i", 0)
    )
    return b"".join(
        (
            bytes(16),
            names.encode(item.class_name),
            struct.pack("<ii", item.role is Role.ITEM, len(item.names)),
            *(names.encode(name) for name in item.names),
            struct.pack("<ii", 0, 0),
            where,
            struct.pack("<ii", offset, 0),
        )
    )


def _trailer(item: GameObject) -> bytes:
    """Return what follows a property list: creatures and players have a second word (Mobile world)."""
    is_character = "_Character_" in item.class_name or item.class_name.startswith("PlayerPawn")
    return struct.pack("<ii", 0, 1) if is_character else struct.pack("<i", 0)

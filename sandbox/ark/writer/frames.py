"""The frame that tribes, profiles and cluster inventories share: objects, then their property lists."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.ark.world import Game, World
from sandbox.ark.writer.tags import Dialect, Generation, Tag, encode_list, fstring

# Unreal 4's and 5's own file versions, which files repeat since version 7 (real files).
ENGINE_VERSIONS = struct.pack("<ii", 522, 1013)
# File versions (real files): ASE; ASA before, and since Unreal 5.5.
GENERATIONS = {1: Generation.A, 5: Generation.B, 6: Generation.B, 7: Generation.C}
LATEST = {Game.ASE: 1, Game.ASA: 7}
NO_GUID = bytes(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameObject:
    """One object of a file; ASE's have no GUIDs."""

    path: str
    names: tuple[str, ...]
    tags: tuple[Tag, ...]
    guid: bytes = NO_GUID
    is_item: bool = False


def class_path(text: str) -> bytes:
    """Return a reference to a class, as files hold it: 1, then kind and path as text."""
    return struct.pack("<i", 1) + fstring(text)


def file_dialect(generation: Generation) -> Dialect:
    """Return how files of a generation write: names as text, references as paths."""
    is_wide = generation is not Generation.A
    return Dialect(generation=generation, name=fstring, reference=class_path, is_wide=is_wide)


def encode_file(version: int, objects: Sequence[FrameObject]) -> bytes:
    """Return a complete file."""
    generation = GENERATIONS[version]
    head = struct.pack("<i", version) + (ENGINE_VERSIONS if version >= 7 else b"")
    return encode_objects(head, objects, file_dialect(generation))


def encode_objects(head: bytes, objects: Sequence[FrameObject], dialect: Dialect) -> bytes:
    """Return the objects after a head; offsets count from the head's beginning."""
    lists = [_object_list(item, dialect) for item in objects]
    # The offsets do not change the length of the headers that hold them.
    begin = len(head) + 4 + sum(len(_header(item, 0)) for item in objects)
    headers, at = b"", begin
    for item, block in zip(objects, lists, strict=True):
        headers += _header(item, at)
        at += len(block)
    return head + struct.pack("<i", len(objects)) + headers + b"".join(lists)


def _header(item: FrameObject, offset: int) -> bytes:
    names = b"".join(fstring(name) for name in item.names)
    # Not from a data file, no place.
    flags = struct.pack("<iii", 0, 0, 0)
    head = item.guid + fstring(item.path) + struct.pack("<ii", int(item.is_item), len(item.names))
    return head + names + flags + struct.pack("<ii", offset, 0)


def _object_list(item: FrameObject, dialect: Dialect) -> bytes:
    """Return a property list; in generation C a control byte precedes it, and ASA's GUID follows."""
    control = b"\0" if dialect.generation is Generation.C else b""
    end = struct.pack("<i", 0) if item.guid == NO_GUID else struct.pack("<i", 1) + item.guid
    return control + encode_list(item.tags, dialect) + end


def owner_names(world: World, name: str) -> tuple[str, ...]:
    """Return the five names an object of game mode has: itself, game mode, level, map, map's path."""
    is_asa = world.game is Game.ASA
    folder = world.map_name.removesuffix("_WP") if is_asa else world.map_name
    path = f"/Game/Maps/{folder}/{world.map_name}"
    return (name, "TestGameMode_C_0" if is_asa else "ArkGameMode", "PersistentLevel", world.map_name, path)

"""All objects of a world with all their properties, as other tools read them, in one form.

They are the witnesses for single columns: what a tool's lists leave out or change, its properties still have.
"""

from __future__ import annotations

import math
import re
import sqlite3
import struct
import uuid
import warnings
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from arkparse.parsing.struct.object_reference import ObjectReference
from arkparse.saves.asa_save import AsaSave
from arkparser import WorldSave

Key: TypeAlias = "bytes | int"
"""What an object is referred to by: its GUID (ASA), or its place in the file (ASE)."""
# The index of a property that is no part of a row of them; ``arkparse`` has sizes and other numbers there.
_FIRST = 0
_ROWS = frozenset(
    {
        "NumberOfLevelUpPointsApplied",
        "NumberOfLevelUpPointsAppliedTamed",
        "NumberOfMutationsAppliedTamed",
        "CurrentStatusValues",
        "ColorSetIndices",
    }
)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerObject:
    """An object: its class, its place (where the tool has it), and its properties by name in lower case and index."""

    class_name: str
    place: tuple[float, float, float] | None
    values: Mapping[tuple[str, int], Any]

    def get(self, name: str, index: int = _FIRST) -> Any:
        """Return a property's value, ``None`` where the object has none."""
        return self.values.get((name.casefold(), index))

    def number(self, name: str, default: float = math.nan, index: int = _FIRST) -> float:
        """Return a number."""
        value = self.get(name, index)
        return default if value is None else value

    def integer(self, name: str, default: int = 0, index: int = _FIRST) -> int:
        """Return a whole number; enumerations are told as text by some tools and are none."""
        return int(self.number(name, default, index))

    def text(self, name: str) -> str:
        """Return a text, empty for none."""
        return str(self.get(name) or "")

    def flag(self, name: str) -> bool:
        """Return whether a flag is set."""
        return bool(self.get(name))

    def key(self, name: str) -> Key | None:
        """Return the object that a property refers to, ``None`` for none."""
        value = self.get(name)
        is_null = not any(value) if isinstance(value, bytes) else not isinstance(value, int) or value < 0
        return None if is_null else value


def _plain(value: Any) -> Any:
    """Return a reference as the key of what it refers to, and any other value as it is.

    Both tools tell a GUID as text; ``arkparser`` has its first three groups the other way round.
    """
    if isinstance(value, ObjectReference):
        value = value.value
        return uuid.UUID(value).bytes if isinstance(value, str) and _GUID.fullmatch(value) else None
    if isinstance(value, str) and _GUID.fullmatch(value):
        return uuid.UUID(value).bytes_le
    return value


def arkparsers_objects(path: Path) -> dict[Key, PeerObject]:
    """Return what ``arkparser`` reads of every object."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        save = WorldSave.load(path)
    return {
        uuid.UUID(item.guid).bytes_le if save.is_asa else item.id: PeerObject(
            class_name=item.class_name,
            place=(item.location.x, item.location.y, item.location.z) if item.location else None,
            values={(entry.name.casefold(), entry.index): _plain(entry.value) for entry in item.properties},
        )
        for item in save.objects
    }


def arkparses_objects(path: Path) -> dict[Key, PeerObject]:
    """Return what ``arkparse`` reads of every object."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        save = AsaSave(path, read_only=True)
        found = save.get_game_objects()
        places = save.save_context.actor_transforms
        save.close()
    return {key.bytes: of_arkparse(item, places.get(key)) for key, item in found.items()}


def of_arkparse(item: Any, place: Any = None) -> PeerObject:
    """Return an object of ``arkparse`` in the one form."""
    return PeerObject(
        class_name=item.blueprint.rpartition(".")[2],
        place=(place.x, place.y, place.z) if place else None,
        values={
            (entry.name.casefold(), entry.position if entry.name in _ROWS else _FIRST): _plain(entry.value)
            for entry in item.properties
        },
    )


def with_plain_header(source: Path, target: Path) -> Path:
    """Write a world of version 13 again with its names right behind the map's: where ``arkparser`` looks for them.

    It does not go where the header says that they are, so it can open no real world of this version. Objects and
    places stay as they are.
    """
    target.write_bytes(source.read_bytes())
    with closing(sqlite3.connect(target)) as database:
        (old,) = database.execute("SELECT value FROM custom WHERE key = 'SaveHeader'").fetchone()
        (names_at,) = struct.unpack_from("<i", old, 2)
        # version, place of the names, clock, number of the save; then one level and two empty lists
        level = struct.pack("<ii", 1, 4) + b"Map\0" + struct.pack("<i", -1) + bytes(8)
        head = old[:2] + struct.pack("<i", 18 + len(level)) + old[6:18] + level
        database.execute("UPDATE custom SET value = ? WHERE key = 'SaveHeader'", (head + old[names_at:],))
        database.commit()
    return target

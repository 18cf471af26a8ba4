"""Puts the chunks of a world together: one table of names, one identity per structure, no duplicates."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Final

import numpy as np

from parser_service.saves.columns import Int32Array, Structures, UInt64Array

_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_TABLES: Final = frozenset({"classes", "owner_names"})


def join(chunks: Sequence[Structures], classes: Sequence[str]) -> Structures:
    """Return the rows of all chunks; ``classes`` is what their ``class_index`` points into."""
    chunks = [chunk for chunk in chunks if len(chunk)] or [Structures.empty()]
    owners: dict[str, int] = {}
    owner_index = []
    for chunk in chunks:
        numbers = [owners.setdefault(name, len(owners)) for name in chunk.owner_names]
        # Index -1 (no owner's name) takes the last entry, which is -1 again.
        owner_index.append(np.array([*numbers, -1], dtype=np.int32)[chunk.owner_name_index])
    columns = {
        field.name: np.concatenate([getattr(chunk, field.name) for chunk in chunks])
        for field in fields(Structures)
        if field.name not in _TABLES
    }
    columns["owner_name_index"], owner_names = _only_used(np.concatenate(owner_index), tuple(owners))
    columns["class_index"], class_names = _only_used(columns["class_index"], classes)
    return Structures(**columns, classes=class_names, owner_names=owner_names)


def _only_used(index: Int32Array, texts: Sequence[str]) -> tuple[Int32Array, tuple[str, ...]]:
    """Return an index into the sorted, distinct texts that are in use, and those; -1 stays -1."""
    used, inverse = np.unique(index, return_inverse=True)
    names = sorted({texts[number] for number in used.tolist() if number >= 0})
    place = {name: number for number, name in enumerate(names)}
    numbers = [place[texts[number]] if number >= 0 else -1 for number in used.tolist()]
    return np.array(numbers, dtype=np.int32)[inverse], tuple(names)


def identify_by_guid(structures: Structures) -> Structures:
    """Return the structures with identities made of their GUIDs (ASA)."""
    low, high = structures.object_id[:, 0], structures.object_id[:, 1]
    return replace(structures, identity=_mix(low * _MULTIPLIER, high))


def identify_by_place(structures: Structures) -> Structures:
    """Return the structures with identities made of class and position (ASE), for these do not change.

    ASE's object numbers differ from save to save, and its GUIDs are zero.
    """
    class_hash = np.array([zlib.crc32(name.encode()) for name in structures.classes] or [0], dtype=np.uint64)
    identity = class_hash[structures.class_index] * _MULTIPLIER
    for column in (structures.x, structures.y, structures.z):
        # -0.0 and 0.0 are one place.
        identity = _mix(identity, (column + 0.0).view(np.uint64))
    return replace(structures, identity=identity)


def _mix(value: UInt64Array, other: UInt64Array) -> UInt64Array:
    """Return a 64-bit hash of two words."""
    mixed = (value ^ other) * _MULTIPLIER
    return mixed ^ (mixed >> np.uint64(31))

"""Puts the chunks of a world together: one table of names, one identity per structure, no duplicates."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

import numpy as np

from parser_service.saves.columns import Int32Array, Structures, Table, UInt64Array
from parser_service.saves.columns.arrays import plural

T = TypeVar("T", bound=Table)

_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)


def join(kind: type[T], chunks: Sequence[T], classes: Sequence[str] | None = None) -> T:
    """Return the rows of all chunks.

    ``classes`` is what their ``class_index`` points into, if they have one and do not hold the classes themselves.
    """
    chunks = [chunk for chunk in chunks if len(chunk)]
    if not chunks:
        return kind.empty()
    arrays = [chunk.arrays() for chunk in chunks]
    columns: dict[str, Any] = {
        name: np.concatenate([columns[name] for columns in arrays]) for name in arrays[0]
    }
    for name in chunks[0].row_texts():
        columns[name] = tuple(text for chunk in chunks for text in getattr(chunk, name))
    for name in chunks[0].texts():
        is_given = classes is not None and name == "class_index"
        index, texts = (columns[name], classes or ()) if is_given else _in_one_table(name, chunks)
        columns[name], columns[plural(name)] = _only_used(index, texts)
    return kind(**columns)


def _in_one_table(name: str, chunks: Sequence[Table]) -> tuple[Int32Array, Sequence[str]]:
    """Return an index column of all chunks, and the texts of all chunks that it points into."""
    place: dict[str, int] = {}
    parts = []
    for chunk in chunks:
        numbers = [place.setdefault(text, len(place)) for text in chunk.texts()[name]]
        # Index -1 (no text) takes the last entry, which is -1 again.
        parts.append(np.array([*numbers, -1], dtype=np.int32)[chunk.arrays()[name]])
    return np.concatenate(parts), tuple(place)


def _only_used(index: Int32Array, texts: Sequence[str]) -> tuple[Int32Array, tuple[str, ...]]:
    """Return an index into the sorted, distinct texts that are in use, and those; -1 stays -1."""
    used = np.flatnonzero(np.bincount(index[index >= 0], minlength=len(texts))).tolist()
    names = sorted({texts[number] for number in used})
    place = {name: number for number, name in enumerate(names)}
    # The last entry is that of -1.
    new = np.full(len(texts) + 1, -1, dtype=np.int32)
    new[used] = [place[texts[number]] for number in used]
    return new[index], tuple(names)


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

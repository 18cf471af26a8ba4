"""The object headers of an ASE or Mobile world, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from parser_service.saves.ase_chain import MOST_NAMES, header_starts
from parser_service.saves.ase_header import AseHeader
from parser_service.saves.columns import BoolArray, Float32Array, Float64Array, Game, Int32Array, Int64Array
from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.errors import DamagedSaveError
from parser_service.saves.walk import gather


@dataclass(frozen=True, slots=True, kw_only=True)
class AseObjects:
    """One row per object, in file order; names are ids of the file's table.

    ``position`` is of shape (n, 3) in Unreal units, and means nothing where the object has no place; ``properties_at`` is
    the place of its property list in the file.
    """

    class_id: Int32Array
    is_item: BoolArray
    name_count: Int32Array
    name_id: Int32Array
    name_number: Int32Array
    is_placed: BoolArray
    position: Float64Array
    yaw: Float32Array
    properties_at: Int64Array


def read_objects(header: AseHeader, head: bytes) -> AseObjects:
    """Return the headers of all objects; ``head`` is the padded file up to their end."""
    try:
        if header.game is Game.MOBILE:
            start, shift = _mobile_chain(header, head)
        else:
            start = _chain(header, head)
            shift = np.zeros_like(start)
    except (FormatError, ValueError, IndexError) as error:
        raise DamagedSaveError(
            "the chain of its object headers breaks, so what follows cannot be found",
            "Take an older save or the backup beside it.",
        ) from error
    return _columns(header, head, start, shift)


def _chain(header: AseHeader, head: bytes) -> Int64Array:
    """Return where each header starts."""
    size = (header.headers_end - header.headers_at) // 4
    words = np.frombuffer(head, dtype="<i4", count=size, offset=header.headers_at)
    return header.headers_at + 4 * header_starts(words, header.object_count)


def _mobile_chain(header: AseHeader, head: bytes) -> tuple[Int64Array, Int64Array]:
    """Return where each header starts, and by how much the class's path shifts what follows it (Mobile)."""
    cursor = Cursor(head, header.headers_at, header.headers_end)
    starts, shifts = [], []
    for _ in range(header.object_count):
        starts.append(cursor.take(24))
        path = cursor.position
        cursor.skip_text()
        shifts.append(cursor.position - path)
        cursor.i32()
        names = cursor.count(8)
        if names > MOST_NAMES:
            message = f"an object has {names} names"
            raise FormatError(message)
        cursor.take(8 * names + 8)
        cursor.take(32 if cursor.i32() else 8)
    return np.array(starts, dtype=np.int64), np.array(shifts, dtype=np.int64)


def _columns(header: AseHeader, head: bytes, start: Int64Array, shift: Int64Array) -> AseObjects:
    """Return the columns of headers that start here."""
    buffer = np.frombuffer(head, dtype=np.uint8)
    body = start + shift
    name_count = gather(buffer, body + 28, "<i4")
    tail = body + 32 + 8 * name_count.astype(np.int64)
    placed = gather(buffer, tail + 8, "<i4") != 0
    place = gather(buffer, tail + 12, "V24").view("<f4").reshape(-1, 6)
    offset = gather(buffer, tail + 12 + 24 * placed, "<i4").astype(np.int64)
    return AseObjects(
        class_id=gather(buffer, start + 16, "<i4"),
        is_item=gather(buffer, body + 24, "<i4") != 0,
        name_count=name_count,
        name_id=gather(buffer, body + 32, "<i4"),
        name_number=gather(buffer, body + 36, "<i4"),
        is_placed=placed,
        position=place[:, :3].astype(np.float64),
        yaw=place[:, 4].copy(),
        properties_at=header.properties_at + offset,
    )

"""The head of an ASA world (the blob ``SaveHeader``), and the places of its actors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from parser_service.saves.ase_header import skip_embedded
from parser_service.saves.columns import Float32Array, Float64Array, UInt64Array
from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.errors import DamagedSaveError, UnsupportedVersionError

# 13: until June 2025; 14: Unreal 5.5. Versions 9 to 12 (2023-24) exist, and nobody has one to check against.
_VERSIONS: Final = (13, 14)
# GUID, position, unit quaternion (x, y, z, w).
_TRANSFORM: Final = np.dtype([("guid", "<u8", 2), ("position", "<f8", 3), ("rotation", "<f8", 4)])
# Two GUIDs that share a half are chance; more than this many that do are made.
_MOST_ALIKE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AsaHeader:
    """What an ASA world says of itself; ``names`` maps name ids to texts."""

    version: int
    map_name: str
    game_time: float
    save_count: int
    names: dict[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transforms:
    """Where actors stand, by GUID.

    ``guid`` is of shape (n, 2), sorted by its first word; ``position`` of shape (n, 3), Unreal units; ``yaw`` in
    degrees.
    """

    guid: UInt64Array
    position: Float64Array
    yaw: Float32Array


def read_asa_header(blob: bytes | None) -> AsaHeader:
    """Return the header; refuse a world without one, or of another version."""
    if blob is None:
        raise DamagedSaveError("the world has no header", "Take an older save or the backup beside it.")
    try:
        return _read(Cursor(blob))
    except FormatError as error:
        raise DamagedSaveError(
            f"its header contradicts itself: {error}", "Take an older save or the backup beside it."
        ) from error


def _read(cursor: Cursor) -> AsaHeader:
    version = cursor.i16()
    if version not in _VERSIONS:
        raise UnsupportedVersionError(
            f"the file calls itself an ASA world of version {version}, which is not known",
            "Known are 13 and 14. An older world is updated when a server saves it; a newer one needs a newer Helena.",
        )
    if version >= 14:
        cursor.take(8)  # Unreal's own file versions
    names_at = cursor.i32()
    game_time = cursor.f64()
    save_count = cursor.i32()
    levels = []
    for _ in range(cursor.count(8)):
        levels.append(cursor.text())
        cursor.i32()
    skip_embedded(cursor)
    cursor.seek(names_at)
    names = {}
    for _ in range(cursor.count(8)):
        number = cursor.u32()
        names[number] = cursor.text()
    return AsaHeader(
        version=version,
        map_name=levels[0] if levels else "",
        game_time=game_time,
        save_count=save_count,
        names=names,
    )


def read_transforms(blob: bytes | None) -> Transforms:
    """Return the places of actors from the blob ``ActorTransforms``; a cut record is left out."""
    records = np.frombuffer(blob or b"", dtype=_TRANSFORM, count=len(blob or b"") // _TRANSFORM.itemsize)
    records = records[np.argsort(records["guid"][:, 0], kind="stable")]
    x, y, z, w = records["rotation"].T
    yaw = np.degrees(np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))).astype(np.float32)
    return Transforms(guid=records["guid"].copy(), position=records["position"].copy(), yaw=yaw)


def place_of(transforms: Transforms, guid: UInt64Array) -> tuple[Float64Array, Float32Array]:
    """Return position (n, 3) and yaw of the objects with these GUIDs (n, 2), NaN where none is known."""
    row = np.full(len(guid), -1, dtype=np.int64)
    candidate = np.searchsorted(transforms.guid[:, 0], guid[:, 0])
    open_rows = np.arange(len(guid))
    for _ in range(_MOST_ALIKE):
        at = candidate[open_rows]
        alike = at < len(transforms.guid)
        open_rows, at = open_rows[alike], at[alike]
        if not len(open_rows):
            break
        low_same = transforms.guid[at, 0] == guid[open_rows, 0]
        same = low_same & (transforms.guid[at, 1] == guid[open_rows, 1])
        row[open_rows[same]] = at[same]
        open_rows = open_rows[low_same & ~same]
        candidate[open_rows] += 1
    position = np.vstack((transforms.position, np.full((1, 3), np.nan)))[row]
    yaw = np.append(transforms.yaw, np.float32(np.nan))[row]
    return position, yaw

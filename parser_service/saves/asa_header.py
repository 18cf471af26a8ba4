"""The head of an ASA world (the blob ``SaveHeader``), and the places of its actors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from parser_service.saves.columns import Int32Array, UInt64Array
from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.errors import DamagedSaveError
from parser_service.saves.lookup import IdIndex
from parser_service.saves.placed import Placed
from parser_service.saves.versions import Layout, is_plausible

# 13: until June 2025; 14: Unreal 5.5. Of 9 to 12 (2023-24) nobody has one to check against: they are tried as 13.
_OLD, _NEW = 13, 14
FIRST_C: Final = _NEW
"""The first version whose property lists are of generation C."""
_FIRST_TRIED: Final = 9
ADVICE: Final = (
    "Known are 13 and 14. An older world is updated when a server saves it; a newer one needs a newer Helena."
)
"""What to do about an ASA world of another version."""
# GUID, position, unit quaternion (x, y, z, w).
_TRANSFORM: Final = np.dtype([("guid", "<u8", 2), ("position", "<f8", 3), ("rotation", "<f8", 4)])


@dataclass(frozen=True, slots=True, kw_only=True)
class AsaHeader:
    """What an ASA world says of itself; ``names`` maps name ids to texts."""

    layout: Layout
    map_name: str
    game_time: float
    save_count: int
    names: dict[int, str]


class Transforms:
    """Where actors stand, by GUID."""

    def __init__(self, blob: bytes | None) -> None:
        blob = blob or b""
        # A cut record is left out; the last one here, of nothing, is the one that row -1 takes.
        whole = len(blob) - len(blob) % _TRANSFORM.itemsize
        self._records = np.frombuffer(blob[:whole] + bytes(_TRANSFORM.itemsize), dtype=_TRANSFORM)
        self._index = IdIndex(self._records["guid"])

    def place(self, guid: UInt64Array, class_index: Int32Array) -> Placed:
        """Return the places of objects, NaN where none is known."""
        row = self._index.rows(guid)
        records = self._records[row]
        x, y, z, w = records["rotation"].T
        yaw = np.degrees(np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))).astype(np.float32)
        position = records["position"].copy()
        yaw[row < 0] = np.nan
        position[row < 0] = np.nan
        x, y, z = (column.copy() for column in position.T)
        return Placed(object_id=guid, class_index=class_index, x=x, y=y, z=z, yaw=yaw)


def read_asa_header(blob: bytes | None) -> AsaHeader:
    """Return the header; refuse a world without one, or of another version."""
    if blob is None:
        raise DamagedSaveError("the world has no header", "Take an older save or the backup beside it.")
    try:
        cursor = Cursor(blob)
        version = cursor.i16()
        layout = Layout(what="an ASA world", version=version, read_as=_OLD if version <= _OLD else _NEW)
        if not is_plausible(version, _FIRST_TRIED):
            raise layout.refuse(ADVICE)
        with layout.tried(ADVICE):
            return _read(cursor, layout)
    except FormatError as error:
        raise DamagedSaveError(
            f"its header contradicts itself: {error}", "Take an older save or the backup beside it."
        ) from error


def _read(cursor: Cursor, layout: Layout) -> AsaHeader:
    if layout.read_as >= _NEW:
        cursor.take(8)  # Unreal's own file versions
    names_at = cursor.i32()
    game_time = cursor.f64()
    save_count = cursor.i32()
    levels = []
    for _ in range(cursor.count(8)):
        levels.append(cursor.text())
        cursor.i32()
    # What lies between is skipped: where the names are is said, and nothing else of it is asked for.
    cursor.seek(names_at)
    names = {}
    for _ in range(cursor.count(8)):
        number = cursor.u32()
        names[number] = cursor.text()
    return AsaHeader(
        layout=layout,
        map_name=levels[0] if levels else "",
        game_time=game_time,
        save_count=save_count,
        names=names,
    )

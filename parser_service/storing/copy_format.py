"""Rows of structures as Postgres' binary COPY has them, both ways, without a Python object per row.

The format: a signature, two int32 (flags, length of an extension), then per row an int16 with the number of fields
and per field an int32 with its length and its bytes, big-endian; at the end an int16 of -1 (PostgreSQL, "COPY",
file formats). No field is NULL here, so that all rows have the same size and NumPy can lay them out.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parser_service.storing.rows import Int32Array, Int64Array, StoredRows, StructureRows, class_hashes
from parser_service.storing.rows import fingerprint_of as fingerprint_of_columns

_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"

# name, and type as Postgres sends it: int8, int4, real, timestamptz
_FIELDS: Final = (
    ("identity", ">i8"),
    ("class_id", ">i4"),
    ("tribe_id", ">i8"),
    ("base_id", ">i8"),
    ("x", ">f4"),
    ("y", ">f4"),
    ("z", ">f4"),
    ("decays_at", ">i8"),
)
COLUMNS: Final = tuple(name for name, _ in _FIELDS)
"""The columns in the order in which the payload has them."""

_ROW: Final = np.dtype(
    [
        ("fields", ">i2"),
        *(
            (name, kind)
            for column, of in _FIELDS
            for name, kind in ((f"{column} length", ">i4"), (column, of))
        ),
    ]
)


class CopyFormatError(ValueError):
    """What Postgres sent is not what was asked for."""


def to_payload(
    rows: StructureRows, numbers: Int64Array, *, class_ids: Int32Array, base_id: Int64Array
) -> bytes:
    """Return some rows as the payload of a COPY of ``COLUMNS``.

    Parameters
    ----------
    rows : StructureRows
    numbers : ndarray of shape (m,), int64
        Which rows.
    class_ids : ndarray of shape (len(classes) + 1,), int32
        The id in the database of each of the rows' classes, and of none.
    base_id : ndarray of shape (n,), int64
        Of each row, 0 for none.
    """
    values: dict[str, NDArray[Any]] = {
        "identity": rows.identity,
        "tribe_id": rows.tribe_id,
        "base_id": base_id,
        "x": rows.x,
        "y": rows.y,
        "z": rows.z,
        "decays_at": rows.decays_at,
    }
    table = np.empty(len(numbers), dtype=_ROW)
    table["fields"] = len(_FIELDS)
    for column, kind in _FIELDS:
        table[f"{column} length"] = np.dtype(kind).itemsize
        if column == "class_id":
            table[column] = class_ids[rows.class_index[numbers]]
        else:
            table[column] = values[column][numbers]
    return _HEADER + table.tobytes() + _TRAILER


def from_payload(payload: bytes, class_names: dict[int, str]) -> StoredRows:
    """Return what a COPY of ``COLUMNS``, in order of identity, says is stored.

    Raises
    ------
    CopyFormatError
        When the payload has another shape.
    """
    body = len(payload) - len(_HEADER) - len(_TRAILER)
    if body < 0 or body % _ROW.itemsize or payload[: len(_HEADER)] != _HEADER:
        message = f"Postgres sent {len(payload)} bytes that are no rows of structures"
        raise CopyFormatError(message)
    table = np.frombuffer(payload, dtype=_ROW, offset=len(_HEADER), count=body // _ROW.itemsize)
    if (table["fields"] != len(_FIELDS)).any():
        message = "Postgres sent rows with other columns than those of structures"
        raise CopyFormatError(message)
    columns = {name: table[name].astype(np.dtype(kind).newbyteorder("=")) for name, kind in _FIELDS}
    hashes = class_hashes(class_names, columns["class_id"])
    return StoredRows(
        identity=columns["identity"],
        fingerprint=fingerprint_of_columns(
            hashes, columns["tribe_id"], columns["base_id"], columns["x"], columns["y"], columns["z"]
        ),
        decays_at=columns["decays_at"],
    )

"""Structures as rows of the database: sorted columns, their fingerprints, and what differs from the rows stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from parser_service.storable import storable

Int64Array: TypeAlias = NDArray[np.int64]
UInt64Array: TypeAlias = NDArray[np.uint64]
Int32Array: TypeAlias = NDArray[np.int32]
Float32Array: TypeAlias = NDArray[np.float32]

NEVER: Final = np.iinfo(np.int64).max
"""The instant of what never decays, or of which nothing is known: Postgres' own value of 'infinity'."""

# Postgres counts microseconds from 2000-01-01 00:00 UTC.
_POSTGRES_EPOCH_SECONDS: Final = 946_684_800
# datetime ends with the year 9999: what lies beyond comes of a damaged time.
_LAST_SECONDS: Final = 253_370_764_800.0
# The instants of an untouched structure move by the seconds that the server took to write its file.
SAME_INSTANT_MICROSECONDS: Final = 120_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureRows:
    """The structures of a save, one row each.

    Attributes
    ----------
    identity : ndarray of shape (n,), int64
        ``Structures.identity`` as Postgres has it: ascending, unique.
    class_index : ndarray of shape (n,), int32
        Row of ``classes``.
    tribe_id : ndarray of shape (n,), int64
    base_row : ndarray of shape (n,), int32
        Row of the save's bases, -1 for none.
    x, y, z : ndarray of shape (n,), float32
        Unreal units; NaN unknown.
    decays_at : ndarray of shape (n,), int64
        Microseconds since 2000-01-01 UTC, ``NEVER`` for never or unknown.
    classes : tuple of str
        What ``class_index`` points into.
    """

    identity: Int64Array
    class_index: Int32Array
    tribe_id: Int64Array
    base_row: Int32Array
    x: Float32Array
    y: Float32Array
    z: Float32Array
    decays_at: Int64Array
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRows:
    """What shows which rows are stored, in order of ``identity``; ``decays_at`` is that of the rows."""

    identity: Int64Array
    fingerprint: UInt64Array
    decays_at: Int64Array

    def __len__(self) -> int:
        return len(self.identity)

    def checksum(self) -> int:
        """Return 64 bits of all of it, as Postgres' bigint has them."""
        rows = _mixed(self.identity.view(np.uint64), self.fingerprint, self.decays_at.view(np.uint64))
        return int(np.add.reduce(rows).astype(np.int64)) if len(rows) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChanges:
    """What is to be written (rows of the new save) and removed (identities), and what is stored after that."""

    written: Int64Array
    removed: Int64Array
    after: StoredRows


NOTHING_STORED: Final = StoredRows(
    identity=np.zeros(0, np.int64), fingerprint=np.zeros(0, np.uint64), decays_at=np.zeros(0, np.int64)
)
"""What is stored of a server without a save."""


def instants(seconds: NDArray[np.float64]) -> Int64Array:
    """Return instants as Postgres has them, from seconds since 1970 of which NaN is never or unknown.

    Examples
    --------
    >>> instants(np.array([946_684_801.5, np.nan])).tolist() == [1_500_000, NEVER]
    True
    """
    known = np.abs(seconds) < _LAST_SECONDS
    micros = (np.where(known, seconds, 0.0) - _POSTGRES_EPOCH_SECONDS) * 1e6
    return np.where(known, micros.astype(np.int64), NEVER)


def sort_rows(rows: StructureRows) -> StructureRows:
    """Return the rows in order of identity; of those with equal identity, which a damaged save may have, the first."""
    _, first = np.unique(rows.identity, return_index=True)
    return replace(
        rows,
        identity=rows.identity[first],
        class_index=rows.class_index[first],
        tribe_id=rows.tribe_id[first],
        base_row=rows.base_row[first],
        x=rows.x[first],
        y=rows.y[first],
        z=rows.z[first],
        decays_at=rows.decays_at[first],
        classes=tuple(storable(name) for name in rows.classes),
    )


def base_ids_of(rows: StructureRows, base_ids: Int64Array) -> Int64Array:
    """Return the id of each structure's base, 0 for none, from those of the save's bases."""
    return np.append(base_ids, 0)[rows.base_row]


def fingerprint(rows: StructureRows, base_id: Int64Array) -> UInt64Array:
    """Return 64 bits per row that change with anything in it but the instant of decay.

    Parameters
    ----------
    rows : StructureRows
    base_id : ndarray of shape (n,), int64
        The id of each structure's base, 0 for none.

    Returns
    -------
    ndarray of shape (n,), uint64
    """
    names = np.array([_hash(name) for name in (*rows.classes, "")], dtype=np.uint64)
    return fingerprint_of(names[rows.class_index], rows.tribe_id, base_id, rows.x, rows.y, rows.z)


def fingerprint_of(
    class_hash: UInt64Array, tribe_id: Int64Array, base_id: Int64Array, *position: Float32Array
) -> UInt64Array:
    """Return the fingerprints of rows that are given as columns."""
    # NaN has many forms, of which the database keeps none
    lanes = [np.where(np.isnan(axis), np.float32(np.nan), axis).view(np.uint32) for axis in position]
    wide = [lane.astype(np.uint64) for lane in lanes]
    return _mixed(class_hash, tribe_id.view(np.uint64), base_id.view(np.uint64), *wide)


def class_hashes(names: dict[int, str], ids: Int32Array) -> UInt64Array:
    """Return what stands for each row's class in a fingerprint, from the classes' ids in the database."""
    known = np.array(sorted(names), dtype=np.int64)
    hashes = np.array([_hash(names[number]) for number in known.tolist()], dtype=np.uint64)
    return hashes[np.searchsorted(known, ids)]


def changes(stored: StoredRows, rows: StructureRows, base_id: Int64Array) -> RowChanges:
    """Return how the rows of a save differ from what is stored; both are in order of identity.

    An instant of decay that moved by less than two minutes has not moved: see ``SAME_INSTANT_MICROSECONDS``. It is
    compared with the instant that is stored, so that many small steps do not add up unseen.
    """
    fresh = fingerprint(rows, base_id)
    if not len(stored):
        place, is_known = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.bool_)
        is_same = is_known
        decays_at = rows.decays_at
        gone = stored.identity
    else:
        place = np.minimum(np.searchsorted(stored.identity, rows.identity), len(stored) - 1)
        is_known = stored.identity[place] == rows.identity
        before = stored.decays_at[place]
        is_same = is_known & (stored.fingerprint[place] == fresh) & _same_instants(before, rows.decays_at)
        decays_at = np.where(is_same, before, rows.decays_at)
        is_left = np.zeros(len(stored), dtype=np.bool_)
        is_left[place[is_known]] = True
        gone = stored.identity[~is_left]
    return RowChanges(
        written=np.flatnonzero(~is_same),
        removed=gone,
        after=StoredRows(identity=rows.identity, fingerprint=fresh, decays_at=decays_at),
    )


def _same_instants(before: Int64Array, after: Int64Array) -> NDArray[np.bool_]:
    is_never = (before == NEVER) | (after == NEVER)
    close = np.abs(np.where(is_never, 0, after) - np.where(is_never, 0, before)) <= SAME_INSTANT_MICROSECONDS
    is_same: NDArray[np.bool_] = np.where(is_never, before == after, close)
    return is_same


def _mixed(*columns: UInt64Array) -> UInt64Array:
    """Return 64 well-mixed bits of each row: the finaliser of splitmix64, column after column."""
    mixed = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        mixed ^= column
        mixed += np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(30)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(27)
        mixed *= np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest(), "little")

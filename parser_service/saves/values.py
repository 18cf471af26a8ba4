"""Turns recorded positions into columns of numbers, booleans and texts."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parser_service.saves.columns import (
    BoolArray,
    ByteArray,
    Float64Array,
    Int32Array,
    Int64Array,
    UInt64Array,
)
from parser_service.saves.dialect import Generation, Kind, Plan
from parser_service.saves.walk import Walked, gather

_NUMBERS: Final = {
    Kind.INT8: "<i1",
    Kind.INT16: "<i2",
    Kind.INT32: "<i4",
    Kind.INT64: "<i8",
    Kind.UINT16: "<u2",
    Kind.UINT32: "<u4",
    Kind.UINT64: "<u8",
    Kind.FLOAT: "<f4",
    Kind.DOUBLE: "<f8",
    Kind.BYTE: "<u1",
}
# Longer texts than this are no names: the game's own limit for a tribe's name is 50 characters.
_LONGEST_TEXT: Final = 2048
# Texts that are told apart by their hash need one round; more rounds mean made collisions.
_HASH_ROUNDS: Final = 4
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)


class Values:
    """Reads the values that one walk has found, property by property."""

    def __init__(self, buffer: ByteArray, walked: Walked, plan: Plan, generation: Generation) -> None:
        self.walked = walked
        self._buffer = buffer
        self._plan = plan
        # Generation C keeps a bool in its tag's flags; the others in a byte of its own.
        self._true = 0x10 if generation is Generation.C else 0xFF

    def _row(self, name: str, element: int) -> int:
        return self._plan.row_of[name] + element

    def has(self, name: str) -> BoolArray:
        """Return which objects have the property at all."""
        found: BoolArray = self.walked.at[self._plan.row_of[name]] >= 0
        return found

    def integers(self, name: str, default: int, *, element: int = 0) -> Int64Array:
        """Return an integer property; ``default`` where it is absent or no number."""
        out = np.full(self.walked.at.shape[1], default, dtype=np.int64)
        for rows, numbers in self._numbers(self._row(name, element)):
            if numbers.dtype.kind != "f":
                out[rows] = numbers.astype(np.int64)
        return out

    def reals(self, name: str, *, element: int = 0) -> Float64Array:
        """Return a number property; NaN where it is absent or not finite."""
        out = np.full(self.walked.at.shape[1], np.nan)
        for rows, numbers in self._numbers(self._row(name, element)):
            out[rows] = numbers
        out[~np.isfinite(out)] = np.nan
        return out

    def _numbers(self, row: int) -> list[tuple[Int64Array, NDArray[Any]]]:
        """Return the property's values, by stored type, and whose they are."""
        at, size, kind = self.walked.at[row], self.walked.size[row], self.walked.kind[row]
        found = []
        for number, dtype in _NUMBERS.items():
            rows = np.flatnonzero((kind == number) & (size == np.dtype(dtype).itemsize))
            if len(rows):
                found.append((rows, gather(self._buffer, at[rows], dtype)))
        return found

    def booleans(self, name: str) -> BoolArray:
        """Return a bool property, false where it is absent."""
        row = self._row(name, 0)
        rows = np.flatnonzero(self.walked.kind[row] == Kind.BOOL)
        out = np.zeros(self.walked.at.shape[1], dtype=np.bool_)
        out[rows] = (self._buffer[self.walked.at[row][rows]] & self._true) != 0
        return out

    def array_counts(self, name: str) -> Int64Array:
        """Return the number of elements of an array, 0 where there is none."""
        row = self._row(name, 0)
        out = np.zeros(self.walked.at.shape[1], dtype=np.int64)
        rows = np.flatnonzero((self.walked.kind[row] == Kind.ARRAY) & (self.walked.size[row] >= 4))
        out[rows] = gather(self._buffer, self.walked.at[row][rows], "<i4")
        return out

    def first_floats(self, name: str) -> Float64Array:
        """Return the first element of an array of floats; NaN where there is none."""
        row = self._row(name, 0)
        out = np.full(self.walked.at.shape[1], np.nan)
        rows = np.flatnonzero((self.array_counts(name) > 0) & (self.walked.size[row] >= 8))
        out[rows] = gather(self._buffer, self.walked.at[row][rows] + 4, "<f4")
        out[~np.isfinite(out)] = np.nan
        return out

    def references(self, name: str) -> BoolArray:
        """Return which objects refer to another one by this property.

        A reference is i32 0 and an index, -1 for none (ASE, 8 bytes); i16 0 and a GUID, zero for none (ASA, 18);
        or a path (other sizes).
        """
        row = self._row(name, 0)
        at, size = self.walked.at[row], self.walked.size[row]
        out: BoolArray = (at >= 0) & (size > 0)
        by_index = np.flatnonzero(out & (size == 8))
        out[by_index] = gather(self._buffer, at[by_index] + 4, "<i4") >= 0
        by_guid = np.flatnonzero(out & (size == 18))
        low, high = (gather(self._buffer, at[by_guid] + shift, "<u8") for shift in (2, 10))
        out[by_guid] = (low | high) != 0
        return out

    def texts(self, name: str) -> tuple[Int32Array, tuple[str, ...]]:
        """Return each object's row in the distinct texts, -1 where it has none, and those texts."""
        row = self._row(name, 0)
        at, size = self.walked.at[row], self.walked.size[row]
        index = np.full(len(at), -1, dtype=np.int32)
        rows = np.flatnonzero((self.walked.kind[row] == Kind.STR) & (size >= 4) & (size <= _LONGEST_TEXT))
        units = gather(self._buffer, at[rows], "<i4").astype(np.int64)
        # An FString's length has to fill the property, or the text is damaged.
        whole = np.where(units >= 0, units, -2 * units) + 4 == size[rows]
        rows = rows[whole]
        index[rows], texts = distinct_texts(self._buffer, at[rows], size[rows])
        return index, texts


def distinct_texts(buffer: ByteArray, at: Int64Array, size: Int32Array) -> tuple[Int32Array, tuple[str, ...]]:
    """Return the distinct FStrings at these positions, decoded once each, and which row has which.

    Notes
    -----
    Texts are grouped by a hash of their bytes, and every one is then compared with its group's first, so a
    collision costs a further round and is never believed.
    """
    index = np.full(len(at), -1, dtype=np.int32)
    raw_index: dict[bytes, int] = {}
    open_rows = np.arange(len(at))
    for _ in range(_HASH_ROUNDS):
        if not len(open_rows):
            break
        hashes = _hash(buffer, at[open_rows], size[open_rows])
        _, first, group = np.unique(hashes, return_index=True, return_inverse=True)
        leader = open_rows[first]
        numbers = [
            raw_index.setdefault(_raw(buffer, start, length), len(raw_index))
            for start, length in zip(at[leader].tolist(), size[leader].tolist(), strict=True)
        ]
        same = _equal(buffer, (at[open_rows], size[open_rows]), (at[leader][group], size[leader][group]))
        index[open_rows[same]] = np.array(numbers, dtype=np.int32)[group[same]]
        open_rows = open_rows[~same]
    for row in open_rows.tolist():
        raw = _raw(buffer, int(at[row]), int(size[row]))
        index[row] = raw_index.setdefault(raw, len(raw_index))
    return index, tuple(_decode(raw) for raw in raw_index)


def _raw(buffer: ByteArray, start: int, length: int) -> bytes:
    return buffer[start : start + length].tobytes()


def _decode(raw: bytes) -> str:
    """Return the text of an FString whose length is known to be right."""
    is_wide = bool(raw[3] & 0x80)  # a negative length counts UTF-16 units
    text = raw[4:-2].decode("utf-16-le", errors="replace") if is_wide else raw[4:-1].decode(errors="replace")
    return text.replace("\0", "\ufffd")  # no text of ours may hold a NUL: databases refuse it


def _words(buffer: ByteArray, at: Int64Array, size: Int32Array, start: int) -> UInt64Array:
    """Return the 8 bytes from ``start`` of each text, zero beyond its end."""
    left = np.clip(size - start, 0, 8)
    # Shifting a 64-bit word by 64 is undefined, so whole words are kept by a mask of their own.
    partial = (np.uint64(1) << (left % 8 * 8).astype(np.uint64)) - np.uint64(1)
    keep = np.where(left == 8, np.uint64(0xFFFFFFFFFFFFFFFF), partial)
    words = gather(buffer, at + start, "<u8").view(np.uint64)
    return words & keep


def _hash(buffer: ByteArray, at: Int64Array, size: Int32Array) -> UInt64Array:
    """Return a 64-bit hash of each text."""
    value = size.astype(np.uint64)
    for start in range(0, int(size.max(initial=0)), 8):
        rows = np.flatnonzero(size > start)
        mixed = (value[rows] ^ _words(buffer, at[rows], size[rows], start)) * _MULTIPLIER
        value[rows] = mixed ^ (mixed >> np.uint64(29))
    return value


def _equal(
    buffer: ByteArray, left: tuple[Int64Array, Int32Array], right: tuple[Int64Array, Int32Array]
) -> BoolArray:
    """Return which texts are equal, byte for byte."""
    (at, size), (other_at, other_size) = left, right
    same: BoolArray = size == other_size
    for start in range(0, int(size.max(initial=0)), 8):
        rows = np.flatnonzero(same & (size > start))
        same[rows] = _words(buffer, at[rows], size[rows], start) == _words(
            buffer, other_at[rows], other_size[rows], start
        )
    return same

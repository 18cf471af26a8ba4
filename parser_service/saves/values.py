"""Turns recorded positions into columns of numbers, booleans and texts."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parser_service.saves.columns import (
    BoolArray,
    ByteArray,
    Float32Array,
    Float64Array,
    Int32Array,
    Int64Array,
    UInt64Array,
)
from parser_service.saves.dialect import Dialect, Generation, Kind, Plan
from parser_service.saves.walk import Walked, gather, unpack, walk

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
# Bytes of a reference by index (ASE), and by GUID (ASA).
_BY_INDEX: Final = 8
_BY_GUID: Final = 18
# Longer texts than this are no names: the game's own limit for a tribe's name is 50 characters.
_LONGEST_TEXT: Final = 2048
# Texts that are told apart by their hash need one round; more rounds mean made collisions.
_HASH_ROUNDS: Final = 4
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)


class Values:
    """Reads the values that one walk has found, property by property."""

    def __init__(self, buffer: ByteArray, walked: Walked, plan: Plan, dialect: Dialect) -> None:
        self.walked = walked
        self.buffer = buffer
        self._plan = plan
        self._dialect = dialect
        # Generation C keeps a bool in its tag's flags; the others in a byte of its own.
        self._true = 0x10 if dialect.generation is Generation.C else 0xFF

    def __len__(self) -> int:
        return len(self.walked.fault)

    @property
    def generation(self) -> Generation:
        """How the tags of the file are laid out."""
        return self._dialect.generation

    def take(self, rows: NDArray[Any]) -> Values:
        """Return the values of the given objects (indices or a mask)."""
        return Values(self.buffer, self.walked.take(rows), self._plan, self._dialect)

    def _found(self, name: str, element: int = 0) -> tuple[Int64Array, Int64Array, Int64Array, Int64Array]:
        """Return the rows of the objects that have a property; and place, size and kind of it."""
        found = self.walked.found[self._plan.row_of[name] + element]
        rows = np.flatnonzero(found >= 0)
        return rows, *unpack(found[rows])

    def has(self, name: str) -> BoolArray:
        """Return which objects have the property at all."""
        found: BoolArray = self.walked.found[self._plan.row_of[name]] >= 0
        return found

    def integers(self, name: str, default: int, *, element: int = 0) -> Int64Array:
        """Return an integer property; ``default`` where it is absent or no number."""
        found = self._numbers(name, element)
        if len(found) == 1 and len(found[0][0]) == len(self) and found[0][1].dtype.kind != "f":
            return found[0][1].astype(np.int64)
        out = np.full(len(self), default, dtype=np.int64)
        for rows, numbers in found:
            if numbers.dtype.kind != "f":
                out[rows] = numbers.astype(np.int64)
        return out

    def reals(self, name: str, *, element: int = 0) -> Float64Array:
        """Return a number property; NaN where it is absent or not finite."""
        out = np.full(len(self), np.nan)
        for rows, numbers in self._numbers(name, element):
            out[rows] = numbers
        out[~np.isfinite(out)] = np.nan
        return out

    def rounded(self, name: str, width: int) -> Int64Array:
        """Return a number property of ``width`` elements, whole, as an array of shape (n, width), 0 where it is absent."""
        out = np.zeros((len(self), width), dtype=np.int64)
        for element in range(width):
            for rows, numbers in self._numbers(name, element):
                whole = np.nan_to_num(numbers) if numbers.dtype.kind == "f" else numbers
                out[rows, element] = np.clip(whole, -(2**31), 2**32).astype(np.int64)
        return out

    def floats(self, name: str, width: int) -> Float32Array:
        """Return a number property of ``width`` elements as an array of shape (n, width), NaN where it is absent."""
        columns = [as_float32(self.reals(name, element=element)) for element in range(width)]
        return np.column_stack(columns)

    def _numbers(self, name: str, element: int) -> list[tuple[Int64Array, NDArray[Any]]]:
        """Return the property's values, by stored type, and whose they are."""
        rows, at, size, kind = self._found(name, element)
        if not len(rows):
            return []
        found = []
        # Nearly always all are of one kind.
        kinds = kind[:1].tolist() if (kind == kind[0]).all() else np.unique(kind).tolist()
        for number in kinds:
            dtype = _NUMBERS.get(number)
            if dtype is None:
                continue
            right = (kind == number) & (size == np.dtype(dtype).itemsize)
            if right.all():
                found.append((rows, gather(self.buffer, at, dtype)))
            else:
                found.append((rows[right], gather(self.buffer, at[right], dtype)))
        return found

    def booleans(self, name: str) -> BoolArray:
        """Return a bool property, false where it is absent."""
        rows, at, _, kind = self._found(name)
        is_bool = kind == Kind.BOOL
        out = np.zeros(len(self), dtype=np.bool_)
        out[rows[is_bool]] = (self.buffer[at[is_bool]] & self._true) != 0
        return out

    def arrays(self, name: str) -> tuple[Int64Array, Int64Array, Int64Array]:
        """Return which objects have the array, where it lies, and of how many bytes it is."""
        rows, at, size, kind = self._found(name)
        whole = (kind == Kind.ARRAY) & (size >= 4)
        return rows[whole], at[whole], size[whole]

    def array_counts(self, name: str) -> Int64Array:
        """Return the number of elements of an array, 0 where there is none."""
        out = np.zeros(len(self), dtype=np.int64)
        rows, at, _ = self.arrays(name)
        out[rows] = gather(self.buffer, at, "<i4")
        return out

    def first_floats(self, name: str) -> Float64Array:
        """Return the first element of an array of floats; NaN where there is none."""
        out = np.full(len(self), np.nan)
        rows, at, size = self.arrays(name)
        filled = (size >= 8) & (gather(self.buffer, at, "<i4") > 0)
        out[rows[filled]] = gather(self.buffer, at[filled] + 4, "<f4")
        out[~np.isfinite(out)] = np.nan
        return out

    def references(self, name: str) -> BoolArray:
        """Return which objects refer to another one by this property."""
        rows, _, size, _ = self._found(name)
        out = np.zeros(len(self), dtype=np.bool_)
        # By a path, which is of another size than the references that may be empty.
        out[rows] = (size > 0) & (size != _BY_INDEX) & (size != _BY_GUID)
        return out | self.reference_ids(name).any(axis=1)

    def reference_ids(self, name: str) -> UInt64Array:
        """Return the ids of the objects that a property refers to, of shape (n, 2); zero where there is none.

        A reference is i32 0 and an index, -1 for none (ASE, 8 bytes); i16 0 and a GUID, zero for none (ASA, 18);
        or a path (other sizes).
        """
        out = np.zeros((len(self), 2), dtype=np.uint64)
        rows, at, size, _ = self._found(name)
        by_index = np.flatnonzero(size == _BY_INDEX)
        index = gather(self.buffer, at[by_index] + 4, "<i4")
        known = (index >= 0) & (gather(self.buffer, at[by_index], "<i4") == 0)
        out[rows[by_index[known]], 0] = index[known].astype(np.uint64)
        by_guid = np.flatnonzero(size == _BY_GUID)
        for word, shift in enumerate((2, 10)):
            out[rows[by_guid], word] = gather(self.buffer, at[by_guid] + shift, "<u8")
        return out

    def inner(self, name: str, plan: Plan) -> Values:
        """Return the values of a struct that is itself a list of properties; empty where there is none."""
        rows, at, size, kind = self._found(name)
        rows, at, size = (column[kind == Kind.STRUCT] for column in (rows, at, size))
        start = np.zeros(len(self), dtype=np.int64)
        end = np.zeros(len(self), dtype=np.int64)
        start[rows], end[rows] = at, at + size
        return Values(self.buffer, walk(self.buffer, start, end, self._dialect, plan), plan, self._dialect)

    def raw(self, name: str) -> list[tuple[int, bytes]]:
        """Return the bytes of a property, with the row of the object that has it."""
        rows, at, size, _ = self._found(name)
        places = zip(rows.tolist(), at.tolist(), (at + size).tolist(), strict=True)
        return [(row, self.buffer[start:end].tobytes()) for row, start, end in places]

    def row_texts(self, name: str) -> tuple[str, ...]:
        """Return a text for each object, empty where it has none."""
        index, texts = self.texts(name)
        return tuple((*texts, "")[number] for number in index.tolist())

    def double_integer(self, high: str, low: str) -> UInt64Array:
        """Return two 32-bit properties as one: high << 32 | low, 0 where they are absent."""
        words = [self.integers(name, 0).astype(np.uint64) & np.uint64(2**32 - 1) for name in (high, low)]
        return words[0] << np.uint64(32) | words[1]

    def texts(self, name: str) -> tuple[Int32Array, tuple[str, ...]]:
        """Return each object's row in the distinct texts, -1 where it has none, and those texts."""
        rows, at, size, kind = self._found(name)
        index = np.full(len(self), -1, dtype=np.int32)
        units = gather(self.buffer, at, "<i4").astype(np.int64)
        # An FString's length has to fill the property, or the text is damaged.
        whole = np.where(units >= 0, units, -2 * units) + 4 == size
        whole &= (kind == Kind.STR) & (size >= 4) & (size <= _LONGEST_TEXT)
        index[rows[whole]], texts = distinct_texts(self.buffer, at[whole], size[whole].astype(np.int32))
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


def as_int32(values: Int64Array, least: int) -> Int32Array:
    """Return 32 bits; what is beyond them, which only damage writes, becomes their limit."""
    return np.clip(values, least, 2**31 - 1).astype(np.int32)


def as_float32(values: Float64Array) -> Float32Array:
    """Return single precision; what is beyond its range, which only damage writes, becomes its limit."""
    limit = float(np.finfo(np.float32).max)
    return np.clip(values, -limit, limit).astype(np.float32)


def as_bytes(values: Int64Array) -> ByteArray:
    """Return 8 bits; what is beyond them becomes their limit."""
    return np.clip(values, 0, 255).astype(np.uint8)


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

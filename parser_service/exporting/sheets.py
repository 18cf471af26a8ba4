"""Tables of columns as sheets: flat columns with names that speak for themselves, whatever the file's format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from parser_service.decay.instants import to_instant
from parser_service.saves.columns import STATS, Float64Array, Holder, Int32Array, Table
from parser_service.saves.columns.arrays import plural

# Ids of two words are 16 bytes, as a GUID is.
_GUID_WORDS: Final = 2
# JavaScript and spreadsheets read numbers as doubles, which are exact up to 2**53.
_WIDE: Final = np.dtype(np.uint64)
_CODES: Final[dict[str, type[IntEnum]]] = {"holder": Holder}
_ROWS_AT_ONCE: Final = 8_192


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of texts, each of which is kept once: ``index`` points into ``texts``, -1 is none."""

    index: Int32Array
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True, slots=True)
class Instants:
    """A column of instants: seconds since 1970, UTC; NaN for none."""

    seconds: Float64Array

    def __len__(self) -> int:
        return len(self.seconds)


Column: TypeAlias = NDArray[Any] | Coded | Instants | tuple[Any, ...]
Value: TypeAlias = str | int | float | bool | datetime | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Columns of one dimension and equal length, by name."""

    name: str
    columns: Mapping[str, Column]

    def __post_init__(self) -> None:
        if len({len(column) for column in self.columns.values()}) > 1:
            message = f"columns of unequal length in {self.name}"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """Yield the rows in the order of the columns; what is unknown is ``None``."""
        for start in range(0, len(self), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            yield from zip(*(_values(column, part) for column in self.columns.values()), strict=True)


def sheet_of(table: Table, name: str, more: Mapping[str, Column] | None = None) -> Sheet:
    """Return a table as a sheet, with more columns behind its own.

    An index becomes its text, an id of two words 32 hexadecimal digits, a column of twelve stats twelve columns,
    any other of several values one column each, numbered from 0, and a code its name.
    """
    columns: dict[str, Column] = {}
    for column, values in table.arrays().items():
        if column.endswith("_index"):
            texts = getattr(table, plural(column))
            columns[column.removesuffix("_index")] = Coded(values.astype(np.int32), texts)
        elif values.ndim > 1:
            columns |= _flat(column, values)
        elif column in _CODES:
            columns[column] = _named(values, _CODES[column])
        else:
            columns[column] = values
    columns |= {column.removesuffix("s"): values for column, values in table.row_texts().items()}
    return Sheet(name=name, columns={**columns, **(more or {})})


def _flat(name: str, values: NDArray[Any]) -> dict[str, Column]:
    if values.dtype == _WIDE and values.shape[1] == _GUID_WORDS:
        return {name: tuple(_hexadecimal(values))}
    labels: Sequence[Any] = STATS if values.shape[1] == len(STATS) else range(values.shape[1])
    return {f"{name}_{label}": values[:, place] for place, label in enumerate(labels)}


def _hexadecimal(words: NDArray[Any]) -> list[str]:
    """Return ids as their bytes lie in the save; empty for zero, which is none."""
    digits = np.ascontiguousarray(words.astype("<u8")).tobytes().hex()
    is_none = (words == 0).all(axis=1)
    return [
        "" if none else digits[start : start + 32]
        for none, start in zip(is_none.tolist(), range(0, len(digits), 32), strict=True)
    ]


def _named(codes: NDArray[Any], names: type[IntEnum]) -> Coded:
    """Return codes by name; one that is not known is none."""
    index = np.full(256, -1, dtype=np.int32)
    for place, member in enumerate(names):
        index[member.value] = place
    return Coded(index[codes], tuple(member.name.lower() for member in names))


def _values(column: Column, part: slice) -> Sequence[Value]:
    """Return a part of a column as values of Python; NaN and infinite numbers are unknown."""
    if isinstance(column, Coded):
        texts = (*column.texts, None)
        return [texts[index] for index in column.index[part].tolist()]
    if isinstance(column, Instants):
        return [to_instant(seconds) for seconds in column.seconds[part].tolist()]
    if isinstance(column, tuple):
        return column[part]
    values = column[part]
    if values.dtype.kind != "f":
        return [str(value) for value in values.tolist()] if values.dtype == _WIDE else values.tolist()
    # Single precision through its shortest text: 0.1 stays 0.1.
    numbers = map(float, values.astype("U32")) if values.dtype.itemsize == 4 else values.tolist()
    return [
        number if known else None for number, known in zip(numbers, np.isfinite(values).tolist(), strict=True)
    ]


def iso(instant: datetime) -> str:
    """Return an instant as ISO 8601 has it, in UTC and whole seconds."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

"""How tables of columns lie in an archive: which members there are, and what each must hold."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from parser_service.archive.errors import ArchiveError
from parser_service.saves.columns import Table
from parser_service.saves.columns.arrays import plural

# The largest worlds have a few million objects; a table with more rows than this is damage.
MAX_ROWS: Final = 50_000_000
# Names and logs of a large world come to some tens of megabytes.
MAX_TEXT_BYTES: Final = 512 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One array of a table."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Return how many bytes it has."""
        return self.dtype.itemsize * math.prod(self.shape)


def columns_of(kind: type[Table], rows: int) -> dict[str, Column]:
    """Return the arrays that a table with so many rows has.

    Raises
    ------
    ArchiveError
        When no table has so many.
    """
    if not 0 <= rows <= MAX_ROWS:
        message = f"an archive speaks of a table with {rows} rows"
        raise ArchiveError(message)
    return {
        name: Column(dtype=dtype, shape=(rows, kind.widths[name]) if name in kind.widths else (rows,))
        for name, dtype in kind.dtypes().items()
    }


def pack(column: NDArray[Any]) -> bytes:
    """Return a column's bytes, all first bytes of its numbers first, then all second ones: so they compress."""
    flat = np.ascontiguousarray(column).reshape(-1)
    little = flat.astype(flat.dtype.newbyteorder("<"), copy=False)
    return little.view(np.uint8).reshape(len(flat), flat.dtype.itemsize).T.tobytes()


def unpack(content: bytes, column: Column) -> NDArray[Any]:
    """Return a column of which ``pack`` made the bytes.

    Raises
    ------
    ArchiveError
        When there are too many or too few.
    """
    if len(content) != column.size:
        message = f"a column has {len(content)} bytes instead of {column.size}"
        raise ArchiveError(message)
    size = column.dtype.itemsize
    apart = np.frombuffer(content, dtype=np.uint8).reshape(size, len(content) // size)
    numbers = np.ascontiguousarray(apart.T).reshape(-1).view(column.dtype.newbyteorder("<"))
    return numbers.astype(column.dtype, copy=False).reshape(column.shape)


def texts_of(table: Table) -> bytes:
    """Return a table's texts as JSON, by the name of their field."""
    found = {name: value for name in text_fields(type(table)) if (value := getattr(table, name))}
    # halves of surrogate pairs, which a damaged save may have, survive as escapes
    return json.dumps(found, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def read_texts(content: bytes, kind: type[Table]) -> dict[str, tuple[Any, ...]]:
    """Return a table's texts as its fields have them.

    Raises
    ------
    ArchiveError
        When they are no such texts.
    """
    try:
        found = json.loads(content)
        return {name: _typed(found.get(name, []), of) for name, of in text_fields(kind).items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        message = f"the texts of a table cannot be read ({error})"
        raise ArchiveError(message) from error


def text_fields(kind: type[Table]) -> dict[str, Any]:
    """Return the fields of a table that are tuples, with the type of their entries."""
    arrays, hints = kind.dtypes(), get_type_hints(kind)
    return {
        field.name: get_args(hints[field.name])[0]
        for field in fields(kind)  # type: ignore[arg-type]  # every table is a dataclass
        if field.name not in arrays
    }


def check_indices(
    kind: type[Table], arrays: dict[str, NDArray[Any]], texts: dict[str, tuple[Any, ...]]
) -> None:
    """Raise ``ArchiveError`` when an index column points beside the texts it is for."""
    for name, column in arrays.items():
        if (
            name.endswith("_index")
            and len(column)
            and not -1 <= column.min() <= column.max() < len(texts[plural(name)])
        ):
            message = f"{kind.__name__}.{name} points beside its texts"
            raise ArchiveError(message)


def _typed(entries: object, kind: Any) -> tuple[Any, ...]:
    if not isinstance(entries, list):
        message = "a list is missing"
        raise TypeError(message)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return tuple(kind(entry) for entry in entries)
    if kind is str:
        if not all(isinstance(entry, str) for entry in entries):
            message = "an entry is no text"
            raise TypeError(message)
        return tuple(entries)
    return tuple(_typed(entry, get_args(kind)[0]) for entry in entries)

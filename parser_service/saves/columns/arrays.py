"""Kinds of arrays, and what all tables of columns have in common."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar, Final, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

BoolArray: TypeAlias = NDArray[np.bool_]
ByteArray: TypeAlias = NDArray[np.uint8]
Int32Array: TypeAlias = NDArray[np.int32]
Int64Array: TypeAlias = NDArray[np.int64]
UInt64Array: TypeAlias = NDArray[np.uint64]
Float32Array: TypeAlias = NDArray[np.float32]
Float64Array: TypeAlias = NDArray[np.float64]

STATS: Final = (
    "health",
    "stamina",
    "torpidity",
    "oxygen",
    "food",
    "water",
    "temperature",
    "weight",
    "melee_damage",
    "movement_speed",
    "temperature_fortitude",
    "crafting_skill",
)
"""The stats of creatures and survivors, in the order in which saves and columns of shape (n, 12) hold them."""
COLOUR_REGIONS: Final = 6
"""How many regions of a creature have a colour of their own."""

_DTYPES: Final = {
    "BoolArray": np.bool_,
    "ByteArray": np.uint8,
    "Int32Array": np.int32,
    "Int64Array": np.int64,
    "UInt64Array": np.uint64,
    "Float32Array": np.float32,
    "Float64Array": np.float64,
}


class Table:
    """Columns of one kind of thing: each array has one row per thing, so there is no object per game object.

    A column ``<name>_index`` points into the tuple of texts ``<name>s`` (``class_index`` into ``classes``); -1 is
    none. All other tuples of texts have one entry per row. What reads and writes tables can rely on this.
    """

    __slots__ = ()
    widths: ClassVar[dict[str, int]] = {}
    """The columns of two dimensions, and how many values they have per row."""

    def __post_init__(self) -> None:
        lengths = {name: len(column) for name, column in self.arrays().items()}
        lengths |= {name: len(texts) for name, texts in self.row_texts().items()}
        if len(set(lengths.values())) > 1:
            message = f"columns of unequal length: {lengths}"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(next(iter(self.arrays().values())))

    @classmethod
    def empty(cls) -> Self:
        """Return the table without a row."""
        shapes: dict[str, tuple[int, ...]] = {name: (0, width) for name, width in cls.widths.items()}
        empty: dict[str, Any] = {
            field.name: np.zeros(shapes.get(field.name, 0), dtype=_DTYPES[str(field.type)])
            if str(field.type) in _DTYPES
            else ()
            for field in fields(cls)  # type: ignore[arg-type]  # every table is a dataclass
        }
        return cls(**empty)

    @classmethod
    def dtypes(cls) -> dict[str, np.dtype[Any]]:
        """Return the types of the columns that are arrays, by name."""
        return {
            field.name: np.dtype(_DTYPES[str(field.type)])
            for field in fields(cls)  # type: ignore[arg-type]  # every table is a dataclass
            if str(field.type) in _DTYPES
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the columns that are arrays, by name."""
        return {
            field.name: value
            for field in fields(self)  # type: ignore[arg-type]  # every table is a dataclass
            if isinstance(value := getattr(self, field.name), np.ndarray)
        }

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Return the tuples of texts that index columns point into, by the name of their index column."""
        return {name: getattr(self, plural(name)) for name in self.arrays() if name.endswith("_index")}

    def row_texts(self) -> dict[str, tuple[Any, ...]]:
        """Return the tuples that have one entry per row, by name."""
        tables = {plural(name) for name in self.arrays() if name.endswith("_index")}
        return {
            field.name: value
            for field in fields(self)  # type: ignore[arg-type]  # every table is a dataclass
            if isinstance(value := getattr(self, field.name), tuple) and field.name not in tables
        }

    def take(self, rows: NDArray[Any]) -> Self:
        """Return the given rows (indices or a mask); the tables of texts stay whole."""
        numbers = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        chosen: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]  # every table is a dataclass
        chosen |= {name: column[rows] for name, column in self.arrays().items()}
        chosen |= {
            name: tuple(entries[number] for number in numbers.tolist())
            for name, entries in self.row_texts().items()
        }
        return type(self)(**chosen)


def plural(index_column: str) -> str:
    """Return the name of the texts that an index column points into.

    Examples
    --------
    >>> plural("class_index"), plural("owner_name_index")
    ('classes', 'owner_names')
    """
    name = index_column.removesuffix("_index")
    return f"{name}es" if name.endswith("s") else f"{name}s"

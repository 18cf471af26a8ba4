"""Tables with the columns that a test cares about; all others are what a save without them gives."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import numpy as np

from parser_service.saves.columns import Structures, Table, Tames

TRIBE: Final = 1_000_000_001
_UNKNOWN: Final = {"structure_id", "max_item_count", "ammunition", "owner_name_index"}
_T = TypeVar("_T", bound=Table)


def make_table(kind: type[_T], count: int, **columns: Any) -> _T:
    """Return a table of ``count`` rows: the given columns; of the others, NaN for numbers with a point, else 0."""
    made: dict[str, Any] = {}
    for name, dtype in kind.dtypes().items():
        shape = (count, kind.widths[name]) if name in kind.widths else (count,)
        nothing = np.nan if dtype.kind == "f" else -1 if name in _UNKNOWN else 0
        made[name] = np.full(shape, nothing, dtype=dtype)
        if name in columns:
            made[name][:] = columns.pop(name)
    return kind(**made, **{name: () for name in _text_names(kind) if name not in columns}, **columns)


def _text_names(kind: type[Table]) -> list[str]:
    return [name for name in kind.__annotations__ if name not in kind.dtypes() and name != "widths"]


def make_structures(*classes: str, **columns: Any) -> Structures:
    """Return structures of these classes, one of each, at the origin unless told otherwise."""
    known = tuple(dict.fromkeys(classes))
    columns = {"x": 0.0, "y": 0.0, "z": 0.0, "tribe_id": TRIBE} | columns
    rows = [known.index(name) for name in classes]
    return make_table(Structures, len(classes), class_index=rows, classes=known, **columns)


def make_tames(*classes: str, **columns: Any) -> Tames:
    """Return creatures of these classes, one of each, at the origin unless told otherwise."""
    known = tuple(dict.fromkeys(classes))
    columns = {"x": 0.0, "y": 0.0, "z": 0.0, "tribe_id": TRIBE} | columns
    rows = [known.index(name) for name in classes]
    return make_table(Tames, len(classes), class_index=rows, classes=known, **columns)

"""Columns from rows of values, for the few things that are read one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parser_service.saves.columns.arrays import plural


def number_column(values: Sequence[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return a column of numbers, flags or equally long lists of numbers; what is too large for it is no number.

    Examples
    --------
    >>> number_column([1.5, 1e300], np.dtype(np.float32))
    array([1.5, nan], dtype=float32)
    """
    with np.errstate(over="ignore"):
        column = np.array(values).astype(dtype)
    if dtype.kind == "f":
        column[np.isinf(column)] = np.nan
    return column


def text_columns(name: str, texts: Sequence[str]) -> dict[str, Any]:
    """Return an index column and the texts that it points into; an empty text is none, -1.

    Examples
    --------
    >>> text_columns("class", ["Dodo", "", "Dodo"])
    {'class_index': array([ 0, -1,  0], dtype=int32), 'classes': ('Dodo',)}
    """
    places: dict[str, int] = {}
    index = [places.setdefault(text, len(places)) if text else -1 for text in texts]
    column = f"{name}_index"
    return {column: np.array(index, dtype=np.int32), plural(column): tuple(places)}

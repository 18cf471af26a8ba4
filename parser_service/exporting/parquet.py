"""Sheets as Parquet, where its library is installed. Blocking."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np

from parser_service.exporting.sheets import Coded, Column, Instants, Sheet
from parser_service.storable import storable
from shared.errors import InvalidInputError

_MICROSECONDS: Final = 1e6
# Beyond the year 9999 an instant comes of a damaged time.
_LAST_SECONDS: Final = 253_402_300_799.0


def load_pyarrow() -> tuple[Any, Any]:
    """Return the libraries ``pyarrow`` and ``pyarrow.parquet``.

    Raises
    ------
    InvalidInputError
        When they are not installed; they have some 100 MB, and nothing else needs them.
    """
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise InvalidInputError(
            "Parquet needs the library pyarrow, which is not installed. Install it with "
            '"python3 -m pip --python .venv/bin/python install pyarrow", or export to csv or ndjson.'
        ) from error


def write_parquet(sheet: Sheet, path: Path, facts: Mapping[str, object]) -> None:
    """Write a sheet with the facts of its save in the file's metadata, as JSON under ``helena``."""
    arrow, parquet = load_pyarrow()
    arrays = {name: _array(arrow, column) for name, column in sheet.columns.items()}
    metadata = {b"helena": json.dumps(dict(facts)).encode("ascii")}
    table = arrow.table(arrays).replace_schema_metadata(metadata)
    parquet.write_table(table, path, compression="zstd")


def _array(arrow: Any, column: Column) -> Any:
    if isinstance(column, Coded):
        texts = arrow.array([storable(text) for text in column.texts], type=arrow.string())
        index = arrow.array(column.index, mask=column.index < 0)
        return arrow.DictionaryArray.from_arrays(index, texts)
    if isinstance(column, Instants):
        known = np.abs(column.seconds) <= _LAST_SECONDS  # NaN compares as false
        whole = np.round(np.where(known, column.seconds, 0.0) * _MICROSECONDS).astype(np.int64)
        return arrow.array(whole, mask=~known).cast(arrow.timestamp("us", tz="UTC"))
    if isinstance(column, tuple):
        lists = any(isinstance(value, tuple) for value in column)
        kind = arrow.list_(arrow.string()) if lists else arrow.string()
        return arrow.array([_text(value) for value in column], type=kind)
    values = np.ascontiguousarray(column)
    return arrow.array(values, mask=~np.isfinite(values)) if values.dtype.kind == "f" else arrow.array(values)


def _text(value: str | tuple[str, ...]) -> str | list[str]:
    return storable(value) if isinstance(value, str) else [storable(text) for text in value]

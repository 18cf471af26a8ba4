"""Sheets as CSV and as NDJSON. Blocking."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from parser_service.exporting.sheets import Sheet, Value, iso
from parser_service.storable import storable

# Spreadsheets take a cell that begins so for a formula, and players choose the names: a quotation mark before it
# makes a text of it (owasp.org/www-community/attacks/CSV_Injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write_csv(sheet: Sheet, path: Path) -> None:
    """Write a sheet as CSV: a line of names, UTF-8, empty for what is unknown."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(sheet.columns)
        writer.writerows([cell(value) for value in row] for row in sheet.rows())


def write_ndjson(sheet: Sheet, path: Path) -> None:
    """Write a sheet as one JSON object per line; ids of 64 bits are texts, which no reader rounds."""
    encode: Callable[[object], str] = json.JSONEncoder(
        ensure_ascii=True, separators=(",", ":"), allow_nan=False, default=_plain
    ).encode
    names = tuple(sheet.columns)
    with path.open("w", encoding="ascii") as file:
        file.writelines(f"{encode(dict(zip(names, row, strict=True)))}\n" for row in sheet.rows())


def cell(value: Value) -> object:
    """Return a value as a cell of CSV; what a spreadsheet would take for a formula becomes a text."""
    if isinstance(value, tuple):
        value = " ".join(value)
    if isinstance(value, str):
        text = storable(value)
        return f"'{text}" if text.startswith(_FORMULA) else text
    if isinstance(value, bool):
        return "true" if value else "false"
    return iso(value) if isinstance(value, datetime) else value


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    message = f"{type(value).__name__} is no JSON"
    raise TypeError(message)

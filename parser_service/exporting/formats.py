"""Content to files of one format. Blocking."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from parser_service.exporting.asv import ASV_FILES, write_asv
from parser_service.exporting.content import Content
from parser_service.exporting.files import out_folder
from parser_service.exporting.parquet import load_pyarrow, write_parquet
from parser_service.exporting.plain import write_csv, write_ndjson
from parser_service.exporting.sheets import Sheet
from shared.errors import InvalidInputError


class Format(StrEnum):
    """What a save can be exported to."""

    ASV = "asv"
    PARQUET = "parquet"
    CSV = "csv"
    NDJSON = "ndjson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that was written."""

    path: Path
    rows: int
    bytes: int


def export(
    content: Content,
    to: Format,
    folder: Path,
    *,
    only: Collection[str] = (),
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Written]:
    """Write content to files in a folder, all of them or none.

    Parameters
    ----------
    only : collection of str, optional
        The sheets to write (of ASV's layout: its files); all where none is named.
    overwrite : bool
        Whether files of the same names may be replaced.
    progress : callable
        Is told each file's name before it is written.

    Raises
    ------
    InvalidInputError
        When what is asked for cannot be had; the message says why.
    OperationalError
        When this machine cannot take the files.
    """
    if to is Format.PARQUET:
        load_pyarrow()  # before any work
    if to is Format.ASV and content.save is None:
        raise InvalidInputError(
            "ASV's layout is that of a world. Export this file to csv, ndjson or parquet."
        )
    wanted = _writers(content, to, only)
    names = list(wanted)
    counts = {}
    with out_folder(folder, names, overwrite=overwrite) as incoming:
        for name, write in wanted.items():
            progress(name)
            counts[name] = write(incoming / name)
    return [
        Written(path=folder / name, rows=counts[name], bytes=(folder / name).stat().st_size) for name in names
    ]


def _writers(content: Content, to: Format, only: Collection[str]) -> dict[str, Callable[[Path], int]]:
    """Return what writes each file and tells its rows, by the file's name."""
    if to is Format.ASV:
        assert content.save is not None
        save = content.save
        chosen = _chosen(ASV_FILES, only)
        return {f"ASV_{name}.json": partial(write_asv, save, name) for name in chosen}
    sheets = {sheet.name: sheet for sheet in content.sheets}
    chosen = _chosen(sheets, only)
    return {f"{name}.{to.value}": _writer(sheets[name], to, content) for name in chosen}


def _chosen(there: Collection[str], only: Collection[str]) -> list[str]:
    known = {name.casefold(): name for name in there}
    unknown = [name for name in only if name.casefold() not in known]
    if unknown:
        raise InvalidInputError(f"There is no table {unknown[0]!r} in it. There are: {', '.join(there)}.")
    return [known[name.casefold()] for name in dict.fromkeys(only)] or list(there)


def _writer(sheet: Sheet, to: Format, content: Content) -> Callable[[Path], int]:
    def write(path: Path) -> int:
        if to is Format.CSV:
            write_csv(sheet, path)
        elif to is Format.NDJSON:
            write_ndjson(sheet, path)
        else:
            write_parquet(sheet, path, content.facts)
        return len(sheet)

    return write

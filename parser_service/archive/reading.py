"""The columns of a kept save, as much of them as is asked for. Blocking."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from parser_service.archive.errors import ArchiveError
from parser_service.archive.layout import (
    MAX_TEXT_BYTES,
    check_indices,
    columns_of,
    read_texts,
    text_fields,
    unpack,
)
from parser_service.archive.tables import KINDS, BaseIds, BaseRows, StructurePlaces
from parser_service.archive.writing import FORMAT, HEADER, member
from parser_service.saves.columns import TABLES, Coverage, Game, Int64Array, Table, Wanted, World

# The columns of a world with a million structures come to some 100 MB.
_MAX_BYTES: Final = 4 << 30
_MAX_HEADER_BYTES: Final = 1 << 20
# What the module for zip files lets through when it meets damage; UnicodeDecodeError: names that are none.
_DAMAGE: Final = (
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeDecodeError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedSave:
    """A kept save; tables that were not asked for are empty.

    Attributes
    ----------
    world : World
    bases : BaseRows
    places : StructurePlaces
        One row per row of ``world.structures``.
    base_id : ndarray of shape (len(bases),), int64
        The bases' ids in the database.
    saved_at : datetime
    """

    world: World
    bases: BaseRows
    places: StructurePlaces
    base_id: Int64Array
    saved_at: datetime


def read(path: Path, tables: Collection[str] | None = None) -> ArchivedSave:
    """Return a kept save, with all tables or with those named.

    Parameters
    ----------
    path : Path
        The file.
    tables : collection of str, optional
        Names of ``World.tables()``, and ``bases`` (with their ids) and ``places``.

    Raises
    ------
    ArchiveError
        When the file is gone, damaged, or of another version.
    """
    wanted = set(KINDS if tables is None else tables) | (
        {"base_ids"} if tables and "bases" in tables else set()
    )
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if size > _MAX_BYTES:
                message = f"{path.name} is larger than any save's columns"
                raise ArchiveError(message)
            with zipfile.ZipFile(file) as archive:
                # as many bytes are made room for as a member announces, before one is read
                if any(info.compress_size > size for info in archive.infolist()):
                    message = f"The columns of this save ({path.name}) are damaged: a member is larger than the file."
                    raise ArchiveError(message)
                return _read(archive, wanted)
    except FileNotFoundError as error:
        message = f"The columns of this save ({path.name}) are not kept any more."
        raise ArchiveError(message) from error
    except _DAMAGE as error:
        message = f"The columns of this save ({path.name}) are damaged: {error}."
        raise ArchiveError(message) from error


def _read(archive: zipfile.ZipFile, wanted: set[str]) -> ArchivedSave:
    header = _read_header(archive)
    rows = header["rows"]
    found: dict[str, Table] = {
        name: _read_table(archive, name, kind, rows) if name in wanted else kind.empty()
        for name, kind in KINDS.items()
    }
    base_ids, bases, places = found["base_ids"], found["bases"], found["places"]
    assert isinstance(base_ids, BaseIds)
    assert isinstance(bases, BaseRows)
    assert isinstance(places, StructurePlaces)
    world = _world(header["world"], {name: found[name] for name in TABLES})
    return ArchivedSave(
        world=world,
        bases=bases,
        places=places,
        base_id=base_ids.base_id,
        saved_at=datetime.fromisoformat(header["saved_at"]),
    )


def _read_header(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        header: dict[str, Any] = json.loads(_member(archive, HEADER, at_most=_MAX_HEADER_BYTES))
        if header["format"] != FORMAT:
            message = f"These columns are of format {header['format']!r}; this version reads {FORMAT}."
            raise ArchiveError(message)
        datetime.fromisoformat(header["saved_at"])
        Game(header["world"]["game"])
        rows = header["rows"]
        if not all(isinstance(count, int) for count in rows.values()):
            message = "a number of rows is no number"
            raise ArchiveError(message)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"The head of the columns cannot be read ({type(error).__name__})."
        raise ArchiveError(message) from error
    return header


def _read_table(archive: zipfile.ZipFile, name: str, kind: type[Table], rows: dict[str, int]) -> Table:
    # the bases' ids came later than the head, and go with the bases
    count = rows.get("bases" if name == "base_ids" else name)
    if count is None or (name == "base_ids" and member(name, "base_id") not in archive.NameToInfo):
        return kind.empty()
    arrays = {
        column: unpack(_member(archive, member(name, column), at_most=shape.size), shape)
        for column, shape in columns_of(kind, count).items()
    }
    texts: dict[str, tuple[Any, ...]] = {}
    if text_fields(kind):
        texts = read_texts(_member(archive, member(name, "texts"), at_most=MAX_TEXT_BYTES), kind)
    check_indices(kind, arrays, texts)
    try:
        return kind(**arrays, **texts)
    except ValueError as error:
        message = f"The columns of {name} do not belong together."
        raise ArchiveError(message) from error


def _member(archive: zipfile.ZipFile, name: str, *, at_most: int) -> bytes:
    try:
        info = archive.getinfo(name)
    except KeyError as error:
        message = f"The columns lack {name}."
        raise ArchiveError(message) from error
    if info.file_size > at_most:
        message = f"{name} has {info.file_size} bytes, more than the {at_most} it may have."
        raise ArchiveError(message)
    return archive.read(info)


def _world(head: dict[str, Any], tables: dict[str, Any]) -> World:
    try:
        known = {field.name for field in fields(Coverage)}
        coverage = {name: value for name, value in head["coverage"].items() if name in known}
        return World(
            game=Game(head["game"]),
            version=int(head["version"]),
            map_name=str(head["map_name"]),
            game_time=float(head["game_time"]),
            save_count=int(head["save_count"]),
            wanted=Wanted(head["wanted"]),
            coverage=Coverage(**coverage | {"notes": tuple(coverage.get("notes", ()))}),
            **tables,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"The head of the columns cannot be read ({type(error).__name__})."
        raise ArchiveError(message) from error

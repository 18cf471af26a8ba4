"""Opens an ASA world, which is an SQLite database of unknown origin, and reads its two tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from parser_service.saves.ase_header import truncated
from parser_service.saves.errors import DamagedSaveError, ForeignFileError, TruncatedSaveError

# Rows per step of the walk, and the bytes at which a step ends earlier.
_CHUNK_ROWS: Final = 16_384
_CHUNK_BYTES: Final = 32 * 2**20
_FETCH_ROWS: Final = 32
# Some real objects have a few hundred kB. What is fetched at once stays below 2 GiB, as the walk demands.
_LARGEST_OBJECT: Final = 60 * 2**20
_BUSY_SECONDS: Final = 2.0
_HEADER_BYTES: Final = 100
_TABLES: Final = ("custom", "game")
_TAKE_BACKUP: Final = "Take an older save or the backup beside it."


class Rows(NamedTuple):
    """Some rows of the table of objects: 16-byte keys, and values."""

    keys: list[bytes]
    values: list[bytes]


@contextmanager
def open_world(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database read-only and bounded; whatever SQLite says against it becomes a refusal."""
    size = path.stat().st_size
    _check_size(path, size)
    # Never immutable: a journal beside the file means that it is being written, and SQLite has to notice.
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)) as database:
            _restrict(database, size)
            _check_schema(database)
            # A flipped bit makes a text of a blob; its bytes are still what they were.
            database.text_factory = bytes
            yield database
    except sqlite3.Error as error:
        raise _refusal(str(error)) from error
    except UnicodeDecodeError as error:
        # The module fails to decode SQLite's own message when that quotes damaged bytes.
        raise _refusal(error.object.decode(errors="replace")) from error


def _check_size(path: Path, size: int) -> None:
    """Refuse a file with fewer pages than its header says."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES:
        raise truncated(size, _HEADER_BYTES)
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page  # as SQLite's file format has it
    pages = int.from_bytes(header[28:32], "big")
    # The number of pages is valid only when the two change counters agree.
    if header[24:28] == header[92:96] and page * pages > size:
        raise truncated(size, page * pages)


def _restrict(database: sqlite3.Connection, size: int) -> None:
    """Leave the database no way to do more than hand over its rows."""
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(size, 4096))  # no value is larger than the file
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    database.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 20)
    database.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, 64)
    database.execute("PRAGMA trusted_schema=OFF")
    database.execute("PRAGMA query_only=ON")
    database.execute("PRAGMA cell_size_check=ON")
    database.execute("PRAGMA mmap_size=0")
    database.execute("PRAGMA cache_size=-8192")  # KiB: pages are read once


def _check_schema(database: sqlite3.Connection) -> None:
    """Refuse a database whose tables are not plain ones of the names that ASA uses."""
    found = database.execute(
        "SELECT name FROM sqlite_master"
        " WHERE type = 'table' AND name IN ('game', 'custom') AND sql LIKE 'CREATE TABLE%' ORDER BY name"
    ).fetchall()
    if [row[0] for row in found] != [*_TABLES]:
        raise ForeignFileError(
            "the file is an SQLite database, but not an ARK world: it has no tables `game` and `custom`",
            "Upload or copy the world's .ark file itself.",
        )
    for table in _TABLES:
        columns = database.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", (table,)).fetchall()
        if [*columns] != [("key", 0), ("value", 0)]:
            raise ForeignFileError(f"the table `{table}` is not built as ASA builds it", _TAKE_BACKUP)


def _refusal(text: str) -> DamagedSaveError | TruncatedSaveError:
    """Return the refusal that says what SQLite met."""
    if "locked" in text or "readonly" in text or "unable to open" in text:
        return TruncatedSaveError(
            f"the server is writing the file just now ({text})",
            "Copy it when its size has stood still, or take the backup.",
        )
    return DamagedSaveError(f"the database is damaged ({text})", _TAKE_BACKUP)


def read_custom(database: sqlite3.Connection, key: str) -> bytes | None:
    """Return an entry of the table of world-wide data, or ``None``."""
    row = database.execute("SELECT value FROM custom WHERE key = ?", (key,)).fetchone()
    return row[0] if row and isinstance(row[0], bytes) else None


def read_rows(database: sqlite3.Connection) -> Iterator[Rows]:
    """Yield all objects in chunks of bounded number and size; a damaged page ends them with a refusal."""
    done, size = 0, 0
    rows = Rows([], [])
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_OBJECT)
    cursor = database.execute("SELECT key, value FROM game")
    try:
        while fetched := cursor.fetchmany(_FETCH_ROWS):
            size += _add(rows, fetched)
            if len(rows.keys) >= _CHUNK_ROWS or size >= _CHUNK_BYTES:
                yield rows
                done, size = done + len(rows.keys), 0
                rows = Rows([], [])
    except sqlite3.DatabaseError as error:
        understood = done + len(rows.keys)
        raise DamagedSaveError(
            f"a page of the database is damaged ({error}); {understood:,} objects came before it",
            _TAKE_BACKUP,
        ) from error
    if rows.keys:
        yield rows


def read_some(database: sqlite3.Connection, keys: Iterable[bytes]) -> Iterator[Rows]:
    """Yield the objects with these keys, those that there are, in chunks like those of ``read_rows``."""
    size = 0
    rows = Rows([], [])
    for key in keys:
        size += _add(rows, database.execute("SELECT key, value FROM game WHERE key = ?", (key,)).fetchall())
        if len(rows.keys) >= _CHUNK_ROWS or size >= _CHUNK_BYTES:
            yield rows
            size, rows = 0, Rows([], [])
    if rows.keys:
        yield rows


def _add(rows: Rows, fetched: Sequence[tuple[Any, Any]]) -> int:
    """Add what was fetched, but for rows that hold something else than bytes; return the bytes of the values."""
    if not fetched:
        return 0
    keys, values = zip(*fetched, strict=True)
    try:
        sizes = sum(map(len, values))
        is_sound = {*map(len, keys), len(b"".join(keys))} <= {16, 16 * len(keys)}
    except TypeError:
        is_sound = False
    if not is_sound:
        sound = [
            (key, value)
            for key, value in fetched
            if isinstance(key, bytes) and len(key) == 16 and isinstance(value, bytes)
        ]
        return _add(rows, sound) if sound else 0
    rows.keys.extend(keys)
    rows.values.extend(values)
    return sizes

"""The world's SQLite file: every change is in it before the request that made it is answered."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.errors import OperationalError

# Raised when the tables or the meaning of their rows change; a file of another version is refused.
VERSION = 1

_SCHEMA = """
CREATE TABLE entity (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE TABLE file (
    path TEXT PRIMARY KEY,
    content_type TEXT NOT NULL,
    body BLOB NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """The bytes of an attachment."""

    path: str
    content_type: str
    body: bytes


class Store:
    """Rows of JSON by kind and key, and files.

    Calls block for some microseconds: the file is local, one process owns it, and nothing waits for
    the disk. A commit reaches the kernel before it returns, so ``kill -9`` loses nothing; only a
    crash of the machine may (``synchronous=OFF``).
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def read(self, kind: str) -> Iterator[str]:
        """Return the bodies of one kind."""
        for (body,) in self._connection.execute("SELECT body FROM entity WHERE kind = ?", (kind,)):
            yield body

    def write(
        self,
        rows: Iterable[tuple[str, str, str]],
        *,
        remove: Iterable[tuple[str, str]] = (),
        files: Iterable[StoredFile] = (),
    ) -> None:
        """Store rows (kind, key, body) and files, and remove rows, all or nothing."""
        with self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany(
                "INSERT OR REPLACE INTO entity (kind, key, body) VALUES (?, ?, ?)", rows
            )
            self._connection.executemany("DELETE FROM entity WHERE kind = ? AND key = ?", remove)
            self._connection.executemany(
                "INSERT INTO file (path, content_type, body) VALUES (?, ?, ?)",
                [(file.path, file.content_type, file.body) for file in files],
            )

    def find_file(self, path: str) -> StoredFile | None:
        """Return a file, if it is there."""
        row = self._connection.execute(
            "SELECT content_type, body FROM file WHERE path = ?", (path,)
        ).fetchone()
        return None if row is None else StoredFile(path=path, content_type=row[0], body=row[1])


@contextmanager
def open_store(file: Path) -> Iterator[Store]:
    """Open the file, making it if need be, and close it on the way out."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, isolation_level=None, timeout=2.0)
    try:
        _prepare(connection, file)
        yield Store(connection)
    finally:
        connection.close()


def _prepare(connection: sqlite3.Connection, file: Path) -> None:
    """Set the file up; EXCLUSIVE keeps a second stand-in from using it at the same time."""
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
    except sqlite3.DatabaseError as error:
        raise OperationalError(
            f"{file} cannot be opened ({error}). Is another sandbox using it? If not, remove the file."
        ) from error
    if version not in {0, VERSION}:
        raise OperationalError(
            f"{file} was written by another version ({version}). Remove it to start afresh."
        )

"""What is stored of a server's structures, kept in a file so that the next save need not ask the database for it.

The file is named by the checksum that the database keeps beside the rows and changes with them, in one transaction.
A file that is lost, old or damaged is therefore never believed: the rows are then read back. Blocking.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parser_service.archive.files import write_whole
from parser_service.storing.rows import StoredRows

_ROW_BYTES = 24
# A world has at most a few million structures.
_MAX_ROWS = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredState:
    """What the database says of the rows it holds."""

    structures: int
    checksum: int


def state_of(rows: StoredRows) -> StoredState:
    """Return what the database is to say of rows."""
    return StoredState(structures=len(rows), checksum=rows.checksum())


def load_stored(folder: Path, state: StoredState) -> StoredRows | None:
    """Return the rows that a state is of, or ``None`` when there is no file that proves to hold them."""
    if not 0 <= state.structures <= _MAX_ROWS:
        return None
    size = state.structures * _ROW_BYTES
    try:
        with _path(folder, state).open("rb") as file:
            content = file.read(size + 1)
    except OSError:
        return None
    if len(content) != size:
        return None
    identity, fingerprint, decays_at = np.frombuffer(content, dtype="<i8").reshape(3, -1)
    rows = StoredRows(identity=identity, fingerprint=fingerprint.view(np.uint64), decays_at=decays_at)
    return rows if state_of(rows) == state else None


def save_stored(folder: Path, rows: StoredRows) -> None:
    """Keep rows, beside those of the states before: which of them counts is up to the database's transaction."""
    columns = (rows.identity, rows.fingerprint.view(np.int64), rows.decays_at)
    content = b"".join(column.astype("<i8").tobytes() for column in columns)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(_path(folder, state_of(rows)), content)


def forget_others(folder: Path, state: StoredState) -> None:
    """Remove the files of all other states."""
    kept = _path(folder, state)
    for path in folder.glob("structures-*.rows"):
        if path != kept:
            with suppress(FileNotFoundError):
                path.unlink()


def _path(folder: Path, state: StoredState) -> Path:
    return folder / f"structures-{state.checksum & 0xFFFF_FFFF_FFFF_FFFF:016x}.rows"

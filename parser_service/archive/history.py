"""The kept columns of a server's saves: put in place, found again, and forgotten. Blocking where it says so."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from parser_service.archive.writing import finish
from shared.ids import BaseId, SaveId

_SUFFIX = ".columns"


def columns_path(folder: Path, save_id: SaveId) -> Path:
    """Return where the columns of a save are kept, below the folder of its server's history."""
    return folder / f"{save_id}{_SUFFIX}"


def incoming_path(folder: Path, content_hash: str) -> Path:
    """Return where the columns of a save are kept until it is stored."""
    return folder / f"incoming-{content_hash}"


async def put_away(
    folder: Path, content_hash: str, save_id: SaveId, base_ids: Sequence[BaseId]
) -> int | None:
    """Keep what the decoding process wrote under the save's id, and return its size; ``None`` if it wrote nothing."""
    ids = np.array(base_ids, dtype=np.int64)
    incoming, target = incoming_path(folder, content_hash), columns_path(folder, save_id)
    with suppress(FileNotFoundError):
        return await asyncio.to_thread(finish, incoming, target, ids)
    return None


def list_columns(folder: Path) -> dict[SaveId, int]:
    """Return the sizes of the columns that are there, by save. Blocking."""
    found = {}
    for path in folder.glob(f"*{_SUFFIX}"):
        if path.stem.isdecimal():
            with suppress(FileNotFoundError):
                found[SaveId(int(path.stem))] = path.stat().st_size
    return found


def remove_columns(folder: Path, save_id: SaveId) -> None:
    """Forget the columns of a save. Blocking."""
    with suppress(FileNotFoundError):
        columns_path(folder, save_id).unlink()


def remove_incoming(folder: Path, *, older_than: float) -> int:
    """Remove what decoding processes left behind before an instant (seconds since 1970), and count it. Blocking."""
    removed = 0
    for path in folder.glob("*incoming*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < older_than:
                path.unlink()
                removed += 1
    return removed

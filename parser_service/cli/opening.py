"""A file that somebody may be writing, as one that nobody writes, and what kind of file it is by its content."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from parser_service.archive.errors import ArchiveError
from parser_service.cli.screen import Progress
from parser_service.saves.cursor import FormatError
from parser_service.saves.errors import DamagedSaveError, SaveError
from parser_service.saves.sniff import unreadable
from parser_service.storing.copying import copy_world, look
from shared.errors import InvalidInputError, OperationalError

_HEAD_BYTES: Final = 512
# A server writes its world within seconds; who asks does not want to wait much longer.
_TRIES: Final = 5
_PAUSE_SECONDS: Final = 2.0
# Profiles and tribes have up to 163 kB, and cluster inventories are made of the same.
_LARGEST_SMALL_FILE: Final = 64 << 20


class FileKind(StrEnum):
    """What a file is."""

    WORLD = "world"
    COLUMNS = "columns"
    """The kept columns of a save, from a server's history."""
    PROFILE = "profile"
    TRIBE = "tribe"
    CLUSTER = "cluster"

    @property
    def described(self) -> str:
        """What people call it."""
        return _DESCRIBED[self]


_DESCRIBED: Final = {
    FileKind.WORLD: "a world",
    FileKind.COLUMNS: "the kept columns of a save",
    FileKind.PROFILE: "a survivor's profile",
    FileKind.TRIBE: "a tribe's file",
    FileKind.CLUSTER: "a cluster inventory",
}
# The class of a small file's main object, which stands at its beginning.
_CLASSES: Final = (
    (b"PrimalTribeData", FileKind.TRIBE),
    (b"PrimalPlayerData", FileKind.PROFILE),
    (b"ArkCloudInventoryData", FileKind.CLUSTER),
)
_SQLITE: Final = b"SQLite format 3\0"
_ZIP: Final = b"PK\x03\x04"
# The first member of kept columns: parser_service/archive/writing.py.
_FIRST_MEMBER: Final = b"save.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """A file that stands still. ``path`` is a copy of ours, or the file itself where that is never written to."""

    name: str
    kind: FileKind
    path: Path
    saved_at: datetime
    bytes: int


@contextmanager
def opened(
    path: Path, tell: Progress, *, only: tuple[FileKind, ...] = (), pause_seconds: float = _PAUSE_SECONDS
) -> Iterator[OpenedFile]:
    """Give a file for reading; of a world a copy, with the small files beside it, as the service makes it.

    Parameters
    ----------
    only : tuple of FileKind, optional
        What the file may be, should not every kind do.
    pause_seconds : float
        How long to wait for a server that is writing it, before it is copied again.

    Raises
    ------
    InvalidInputError
        When it is of another kind.
    OperationalError
        When it cannot be read, or what reads it refuses it; the message says why.
    """
    with refusing(path.name):
        try:
            kind = kind_of(path)
            standing = look(path)
        except OSError as error:
            raise unreadable(error) from error
        if only and kind not in only:
            wanted = " or ".join(one.described for one in only)
            raise InvalidInputError(f"{path.name} is {kind.described}; this command takes {wanted}.")
        saved_at, length = standing.saved_at, standing.size
        if kind is not FileKind.WORLD:
            yield OpenedFile(name=path.name, kind=kind, path=path, saved_at=saved_at, bytes=length)
            return
        with tempfile.TemporaryDirectory(prefix="helena-save-") as folder:
            tell(f"copying {path.name}")
            copied, saved_at = _copy(path, Path(folder) / "copy", tell, pause_seconds)
            yield OpenedFile(
                name=path.name, kind=kind, path=copied, saved_at=saved_at, bytes=copied.stat().st_size
            )


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """Turn the refusal of a file into a failure that names it, and the code under which more is told of it."""
    try:
        yield
    except (SaveError, ArchiveError) as error:
        raise OperationalError(f"{name} is refused ({error.code}): {error}") from error
    except FormatError as error:
        damaged = DamagedSaveError(f"the file {error}", "Copy it again, or take an older one.")
        raise OperationalError(f"{name} is refused ({damaged.code}): {damaged}") from error


def kind_of(path: Path) -> FileKind:
    """Return what a file is by its first bytes; what is nothing else is taken for a world, and refused by its reader."""
    if not path.is_file():
        raise InvalidInputError(f"{path.name} is no file that can be read twice. Save it to a file first.")
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(_ZIP) and _FIRST_MEMBER in head[:64]:
        return FileKind.COLUMNS
    if not head.startswith(_SQLITE):
        for name, kind in _CLASSES:
            if name in head:
                return kind
    return FileKind.WORLD


def small_bytes(file: OpenedFile) -> bytes:
    """Return the content of a small file."""
    if file.bytes > _LARGEST_SMALL_FILE:
        raise DamagedSaveError("the file is larger than any of its kind", "Take an older one.")
    return file.path.read_bytes()[: _LARGEST_SMALL_FILE + 1]


def _copy(path: Path, folder: Path, tell: Progress, pause_seconds: float) -> tuple[Path, datetime]:
    """Return a copy of a world that stood still meanwhile, and when it was saved."""
    for attempt in range(_TRIES):
        if attempt:
            tell(f"{path.name} is being written; waiting")
            time.sleep(pause_seconds)
        try:
            copied = copy_world(look(path), folder)
        except OSError as error:
            raise unreadable(error) from error
        if copied is not None:
            return copied.path, copied.saved_at
    raise OperationalError(
        f"{path.name} changes while it is copied: the server is writing it. Try again in a minute, or take the "
        "backup beside it."
    )

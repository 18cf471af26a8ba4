"""Files that are there whole or not at all. Blocking."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader, and whoever comes after a crash, finds all of it or what was there before."""
    incoming = path.with_name(f"{path.name}.{os.getpid()}.incoming")
    try:
        with incoming.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(incoming, path)
    finally:
        with suppress(FileNotFoundError):
            incoming.unlink()


def put_in_place(incoming: Path, path: Path) -> None:
    """Give a finished file of the same file system its name, for good."""
    incoming.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

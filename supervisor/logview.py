"""Reading logs on a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

POLL_SECONDS = 0.2
TAIL_BYTES_PER_LINE = 400


def log_names(folder: Path) -> list[str]:
    """Return the services that have a log."""
    return sorted(path.stem for path in folder.glob("*.log"))


def tail(path: Path, lines: int) -> tuple[list[str], int]:
    """Return the last lines of a file, reading no more of it than those take, and where it ended."""
    size = path.stat().st_size
    with path.open("rb") as log:
        span = TAIL_BYTES_PER_LINE * (lines + 1)
        while True:
            log.seek(max(0, size - span))
            text = log.read(size)
            if text.count(b"\n") > lines or span >= size:
                break
            span *= 4
    found = text.decode(errors="replace").splitlines()
    return found[-lines:] if lines else [], size


def follow(path: Path, position: int) -> Iterator[str]:
    """Yield what is added to a file after ``position``, for as long as somebody reads.

    A file that was emptied begins anew.
    """
    while True:
        size = path.stat().st_size
        if size < position:
            position = 0
        if size > position:
            with path.open("rb") as log:
                log.seek(position)
                added = log.read(size - position)
            position += len(added)
            yield added.decode(errors="replace")
        else:
            time.sleep(POLL_SECONDS)

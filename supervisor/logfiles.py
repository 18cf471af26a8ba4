"""Log files that do not fill the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from shared.runtime.reporting import one_line

MAX_BYTES = 10 * 1024 * 1024
KEPT = 3


def rotate(path: Path, *, max_bytes: int = MAX_BYTES, kept: int = KEPT) -> bool:
    """Move a log that has grown too large aside, and return whether it had.

    The file is copied and emptied, not renamed, because whoever writes to it (in append mode) keeps it open.
    """
    if not path.exists() or path.stat().st_size < max_bytes:
        return False
    for number in range(kept - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    shutil.copyfile(path, path.with_name(f"{path.name}.1"))
    with path.open("r+b") as log:
        log.truncate(0)
    return True


def rotate_all(folder: Path) -> None:
    """Rotate every log of a folder."""
    for path in folder.glob("*.log"):
        rotate(path)


def last_line(path: Path) -> str:
    """Return the last words in a log, in one line: of a traceback, that is the error."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - 4096))
            lines = log.read().decode(errors="replace").split("\n")
    except OSError:
        return ""
    return next((one_line(line) for line in reversed(lines) if line.strip()), "")

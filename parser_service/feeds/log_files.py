"""The log file of a game server, read onwards from a cursor across rotations. Blocking: call it in a thread.

The game renames ``ShooterGame.log`` to ``ShooterGame-backup-<utc>.log`` when it starts and begins a new file
under the old name. A file that no longer holds what the cursor marked was replaced: its rest is looked for among the
renamed ones, then whatever was written after it is read in order, and the current file last.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePath

from parser_service.feeds.marks import HEAD_BYTES, TAIL_BYTES, Mark
from shared.store.events import FeedCursor

# One pass reads at most this much: about 500 lines, for which the event loop is busy some 5 ms at a time.
READ_BYTES = 64 * 1024

# "[2026.07.27-21.25.23:191]", UTC, at the beginning of a line; as text it sorts like the instant it names.
STAMP = re.compile(rb"\[(\d{4}\.\d\d\.\d\d-\d\d\.\d\d\.\d\d:\d{3})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Bytes of a file from a place on. ``is_finished``: nothing will be appended to the file any more."""

    path: PurePath
    inode: int
    offset: int
    head: bytes
    before: bytes
    data: bytes
    size: int
    is_finished: bool = False
    follows_loss: bool = False

    @property
    def has_more(self) -> bool:
        """Tell whether the file goes on behind this piece."""
        return self.offset + len(self.data) < self.size

    def cursor_after(self, count: int) -> FeedCursor:
        """Return the cursor behind the first ``count`` bytes of the piece."""
        place = self.offset + count
        tail = (self.before + self.data[:count])[-TAIL_BYTES:]
        mark = Mark.of(inode=self.inode, head=self.head[:place], tail=tail)
        return FeedCursor(file_identity=mark.to_text(), byte_offset=place)


def read_on(path: Path, cursor: FeedCursor | None, *, stored_upto: datetime | None) -> Piece:
    """Return what follows the cursor, at most ``READ_BYTES``; the piece is empty where there is nothing new.

    ``stored_upto`` is the stamp of the last line that was stored: where the marked file is gone, renamed files that
    begin later are read, and the piece ``follows_loss``.

    Raises
    ------
    OSError
        When the file is absent or cannot be read, and nothing of an earlier one is left to read.
    """
    if cursor is None:
        return _read(path, 0)
    with suppress(FileNotFoundError):
        piece = _read(path, cursor.byte_offset)
        if _fits(piece, cursor):
            return piece
    return _read_replaced(path, cursor, "" if stored_upto is None else stamp_text(stored_upto))


def _read_replaced(path: Path, cursor: FeedCursor, stored_upto: str) -> Piece:
    """Read the rest of the marked file under its new name, or else the files that came after it."""
    renamed = sorted(_renamed(path), key=_begins)
    fitting = [p for p in (_read(Path(old.path), cursor.byte_offset) for old in renamed) if _fits(p, cursor)]
    if not fitting:
        later = [old for old in renamed if _begins(old)[0] > stored_upto]
        return replace(_first_of(later, path), follows_loss=True)
    mark = Mark.from_text(cursor.file_identity)
    rest = max(fitting, key=lambda p: (mark is not None and p.inode == mark.inode, p.size))
    later = [old for old in renamed if _begins(old) > _begins(rest)]
    if rest.data:
        # the game may still hold the file it is about to leave, until it has begun the next
        return replace(rest, is_finished=bool(later) or _has_begun(path))
    return _first_of(later, path)


def _first_of(renamed: list[Piece], path: Path) -> Piece:
    for old in renamed:
        if old.size:
            return replace(_read(Path(old.path), 0), is_finished=True)
    return _read(path, 0)


def _renamed(path: Path) -> Iterator[Piece]:
    """Yield the beginnings of the files beside ``path`` that once had its name."""
    with os.scandir(path.parent) as entries:
        names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    for name in names:
        if name.startswith((f"{path.stem}-backup", f"{path.name}.")):
            # a backup that is tidied away in the same moment is one that is not there
            with suppress(FileNotFoundError):
                yield _read(path.with_name(name), 0, at_most=0)


def _begins(piece: Piece) -> tuple[str, str]:
    """Return what sorts files in the order they were written: the first stamp in them, then the name."""
    stamp = STAMP.search(piece.head)
    return (stamp[1].decode() if stamp else "", piece.path.name)


def stamp_text(at: datetime) -> str:
    """Return an instant as a log stamps its lines."""
    return f"{at:%Y.%m.%d-%H.%M.%S}:{at.microsecond // 1000:03d}"


def _has_begun(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


def _fits(piece: Piece, cursor: FeedCursor) -> bool:
    """Tell whether the bytes before the piece are those that the cursor marked."""
    mark = Mark.from_text(cursor.file_identity)
    if mark is None or piece.size < cursor.byte_offset:
        return False
    return mark.fits(head=piece.head[: mark.head_length], tail=piece.before)


def _read(path: Path, offset: int, *, at_most: int = READ_BYTES) -> Piece:
    with _opened(path) as (file, facts):
        before = os.pread(file, min(offset, TAIL_BYTES), max(offset - TAIL_BYTES, 0))
        data = os.pread(file, at_most, offset) if at_most else b""
        # read last, so that it covers what was just read when the file is short and grows meanwhile
        head = os.pread(file, HEAD_BYTES, 0)
    size = max(facts.st_size, offset + len(data)) if data else facts.st_size
    return Piece(path=path, inode=facts.st_ino, offset=offset, head=head, before=before, data=data, size=size)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[int, os.stat_result]]:
    # O_NONBLOCK: a named pipe under this name must not hold the thread for ever
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        facts = os.fstat(file)
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(errno.EINVAL, "Not a regular file", str(path))
        yield file, facts
    finally:
        os.close(file)

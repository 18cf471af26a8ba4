"""Looks at a save's files for what no decoder sees: parts that were never written. Blocking, and bounded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from parser_service.saves.sniff import SQLITE_MAGIC, unreadable
from parser_service.storable import storable
from parser_service.verdict.facts import FileFacts, SmallFiles

# A file system that loses what was written last gives back blocks of this size. No real world has one that is
# nothing but zeros (the longest run of zeros in ASE worlds is 67 bytes, in ASA's 8,175: an empty page but its head).
_BLOCK: Final = 4096
_CHUNK_BLOCKS: Final = 256
# As the copy has them: see ``storing.copying``.
_MOST_FILES: Final = 20_000
_LARGEST_SMALL_FILE: Final = 16 << 20
# A profile may hold 1,016 zero bytes in a row, a tribe's file 19; both end with at most 5 of them.
_SMALL_TAIL: Final = 256
_SMALL_HEAD: Final = 64
_MOST_NAMED: Final = 20


class _Zeros(NamedTuple):
    """Zero bytes: at the end, and in whole blocks."""

    tail: int
    blocks: int


def read_file_facts(path: Path, *, saved_at: datetime) -> FileFacts:
    """Return what a save's files show; the world must not change meanwhile.

    Raises
    ------
    SaveError
        When the world cannot be read.
    """
    try:
        size = path.stat().st_size
        block, free_pages = _layout(path)
        zeros = _zeros(path, block)
    except OSError as error:
        raise unreadable(error) from error
    return FileFacts(
        saved_at=saved_at,
        size_bytes=size,
        zero_tail_bytes=zeros.tail,
        zero_bytes=max(0, zeros.blocks - free_pages * block),
        tribes=_small_files(path.parent, ".arktribe"),
        profiles=_small_files(path.parent, ".arkprofile"),
    )


def _layout(path: Path) -> tuple[int, int]:
    """Return the size of a block that is never all zeros, and how many such blocks SQLite has set free."""
    with path.open("rb") as file:
        head = file.read(100)
    if not head.startswith(SQLITE_MAGIC) or len(head) < 100:
        return _BLOCK, 0
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page  # as SQLite's file format has it
    return max(page, _BLOCK), int.from_bytes(head[36:40], "big")


def _zeros(path: Path, block: int) -> _Zeros:
    tail, blocks = 0, 0
    for chunk in _chunks(path, block * _CHUNK_BLOCKS):
        whole = len(chunk) // block
        if whole:
            blocks += int(np.count_nonzero(~chunk[: whole * block].reshape(whole, block).any(axis=1)))
        tail = _trailing_zeros(chunk, tail)
    return _Zeros(tail, blocks * block)


def _chunks(path: Path, size: int) -> Iterator[NDArray[np.uint8]]:
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(size):
            yield np.frombuffer(chunk, dtype=np.uint8)


def _trailing_zeros(chunk: NDArray[np.uint8], before: int) -> int:
    """Return the zeros that the file ends with so far; most chunks end with something else within a block."""
    last = chunk[-_BLOCK:]
    if not last.any():
        last = chunk
    written = np.flatnonzero(last)
    return len(last) - 1 - int(written[-1]) if len(written) else before + len(chunk)


def _small_files(folder: Path, suffix: str) -> SmallFiles:
    count, total = 0, 0
    zero_filled: list[str] = []
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if entry.name.endswith(suffix) and entry.is_file())
    for name in names[:_MOST_FILES]:
        path = folder / name
        size = path.stat().st_size
        count, total = count + 1, total + size
        if size <= _LARGEST_SMALL_FILE and _has_zeros(path) and len(zero_filled) < _MOST_NAMED:
            zero_filled.append(storable(name))
    return SmallFiles(count=count, total_bytes=total, zero_filled=tuple(zero_filled))


def _has_zeros(path: Path) -> bool:
    """Tell whether a small file was never written, or not to its end."""
    data = path.read_bytes()
    if not any(data[:_SMALL_HEAD]) or (len(data) > _SMALL_TAIL and not any(data[-_SMALL_TAIL:])):
        return True
    return bytes(_BLOCK) in data

"""Reads the small files of a folder, each bounded, with a sentence for each that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from parser_service.saves.store import MOST_IMAGES

# The largest of 128 real files has 163 kB, most of it engrams or the tribe's log.
_LARGEST_FILE: Final = 16 * 2**20


def small_files(folder: Path, suffix: str, notes: list[str]) -> Iterator[tuple[Path, bytes]]:
    """Yield the files with this suffix and what they hold; what cannot be read becomes a note."""
    for path in sorted(islice(folder.glob(f"*{suffix}"), MOST_IMAGES)):
        try:
            if path.stat().st_size > _LARGEST_FILE:
                notes.append(f"{path.name} is larger than any file of its kind")
                continue
            data = path.read_bytes()
        except OSError as error:
            notes.append(f"{path.name} cannot be read ({error.strerror})")
            continue
        yield path, data

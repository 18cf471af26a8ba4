"""Where tribes are found: files beside the save, the store inside an ASA save, the structures' owner names."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from parser_service.saves.columns import FIRST_PLAYER_TEAM, Structures
from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.tribe_file import TribeRecord, read_tribe

# The largest of 44 real tribe files has 145 kB, most of it the tribe's log.
_LARGEST_FILE: Final = 16 * 2**20
# A busy server has some hundred tribes, and keeps those of years past.
_MOST_TRIBES: Final = 50_000
_ENTRY: Final = struct.Struct("<qii")
_STORE_FORMATS: Final = (0, 1)


class Findings:
    """Tribes by id, and sentences on what could not be read."""

    def __init__(self) -> None:
        self.tribes: dict[int, TribeRecord] = {}
        self.notes: list[str] = []

    def read(self, data: bytes, what: str) -> None:
        """Keep the tribe in these bytes, or a note that they hold none."""
        try:
            tribe = read_tribe(data)
        except FormatError as error:
            self.notes.append(f"{what} {error}")
        else:
            self.tribes[tribe.tribe_id] = tribe


def tribes_in_folder(folder: Path) -> Findings:
    """Return the tribes whose files lie in a folder."""
    found = Findings()
    for path in sorted(islice(folder.glob("*.arktribe"), _MOST_TRIBES)):
        try:
            if path.stat().st_size > _LARGEST_FILE:
                found.notes.append(f"{path.name} is larger than any tribe's file")
                continue
            data = path.read_bytes()
        except OSError as error:
            found.notes.append(f"{path.name} cannot be read ({error.strerror})")
            continue
        found.read(data, path.name)
    return found


def tribes_in_store(store: bytes | None) -> Findings:
    """Return the tribes that an ASA save holds in ``GameModeCustomBytes``."""
    found = Findings()
    if not store:
        return found
    try:
        for number, image in enumerate(_images(store), start=1):
            found.read(image, f"tribe {number} of those stored in the save")
    except FormatError as error:
        found.notes.append(f"the tribes stored in the save end early: {error}")
    return found


def _images(store: bytes) -> Iterator[bytes]:
    """Yield the tribes' images: i32 format, i32 size, i32 count, the data, and an entry for each image.

    An entry is a key of 8 bytes, zero for a superseded copy, and the image's offset and size within the data.
    """
    cursor = Cursor(store)
    if cursor.i32() not in _STORE_FORMATS:
        message = "they are kept in an unknown way"
        raise FormatError(message)
    size, count = cursor.i32(), cursor.i32()
    data_at = cursor.take(size)
    if not 0 <= count <= min(cursor.remaining // _ENTRY.size, _MOST_TRIBES):
        message = f"{count:,} tribes are announced, which cannot fit"
        raise FormatError(message)
    for _ in range(count):
        key, offset, length = _ENTRY.unpack_from(store, cursor.take(_ENTRY.size))
        if not 0 <= offset <= offset + length <= size or length < 0:
            message = "an entry points outside the stored data"
            raise FormatError(message)
        if key:
            yield store[data_at + offset : data_at + offset + length]


def names_by_owner(structures: Structures) -> dict[int, str]:
    """Return the owner's name that most structures of each tribe or player carry."""
    rows = np.flatnonzero((structures.owner_name_index >= 0) & (structures.tribe_id >= FIRST_PLAYER_TEAM))
    pairs = np.column_stack((structures.tribe_id[rows], structures.owner_name_index[rows]))
    distinct, counts = np.unique(pairs, axis=0, return_counts=True)
    names: dict[int, str] = {}
    # Ascending by count, so the most frequent name is the last to be set; ties go by the table of names.
    for row in np.lexsort((distinct[:, 1], counts)).tolist():
        tribe_id, name = distinct[row].tolist()
        names[tribe_id] = structures.owner_names[name]
    return names

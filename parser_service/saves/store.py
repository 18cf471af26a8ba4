"""The store inside an ASA save (``GameModeCustomBytes``), where servers without files of their own keep both kinds."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from parser_service.saves.cursor import Cursor, FormatError

_FORMATS: Final = (0, 1)
_ENTRY: Final = struct.Struct("<qii")
# A busy server has some thousand survivors, and keeps those of years past.
MOST_IMAGES: Final = 50_000
"""How many tribes or survivors are looked at."""


class Section(IntEnum):
    """The parts of the store, in their order."""

    TRIBES = 0
    PROFILES = 1


def store_images(store: bytes, section: Section) -> Iterator[bytes]:
    """Yield the complete files of one section: i32 format, then for each section i32 size, i32 count, data, entries.

    An entry is a key of 8 bytes, zero for a superseded copy, and the image's offset and size within the data.
    """
    cursor = Cursor(store)
    if cursor.i32() not in _FORMATS:
        message = "they are kept in an unknown way"
        raise FormatError(message)
    for _ in range(section):
        size, count = cursor.i32(), cursor.i32()
        cursor.take(size)
        cursor.take(_checked(cursor, count) * _ENTRY.size)
    yield from _images(cursor)


def _images(cursor: Cursor) -> Iterator[bytes]:
    size, count = cursor.i32(), cursor.i32()
    data_at = cursor.take(size)
    total = 0
    for _ in range(_checked(cursor, count)):
        key, offset, length = _ENTRY.unpack_from(cursor.data, cursor.take(_ENTRY.size))
        total += length
        # Images that overlap would let a small store hold any number of large ones.
        if not 0 <= offset <= offset + length <= size or length < 0 or total > size:
            message = "an entry points outside the stored data"
            raise FormatError(message)
        if key:
            yield bytes(cursor.data[data_at + offset : data_at + offset + length])


def _checked(cursor: Cursor, count: int) -> int:
    if not 0 <= count <= min(cursor.remaining // _ENTRY.size, MOST_IMAGES):
        message = f"{count:,} entries are announced, which cannot fit"
        raise FormatError(message)
    return count

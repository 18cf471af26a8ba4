"""Tribes, profiles and cryopods in the stored data of ASE worlds since version 11 (2023).

Nothing here could be checked against a real file: the layout is as the public tool ArkSavegameToolkit reads it. So
whatever does not fit is a note, and the world is read without it.

The file's head has four regions (i64 offset, i64 size). At the hibernation offset stand two chunked stores, tribes
and profiles: i32 -1, i32 2, then a chain of chunks for the data and one for the index (entries of 24 bytes: i64 id,
i64 offset in the data, i64 size). A chain is i64 count of elements, then chunks (i32 region, i64 offset, i64
unknown, i64 size in bytes) until they hold that many.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.custom_data import StoredPlace
from parser_service.saves.store import MOST_IMAGES
from parser_service.saves.survivor_sources import SurvivorFindings
from parser_service.saves.tribe_sources import Findings

FIRST_VERSION: Final = 11
"""The first version of ASE worlds that has stored data."""
_LAST_VERSION: Final = 12
_REGIONS: Final = 4
# i16 version, the regions, i32 hibernation offset.
_HEAD_BYTES: Final = 2 + _REGIONS * 16 + 4
_CHUNK_BYTES: Final = 28
_INDEX_ENTRY: Final = struct.Struct("<qqq")
_STORE_MARK: Final = (-1, 2)
# Two stores, each with two chains of a few chunks.
_MOST_CHUNKS: Final = 4096
_STORES_BYTES: Final = 2 * (8 + 2 * (8 + _MOST_CHUNKS * _CHUNK_BYTES))
# A complete tribe or profile, and a creature with its inventory.
_LARGEST_IMAGE: Final = 16 * 2**20
_POD_BYTES: Final = 2**20
_MOST_POD_TEXTS: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """A stretch of the file, and where it begins in the whole that the chunks make."""

    whole_at: int
    file_at: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPods:
    """The creatures' images, one per place that was asked for, empty where there is none."""

    images: list[bytes]
    notes: list[str]


class StoredData:
    """The stored data of an open ASE world."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._file_bytes = file.seek(0, 2)
        head = Cursor(self._read(0, min(_HEAD_BYTES, self._file_bytes)))
        version = head.i16()
        self._regions: list[tuple[int, int]] = []
        self._hibernation_at = 0
        if FIRST_VERSION <= version <= _LAST_VERSION:
            self._regions = [self._region(head.i64(), head.i64()) for _ in range(_REGIONS)]
            self._hibernation_at = head.i32()

    @property
    def is_empty(self) -> bool:
        """Whether the world keeps nothing here: an older one, or a region of no size at the file's end."""
        return not any(size for _, size in self._regions)

    def _region(self, offset: int, size: int) -> tuple[int, int]:
        if offset < 0 or size < 0 or offset + size > self._file_bytes:
            message = f"a region of {size:,} bytes at byte {offset:,} lies outside the file"
            raise FormatError(message)
        return offset, size

    def _read(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        return self._file.read(size)

    def tribes_and_profiles(self) -> tuple[list[bytes], list[bytes]]:
        """Return the complete files of tribes and of survivors."""
        if self.is_empty:
            return [], []
        size = min(_STORES_BYTES, self._file_bytes - self._hibernation_at)
        if self._hibernation_at <= 0 or size < 0:
            message = f"the hibernation is said to begin at byte {self._hibernation_at:,}"
            raise FormatError(message)
        cursor = Cursor(self._read(self._hibernation_at, size))
        return list(self._store(cursor)), list(self._store(cursor))

    def _store(self, cursor: Cursor) -> Iterator[bytes]:
        """Yield what one store holds; the cursor is moved behind it before the first."""
        if (cursor.i32(), cursor.i32()) != _STORE_MARK:
            message = "a store is of an unknown form"
            raise FormatError(message)
        data, index = self._chain(cursor, 1), self._chain(cursor, _INDEX_ENTRY.size)
        entries = sum(chunk.size for chunk in index) // _INDEX_ENTRY.size
        if entries > MOST_IMAGES:
            message = f"{entries:,} entries are announced"
            raise FormatError(message)
        return self._entries(data, index, entries)

    def _entries(self, data: Sequence[_Chunk], index: Sequence[_Chunk], entries: int) -> Iterator[bytes]:
        table = self._part(index, 0, entries * _INDEX_ENTRY.size)
        whole = sum(chunk.size for chunk in data)
        total = 0
        for _, offset, size in _INDEX_ENTRY.iter_unpack(table):
            total += size
            if not (0 <= offset <= offset + size <= whole and 0 <= size <= _LARGEST_IMAGE and total <= whole):
                message = f"an entry of {size:,} bytes lies outside the stored data"
                raise FormatError(message)
            yield self._part(data, offset, size)

    def _chain(self, cursor: Cursor, element_bytes: int) -> list[_Chunk]:
        left = cursor.i64() * element_bytes
        chunks: list[_Chunk] = []
        at = 0
        while left > 0:
            region, offset = cursor.i32(), cursor.i64()
            cursor.i64()
            size = cursor.i64()
            if len(chunks) >= _MOST_CHUNKS or not 0 < size <= left:
                message = "the chunks of a store do not fit together"
                raise FormatError(message)
            chunks.append(_Chunk(whole_at=at, file_at=self._place(region, offset, size), size=size))
            at += size
            left -= size
        return chunks

    def _place(self, region: int, offset: int, size: int) -> int:
        """Return where in the file a stretch of a region begins."""
        if not 0 <= region < len(self._regions):
            message = f"region {region} is none"
            raise FormatError(message)
        start, whole = self._regions[region]
        if not 0 <= offset <= offset + size <= whole:
            message = f"{size:,} bytes at byte {offset:,} lie outside region {region}"
            raise FormatError(message)
        return start + offset

    def _part(self, chunks: Sequence[_Chunk], offset: int, size: int) -> bytes:
        """Return a stretch of the whole that chunks make."""
        parts = []
        for chunk in chunks:
            start, end = max(offset, chunk.whole_at), min(offset + size, chunk.whole_at + chunk.size)
            if start < end:
                parts.append(self._read(chunk.file_at + start - chunk.whole_at, end - start))
        return b"".join(parts)

    def pod_image(self, place: StoredPlace, end: int | None) -> bytes:
        """Return the creature's image at a place, empty where something else is stored there.

        There stand its kind ("Dino"), counted texts, floats and names of colours, 8 bytes, and the image, whose
        offsets count from its own beginning. How long it is does not stand there: ``end`` is where in the region
        the next one begins, ``None`` for the last.
        """
        start = self._place(place.region, place.position, 0)
        last = self._regions[place.region][1] if end is None else end
        cursor = Cursor(self._read(start, min(_POD_BYTES, last - place.position)))
        if cursor.text().casefold() != "dino":
            return b""
        _skip_texts(cursor)
        cursor.take(cursor.count(4) * 4)
        _skip_texts(cursor)
        cursor.take(8)
        return bytes(cursor.data[cursor.position :])


def _skip_texts(cursor: Cursor) -> None:
    count = cursor.count(4)
    if count > _MOST_POD_TEXTS:
        message = f"{count:,} texts are announced before a creature"
        raise FormatError(message)
    for _ in range(count):
        cursor.skip_text()


def read_stored_files(path: Path) -> tuple[Findings, SurvivorFindings]:
    """Return the tribes and survivors in an ASE world's stored data; nothing where the world has none."""
    tribes, survivors = Findings(), SurvivorFindings()
    try:
        with path.open("rb") as file:
            tribe_images, profile_images = StoredData(file).tribes_and_profiles()
    except FormatError as error:
        tribes.notes.append(f"the world's stored data cannot be read: {error}")
        return tribes, survivors
    for number, image in enumerate(tribe_images, start=1):
        tribes.read(image, f"tribe {number} of those stored in the save")
    for number, image in enumerate(profile_images, start=1):
        survivors.read(image, f"survivor {number} of those stored in the save")
    return tribes, survivors


def read_stored_pods(path: Path, places: Sequence[Sequence[StoredPlace]]) -> StoredPods:
    """Return the creature of each pod: the first of its places at which one is stored."""
    images: dict[StoredPlace, bytes] = {}
    notes: list[str] = []
    try:
        with path.open("rb") as file:
            stored = StoredData(file)
            for place, end in _with_ends({place for own in places for place in own}):
                try:
                    images[place] = stored.pod_image(place, end)
                except FormatError as error:
                    notes.append(
                        f"what is stored at byte {place.position:,} of region {place.region}: {error}"
                    )
    except FormatError as error:
        notes.append(f"the world's stored data cannot be read: {error}")
    return StoredPods(
        images=[next((images[place] for place in own if images.get(place)), b"") for own in places],
        notes=notes,
    )


def _with_ends(places: set[StoredPlace]) -> Iterator[tuple[StoredPlace, int | None]]:
    """Yield each place with the position of the next one in its region."""
    ordered = sorted(places, key=lambda place: (place.region, place.position))
    for place, after in zip(ordered, [*ordered[1:], None], strict=False):
        yield place, after.position if after is not None and after.region == place.region else None

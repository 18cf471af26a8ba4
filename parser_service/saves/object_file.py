"""The frame that tribes, profiles, cluster inventories and the creatures in cryopods share: objects, then their lists."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.dialect import Generation
from parser_service.saves.property_list import PropertyList
from parser_service.saves.taglist import NameReader, TagList, inline_name

# 1: ASE. 2, 3: cluster inventories of ASE [unverified]. 4: ASE's local data. 5, 6: ASA until June 2025. 7: since
# Unreal 5.5.
_GENERATIONS: Final = {
    1: Generation.A,
    2: Generation.A,
    3: Generation.A,
    4: Generation.A,
    5: Generation.B,
    6: Generation.B,
    7: Generation.C,
}
# A profile holds itself and the lasting effects on the survivor, a cryopod three objects.
_MOST_OBJECTS: Final = 1000
# A header with empty texts: GUID, class, is item, names, from file, file index, place, offset, zero.
_SHORTEST_HEADER: Final = 48
_NARROW_PLACE: Final = 24
_WIDE_PLACE: Final = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class FileObject:
    """An object of a file: its class without the path, and where its property list begins."""

    class_name: str
    list_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFile:
    """The objects of a file, of which the first is what the file is about."""

    generation: Generation
    objects: tuple[FileObject, ...]
    lists: TagList
    end: int

    def properties(self, item: FileObject, wanted: Container[str]) -> PropertyList:
        """Return the wanted properties of an object."""
        return self.lists.read(item.list_at, self.end, wanted)


def read_file(data: bytes, *, most_objects: int = _MOST_OBJECTS) -> ObjectFile:
    """Return the first objects of a file; raise ``FormatError`` where the bytes are none."""
    if not any(data[:64]):
        message = "holds nothing but zeros" if data else "is empty"
        raise FormatError(message)
    cursor = Cursor(data)
    version = cursor.i32()
    generation = _GENERATIONS.get(version)
    if generation is None:
        message = f"is of version {version}, which is not known"
        raise FormatError(message)
    if version >= 7:
        cursor.take(8)  # Unreal's own file versions
    place_bytes = _NARROW_PLACE if generation is Generation.A else _WIDE_PLACE
    return read_objects(cursor, generation, place_bytes=place_bytes, most_objects=most_objects)


def read_objects(
    cursor: Cursor,
    generation: Generation,
    *,
    place_bytes: int = _NARROW_PLACE,
    names: NameReader = inline_name,
    base: int = 0,
    most_objects: int = _MOST_OBJECTS,
) -> ObjectFile:
    """Return the objects announced at the cursor; their offsets count from ``base``."""
    count = cursor.count(_SHORTEST_HEADER)
    if not 1 <= count <= _MOST_OBJECTS:
        message = f"announces {count:,} objects"
        raise FormatError(message)
    # One control byte precedes the list of an object since Unreal 5.5.
    ahead = base + (1 if generation is Generation.C else 0)
    objects = tuple(_read_header(cursor, place_bytes, ahead) for _ in range(min(count, most_objects)))
    return ObjectFile(
        generation=generation,
        objects=objects,
        lists=TagList(bytes(cursor.data), generation, names),
        end=cursor.end,
    )


def _read_header(cursor: Cursor, place_bytes: int, ahead: int) -> FileObject:
    cursor.take(16)
    class_name = cursor.text().rpartition(".")[2]
    cursor.i32()
    for _ in range(cursor.count(4)):
        cursor.skip_text()
    cursor.take(8)
    if cursor.i32():
        cursor.take(place_bytes)
    offset = cursor.i32()
    cursor.i32()
    return FileObject(class_name=class_name, list_at=ahead + offset)

"""Reads the property lists of small files (tribes, profiles): names inline, one tag at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.dialect import TYPE_NAMES, Generation, Kind

_KINDS: Final = {name: kind for kind, name in TYPE_NAMES.items()}
# The deepest type tree seen has 7 nodes; a list of a real tribe has some dozens of tags.
_MOST_NODES: Final = 32
_MOST_TAGS: Final = 100_000
_INTEGER_BYTES: Final = {
    Kind.INT8: 1,
    Kind.INT16: 2,
    Kind.INT32: 4,
    Kind.INT64: 8,
    Kind.UINT16: 2,
    Kind.UINT32: 4,
    Kind.UINT64: 8,
    Kind.BYTE: 1,
}
_SIGNED: Final = frozenset({Kind.INT8, Kind.INT16, Kind.INT32, Kind.INT64})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One property: its name in lower case, and where its value lies."""

    name: str
    kind: Kind | None
    inner: Kind | None
    at: int
    size: int


class TagList:
    """Bytes of one generation, from which lists of tags are read."""

    def __init__(self, data: bytes, generation: Generation) -> None:
        self._data = data
        self._generation = generation

    def tags(self, start: int, end: int) -> Iterator[Tag]:
        """Yield the tags of the list at ``start``, which must be over before ``end``."""
        cursor = Cursor(self._data, start, end)
        for _ in range(_MOST_TAGS):
            name = cursor.text()
            if name == "None":
                return
            tag = (
                self._read_c(cursor, name)
                if self._generation is Generation.C
                else self._read_ab(cursor, name)
            )
            yield tag
            cursor.seek(tag.at)
            cursor.take(tag.size)
        message = f"a list has more than {_MOST_TAGS:,} properties"
        raise FormatError(message)

    def _read_ab(self, cursor: Cursor, name: str) -> Tag:
        kind = _KINDS.get(cursor.text())
        size = cursor.i32()
        cursor.i32()
        inner = None
        if kind is Kind.BOOL:
            cursor.u8()
        elif kind in {Kind.STRUCT, Kind.BYTE, Kind.ENUM, Kind.ARRAY, Kind.SET}:
            inner = _KINDS.get(cursor.text())
            if kind is Kind.STRUCT and self._generation is Generation.B:
                cursor.take(16)
        elif kind is Kind.MAP and self._generation is Generation.B:
            cursor.skip_text()
            cursor.skip_text()
        if self._generation is Generation.B and cursor.u8():
            cursor.take(16)
        return Tag(name=name.casefold(), kind=kind, inner=inner, at=cursor.position, size=size)

    def _read_c(self, cursor: Cursor, name: str) -> Tag:
        types = [_KINDS.get(cursor.text())]
        pending = cursor.i32()
        while pending > 0:
            if len(types) >= _MOST_NODES:
                message = "a property's type has too many parts"
                raise FormatError(message)
            types.append(_KINDS.get(cursor.text()))
            pending += cursor.i32() - 1
        size = cursor.i32()
        flags = cursor.u8()
        cursor.take((4 if flags & 1 else 0) + (16 if flags & 2 else 0))
        inner = types[1] if len(types) > 1 else None
        return Tag(name=name.casefold(), kind=types[0], inner=inner, at=cursor.position, size=size)

    def value(self, tag: Tag) -> Cursor:
        """Return a cursor over a tag's value."""
        return Cursor(self._data, tag.at, tag.at + tag.size)

    def integer(self, tag: Tag) -> int:
        """Return an integer property."""
        width = _INTEGER_BYTES.get(tag.kind) if tag.kind is not None else None
        if width != tag.size:
            message = f"{tag.name} is no integer"
            raise FormatError(message)
        return int.from_bytes(self._data[tag.at : tag.at + width], "little", signed=tag.kind in _SIGNED)

    def integers(self, tag: Tag) -> list[int]:
        """Return an array of integers."""
        width = _INTEGER_BYTES.get(tag.inner) if tag.inner is not None else None
        if tag.kind is not Kind.ARRAY or width is None:
            message = f"{tag.name} is no list of integers"
            raise FormatError(message)
        cursor = self.value(tag)
        count = cursor.count(width)
        raw = self._data[cursor.position : cursor.position + count * width]
        signed = tag.inner in _SIGNED
        return [
            int.from_bytes(raw[k : k + width], "little", signed=signed) for k in range(0, len(raw), width)
        ]

    def texts(self, tag: Tag) -> list[str]:
        """Return an array of texts."""
        if tag.kind is not Kind.ARRAY or tag.inner is not Kind.STR:
            message = f"{tag.name} is no list of texts"
            raise FormatError(message)
        cursor = self.value(tag)
        return [cursor.text() for _ in range(cursor.count(4))]

"""Reads the property lists of small files (tribes, profiles, cluster inventories, cryopods), one tag at a time."""

from __future__ import annotations

import struct
from collections.abc import Callable, Container, Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.dialect import TYPE_NAMES, Generation, Kind
from parser_service.saves.property_list import PropertyList, Tag

_KINDS: Final = {name.casefold(): kind for kind, name in TYPE_NAMES.items()}
# The deepest type tree seen has 7 nodes; a list of a real file has some dozens of tags.
_MOST_NODES: Final = 32
_MOST_TAGS: Final = 100_000
# The engine's own limit for a name.
_LONGEST_NAME: Final = 1024
_I32: Final = struct.Struct("<i")
_TWO_I32: Final = struct.Struct("<ii")
_ID: Final = struct.Struct("<Ii")
_SIZE_AND_FLAGS: Final = struct.Struct("<iB")
# Types whose tags name a second type: of a struct, an enum, an array's elements.
_WITH_INNER: Final = frozenset({Kind.STRUCT, Kind.BYTE, Kind.ENUM, Kind.ARRAY, Kind.SET})
# Generation C flags: array index, property GUID, native value, value of a bool. Any other changes the layout.
_INDEX, _GUID, _NATIVE, _TRUE = 0x01, 0x02, 0x08, 0x10
_KNOWN_FLAGS: Final = _INDEX | _GUID | _NATIVE | _TRUE

NameReader: TypeAlias = Callable[[bytes, int], tuple[str, int]]
"""Takes bytes and a position; gives the name there, case-folded, and where it ends. No name is empty but an unknown one."""


def inline_name(data: bytes, at: int) -> tuple[str, int]:
    """Read a name that stands in the bytes as a text."""
    (units,) = _I32.unpack_from(data, at)
    at += 4
    if 0 < units <= _LONGEST_NAME:
        raw = data[at : at + units]
        if len(raw) == units and not raw[-1]:
            return _folded(raw), at + units
    elif -_LONGEST_NAME <= units < 0:
        raw = data[at : at - 2 * units]
        if len(raw) == -2 * units and not any(raw[-2:]):
            return raw[:-2].decode("utf-16-le", errors="replace").casefold(), at - 2 * units
    message = f"there is no name at byte {at - 4:,}"
    raise FormatError(message)


@lru_cache(maxsize=8192)
def _folded(raw: bytes) -> str:
    """Return a name's text; the same few hundred names come again and again."""
    return raw[:-1].decode("utf-8", errors="replace").casefold()


def numbered_names(texts: Mapping[int, str]) -> NameReader:
    """Return the reader of names that are a 32-bit id and an instance number; ids not in ``texts`` read as empty."""
    folded = {number: text.casefold() for number, text in texts.items()}

    def read(data: bytes, at: int) -> tuple[str, int]:
        number, instance = _ID.unpack_from(data, at)
        text = folded.get(number, "")
        # Instance 0 is the plain name, 1 is "_0".
        return (f"{text}_{instance - 1}" if instance and text else text), at + 8

    return read


class TagList:
    """Bytes of one generation, from which property lists are read."""

    def __init__(self, data: bytes, generation: Generation, names: NameReader = inline_name) -> None:
        self.data = data
        self.names = names
        self._generation = generation
        self._head = self._head_c if generation is Generation.C else self._head_ab

    def read(self, start: int, end: int, wanted: Container[str]) -> PropertyList:
        """Return the ``wanted`` properties (lower-case names) of the list at ``start``, over before ``end``."""
        if not 0 <= start <= end <= len(self.data):
            message = f"a list is said to begin at byte {start:,} of {end:,}"
            raise FormatError(message)
        try:
            return self._read(start, end, wanted)
        except (struct.error, IndexError) as error:
            message = f"the list at byte {start:,} ends inside a property"
            raise FormatError(message) from error

    def _read(self, position: int, end: int, wanted: Container[str]) -> PropertyList:
        data, names, head = self.data, self.names, self._head
        tags: dict[tuple[str, int], Tag] = {}
        for _ in range(_MOST_TAGS):
            name, position = names(data, position)
            if name == "none":
                if position > end:
                    break
                return PropertyList(self, tags, position)
            index, tag = head(position)
            position = tag.at + tag.size
            if tag.size < 0 or position > end:
                message = f"the property {name[:100]} is larger than its list"
                raise FormatError(message)
            if name in wanted:
                tags[name, index] = tag
        message = f"a list has more than {_MOST_TAGS:,} properties, or no end"
        raise FormatError(message)

    def _head_ab(self, at: int) -> tuple[int, Tag]:
        data, is_b = self.data, self._generation is Generation.B
        name, at = self.names(data, at)
        kind, inner, flag = _KINDS.get(name), None, False
        size, index = _TWO_I32.unpack_from(data, at)
        at += 8
        if kind is Kind.BOOL:
            flag = data[at] != 0
            at += 1
        elif kind in _WITH_INNER:
            name, at = self.names(data, at)
            inner = _KINDS.get(name)
            at += 16 if is_b and kind is Kind.STRUCT else 0
        elif kind is Kind.MAP and is_b:
            _, at = self.names(data, self.names(data, at)[1])
        if is_b:
            at += 17 if data[at] else 1
        return index, Tag(kind, inner, flag, at, size)

    def _head_c(self, at: int) -> tuple[int, Tag]:
        data = self.data
        types: list[Kind | None] = []
        pending = 1
        while pending > 0:
            if len(types) >= _MOST_NODES:
                message = "a property's type has too many parts"
                raise FormatError(message)
            name, at = self.names(data, at)
            types.append(_KINDS.get(name))
            pending += _I32.unpack_from(data, at)[0] - 1
            at += 4
        size, flags = _SIZE_AND_FLAGS.unpack_from(data, at)
        at += 5
        if flags & ~_KNOWN_FLAGS:
            message = f"a property has the unknown flags {flags:#04x}"
            raise FormatError(message)
        index = _I32.unpack_from(data, at)[0] if flags & _INDEX else 0
        at += (4 if flags & _INDEX else 0) + (16 if flags & _GUID else 0)
        inner = types[1] if len(types) > 1 else None
        return index, Tag(types[0], inner, bool(flags & _TRUE), at, size)

    def elements(self, tag: Tag, wanted: Container[str]) -> Iterator[PropertyList]:
        """Yield the property lists of an array of structs, which must fill the property."""
        end = tag.at + tag.size
        cursor = Cursor(self.data, tag.at, end)
        count = cursor.count(8)
        position = cursor.position
        if count and self._generation is Generation.B:
            # One full tag tells the elements' type.
            _, position = self._guarded(self.names, position)
            position = self._guarded_head(position)
        for _ in range(count):
            found = self.read(position, end, wanted)
            position = self._past_zero(found.end, end)
            yield found
        if position != end:
            message = f"a list of {count:,} elements does not end where its size says"
            raise FormatError(message)

    def _guarded(self, read: NameReader, at: int) -> tuple[str, int]:
        try:
            return read(self.data, at)
        except (struct.error, IndexError) as error:
            message = f"the bytes end at {at:,}, inside a property"
            raise FormatError(message) from error

    def _guarded_head(self, at: int) -> int:
        try:
            return self._head(at)[1].at
        except (struct.error, IndexError) as error:
            message = f"the bytes end at {at:,}, inside a property"
            raise FormatError(message) from error

    def _past_zero(self, at: int, end: int) -> int:
        """Step over the zero that follows uploaded items in their array (a real cluster file); a name is never zero."""
        if self.names is inline_name and at + 4 <= end and not any(self.data[at : at + 4]):
            return at + 4
        return at

"""The properties that were wanted of one list, as numbers, texts and further lists."""

from __future__ import annotations

import math
import struct
from collections.abc import Container, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.dialect import Kind

if TYPE_CHECKING:
    from parser_service.saves.taglist import TagList

_NUMBERS: Final = {
    Kind.INT8: struct.Struct("<b"),
    Kind.INT16: struct.Struct("<h"),
    Kind.INT32: struct.Struct("<i"),
    Kind.INT64: struct.Struct("<q"),
    Kind.UINT16: struct.Struct("<H"),
    Kind.UINT32: struct.Struct("<I"),
    Kind.UINT64: struct.Struct("<Q"),
    Kind.BYTE: struct.Struct("<B"),
    Kind.FLOAT: struct.Struct("<f"),
    Kind.DOUBLE: struct.Struct("<d"),
}
_FRACTIONS: Final = frozenset({Kind.FLOAT, Kind.DOUBLE})
_I32: Final = struct.Struct("<i")
# Columns hold 64-bit integers at most, and some of them 32-bit ones.
_MOST_INT64: Final = 2**63 - 1
MOST_INT32: Final = 2**31 - 1
"""For ``integer``: the largest number that a 32-bit column holds."""
_TWO_I32: Final = struct.Struct("<ii")
# No path of a class comes near; longer ones would fill the memory of those already seen.
_LONGEST_PATH: Final = 2048


class Tag(NamedTuple):
    """One property: its types, the value of a bool, and where the value lies (a tuple, for lists have thousands)."""

    kind: Kind | None
    inner: Kind | None
    flag: bool
    at: int
    size: int


class PropertyList:
    """The wanted properties of one list, by lower-case name and array index; what is absent gives the default."""

    __slots__ = ("_lists", "_tags", "end")

    def __init__(self, lists: TagList, tags: Mapping[tuple[str, int], Tag], end: int) -> None:
        self._lists = lists
        self._tags = tags
        self.end = end

    def find(self, *names: str, index: int = 0) -> Tag | None:
        """Return the first of these properties that is there."""
        for name in names:
            tag = self._tags.get((name, index))
            if tag is not None:
                return tag
        return None

    def indices(self, name: str) -> list[int]:
        """Return at which array indices a property is there."""
        return [index for key, index in self._tags if key == name]

    def value(self, tag: Tag) -> Cursor:
        """Return a cursor over a property's value."""
        return Cursor(self._lists.data, tag.at, tag.at + tag.size)

    def flag(self, name: str) -> bool:
        """Return a bool property, false where it is absent."""
        tag = self.find(name)
        return tag is not None and tag.kind is Kind.BOOL and tag.flag

    def integer(self, *names: str, default: int = 0, index: int = 0, most: int = _MOST_INT64) -> int:
        """Return an integer property, by the first of its names that is there; ``most`` says what its column holds."""
        tag = self.find(*names, index=index)
        if tag is None:
            return default
        if tag.kind in _FRACTIONS:
            message = f"{names[0]} is no integer"
            raise FormatError(message)
        number = int(self._number(tag, names[0]))
        if not -most - 1 <= number <= most:
            message = f"{names[0]} is {number}, which is impossible"
            raise FormatError(message)
        return number

    def real(self, *names: str, default: float = math.nan, index: int = 0) -> float:
        """Return a number property; ``default`` where it is absent or not finite."""
        tag = self.find(*names, index=index)
        number = default if tag is None else float(self._number(tag, names[0]))
        return number if math.isfinite(number) else default

    def _number(self, tag: Tag, name: str) -> int | float:
        packed = _NUMBERS.get(tag.kind) if tag.kind is not None else None
        if packed is None or packed.size != tag.size:
            message = f"{name} is no number"
            raise FormatError(message)
        number: int | float = packed.unpack_from(self._lists.data, tag.at)[0]
        return number

    def text(self, name: str) -> str:
        """Return a text property, empty where it is absent."""
        tag = self.find(name)
        if tag is None:
            return ""
        if tag.kind is not Kind.STR:
            message = f"{name} is no text"
            raise FormatError(message)
        return _text(self._lists.data, tag.at, tag.at + tag.size)[0]

    def name(self, name: str) -> str:
        """Return a name property in lower case, empty where it is absent or of an unknown id."""
        tag = self.find(name)
        if tag is None:
            return ""
        try:
            return self._lists.names(self._lists.data, tag.at)[0]
        except struct.error as error:
            message = f"{name} is no name"
            raise FormatError(message) from error

    def class_name(self, name: str) -> str:
        """Return the class that an object property names by its path, empty where it does not."""
        tag = self.find(name)
        if tag is None or tag.kind is not Kind.OBJECT or tag.size < 9:
            return ""
        return _class_at(self._lists.data, tag.at, tag.at + tag.size)[0]

    def class_names(self, name: str) -> list[str]:
        """Return the classes that an array of objects names by their paths."""
        tag = self._array(name, Kind.OBJECT)
        if tag is None:
            return []
        data, end = self._lists.data, tag.at + tag.size
        cursor = self.value(tag)
        count, at = cursor.count(8), cursor.position
        classes = []
        for _ in range(count):
            text, at = _class_at(data, at, end)
            if text:
                classes.append(text)
        return classes

    def texts(self, name: str) -> list[str]:
        """Return an array of texts."""
        tag = self._array(name, Kind.STR)
        if tag is None:
            return []
        data, end = self._lists.data, tag.at + tag.size
        cursor = self.value(tag)
        count, at = cursor.count(4), cursor.position
        texts = []
        for _ in range(count):
            text, at = _text(data, at, end)
            texts.append(text)
        return texts

    def integers(self, name: str) -> list[int]:
        """Return an array of integers."""
        tag = self.find(name)
        if tag is None:
            return []
        packed = _NUMBERS.get(tag.inner) if tag.inner is not None else None
        if tag.kind is not Kind.ARRAY or packed is None or tag.inner in _FRACTIONS:
            message = f"{name} is no list of integers"
            raise FormatError(message)
        cursor = self.value(tag)
        count = cursor.count(packed.size)
        numbers = list(struct.unpack_from(f"<{count}{packed.format[1:]}", self._lists.data, cursor.position))
        if tag.inner is Kind.UINT64 and max(numbers, default=0) > _MOST_INT64:
            message = f"{name} holds an impossible number"
            raise FormatError(message)
        return numbers

    def raw_bytes(self, name: str) -> bytes:
        """Return an array of bytes, empty where it is absent."""
        tag = self.find(name)
        if tag is None:
            return b""
        # Cluster files of ASE's version 3 have signed bytes.
        if tag.kind is not Kind.ARRAY or tag.inner not in {Kind.BYTE, Kind.INT8}:
            message = f"{name} is no list of bytes"
            raise FormatError(message)
        cursor = self.value(tag)
        count = cursor.count(1)
        return self._lists.data[cursor.position : cursor.position + count]

    def nested(self, name: str, wanted: Container[str]) -> PropertyList:
        """Return the wanted properties of a struct, none where it is absent."""
        tag = self.find(name)
        if tag is None:
            return PropertyList(self._lists, {}, 0)
        if tag.kind is not Kind.STRUCT:
            message = f"{name} is no structure"
            raise FormatError(message)
        return self._lists.read(tag.at, tag.at + tag.size, wanted)

    def elements(self, name: str, wanted: Container[str]) -> Iterator[PropertyList]:
        """Yield the wanted properties of each element of an array of structs."""
        tag = self._array(name, Kind.STRUCT)
        if tag is not None:
            yield from self._lists.elements(tag, wanted)

    def _array(self, name: str, inner: Kind) -> Tag | None:
        tag = self.find(name)
        if tag is not None and (tag.kind is not Kind.ARRAY or tag.inner is not inner):
            message = f"{name} is no list of what it should hold"
            raise FormatError(message)
        return tag


def _text(data: bytes, at: int, end: int) -> tuple[str, int]:
    """Return the text at a position, and where it ends; the fast form of ``Cursor.text``."""
    if at + 4 > end:
        message = f"a text begins at byte {at:,} of {end:,}"
        raise FormatError(message)
    (units,) = _I32.unpack_from(data, at)
    at += 4
    nul = 1 if units > 0 else 2
    after = at + (units if units > 0 else -2 * units)
    if after > end or (units and any(data[after - nul : after])):
        message = f"the text at byte {at - 4:,} does not end where its length says"
        raise FormatError(message)
    raw = data[at : after - nul] if units else b""
    text = raw.decode("utf-8" if units > 0 else "utf-16-le", errors="replace")
    # No text of ours may hold a NUL: databases refuse it.
    return (text.replace("\0", "\ufffd") if "\0" in text else text), after


def _class_at(data: bytes, at: int, end: int) -> tuple[str, int]:
    """Return the class that a reference in a file names, empty where it is an index, and where the reference ends."""
    if at + 8 > end:
        message = f"a reference begins at byte {at:,} of {end:,}"
        raise FormatError(message)
    form, units = _TWO_I32.unpack_from(data, at)
    if form == 0:
        return "", at + 8
    after = at + 8 + (units if units >= 0 else -2 * units)
    if form != 1 or after > end or abs(units) > _LONGEST_PATH:
        message = f"the reference at byte {at:,} is none"
        raise FormatError(message)
    return _last_part(data[at + 8 : after], is_wide=units < 0), after


@lru_cache(maxsize=4096)
def _last_part(raw: bytes, *, is_wide: bool) -> str:
    """Return the class at the end of ``BlueprintGeneratedClass /Game/Path/Name.Name_C``; there are some hundreds."""
    text = raw.decode("utf-16-le" if is_wide else "utf-8", errors="replace").rstrip("\0")
    return text.rpartition(".")[2].replace("\0", "\ufffd")

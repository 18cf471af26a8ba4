"""Tagged property lists: the common core of every ARK file, in the three generations of its tag headers.

A = ASE; B = ASA worlds v13 and files v5, v6; C = ASA worlds v14 and files v7 (Unreal 5.5).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = "bool | int | float | str | bytes | tuple[Value, ...] | tuple[Tag, ...]"
"""What a tag may hold; object references are the keys of the objects they point to."""


class Generation(StrEnum):
    """Which tag header a file has."""

    A = "a"
    B = "b"
    C = "c"


class Kind(StrEnum):
    """The engine's property types that the sandbox writes."""

    INT = "IntProperty"
    UINT16 = "UInt16Property"
    UINT32 = "UInt32Property"
    UINT64 = "UInt64Property"
    FLOAT = "FloatProperty"
    DOUBLE = "DoubleProperty"
    BOOL = "BoolProperty"
    BYTE = "ByteProperty"
    STR = "StrProperty"
    NAME = "NameProperty"
    OBJECT = "ObjectProperty"
    STRUCT = "StructProperty"
    ARRAY = "ArrayProperty"


_SCALARS = {
    Kind.INT: "<i",
    Kind.UINT16: "<H",
    Kind.UINT32: "<I",
    Kind.UINT64: "<Q",
    Kind.FLOAT: "<f",
    Kind.DOUBLE: "<d",
    Kind.BYTE: "<B",
}

# ASA writes these as objects of their own: a zero follows the list of each (a real cluster inventory).
OBJECT_STRUCTS = frozenset({"ArkTributeInventoryItem"})
# The engine writes these itself, not as a property list; in generation C their tag says so (flag 0x08).
NATIVE_STRUCTS = frozenset({"Vector", "UniqueNetIdRepl"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One property: name, type, value; ``index`` counts in properties that repeat."""

    name: str
    kind: Kind
    value: Value
    index: int = 0
    inner: Kind | None = None
    struct: str = ""
    package: str = "/Script/ShooterGame"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one file writes names and references, and which tag header it has."""

    generation: Generation
    name: Callable[[str], bytes]
    reference: Callable[[str], bytes]
    is_wide: bool
    """Whether vectors are doubles (ASA) and not floats (ASE)."""


def fstring(text: str) -> bytes:
    """Return a string as the engine writes it: single bytes where that is enough, UTF-16 otherwise."""
    if not text:
        return b"\0\0\0\0"
    if text.isascii():
        return struct.pack("<i", len(text) + 1) + text.encode("ascii") + b"\0"
    wide = text.encode("utf-16-le", "surrogatepass")
    return struct.pack("<i", -(len(wide) // 2 + 1)) + wide + b"\0\0"


def encode_list(tags: Iterable[Tag], dialect: Dialect) -> bytes:
    """Return a property list with its end mark."""
    return b"".join(encode_tag(tag, dialect) for tag in tags) + dialect.name("None")


def encode_tag(tag: Tag, dialect: Dialect) -> bytes:
    """Return one property: header and value."""
    value = b"" if tag.kind is Kind.BOOL else _value(tag, dialect)
    if dialect.generation is Generation.C:
        return _header_c(tag, dialect, len(value)) + value
    return _header_ab(tag, dialect, len(value)) + value


def _header_ab(tag: Tag, dialect: Dialect, size: int) -> bytes:
    parts = [dialect.name(tag.name), dialect.name(tag.kind), struct.pack("<ii", size, tag.index)]
    is_b = dialect.generation is Generation.B
    if tag.kind is Kind.STRUCT:
        parts.append(dialect.name(tag.struct) + (bytes(16) if is_b else b""))
    elif tag.kind is Kind.BOOL:
        parts.append(b"\1" if tag.value else b"\0")
    elif tag.kind is Kind.BYTE:
        parts.append(dialect.name("None"))
    elif tag.inner is not None:
        # That an array's elements are structs is all these generations say here; B says more before the elements.
        parts.append(dialect.name(tag.inner))
    # Generation B ends every header with "has a property GUID", which no file seen has.
    return b"".join(parts) + (b"\0" if is_b else b"")


def _header_c(tag: Tag, dialect: Dialect, size: int) -> bytes:
    parts = [dialect.name(tag.name), dialect.name(tag.kind)]
    if Kind.STRUCT in {tag.kind, tag.inner}:
        # The type is a tree: StructProperty<Name<package>>, of an array ArrayProperty<StructProperty<Name<package>>>.
        if tag.inner is not None:
            parts.append(struct.pack("<i", 1) + dialect.name(tag.inner))
        names = (tag.struct, tag.package)
        parts.append(b"".join(struct.pack("<i", 1) + dialect.name(name) for name in names))
    elif tag.inner is not None:
        parts.append(struct.pack("<i", 1) + dialect.name(tag.inner))
    parts.append(struct.pack("<iiB", 0, size, _flags(tag)))
    if tag.index:
        parts.append(struct.pack("<i", tag.index))
    return b"".join(parts)


def _flags(tag: Tag) -> int:
    flags = 0x01 if tag.index else 0
    if tag.struct in NATIVE_STRUCTS:
        flags |= 0x08
    if tag.kind is Kind.BOOL and tag.value:
        flags |= 0x10
    return flags


def _value(tag: Tag, dialect: Dialect) -> bytes:
    if tag.kind is Kind.ARRAY:
        assert isinstance(tag.value, tuple)
        assert tag.inner is not None
        inner = tag.inner
        if inner is Kind.STRUCT:
            return _struct_array(tag, dialect)
        if inner is Kind.BYTE:
            return struct.pack("<i", len(tag.value)) + bytes(
                item for item in tag.value if isinstance(item, int)
            )
        return struct.pack("<i", len(tag.value)) + b"".join(_bare(inner, item, dialect) for item in tag.value)
    if tag.kind is Kind.STRUCT:
        return _struct_value(tag, dialect)
    return _bare(tag.kind, tag.value, dialect)


def _struct_value(tag: Tag, dialect: Dialect) -> bytes:
    if tag.struct == "Vector":
        return struct.pack("<3d" if dialect.is_wide else "<3f", *_numbers(tag.value))
    if isinstance(tag.value, bytes):
        return tag.value
    assert isinstance(tag.value, tuple)
    return encode_list([item for item in tag.value if isinstance(item, Tag)], dialect)


def _struct_array(tag: Tag, dialect: Dialect) -> bytes:
    """Return counted property lists; generation B puts a tag with the elements' type before the first."""
    assert isinstance(tag.value, tuple)
    is_object = dialect.generation is Generation.C and tag.struct in OBJECT_STRUCTS
    lists = [
        encode_list([part for part in item if isinstance(part, Tag)], dialect)
        + (bytes(4) if is_object else b"")
        for item in tag.value
        if isinstance(item, tuple)
    ]
    body = b"".join(lists)
    head = b""
    if lists and dialect.generation is Generation.B:
        head = _header_ab(
            Tag(name=tag.name, kind=Kind.STRUCT, value=(), struct=tag.struct), dialect, len(body)
        )
    return struct.pack("<i", len(lists)) + head + body


def _numbers(value: Value) -> list[float]:
    assert isinstance(value, tuple)
    return [float(item) for item in value if isinstance(item, int | float)]


def _bare(kind: Kind, value: object, dialect: Dialect) -> bytes:
    """Return a value without header: a scalar, a string, or a reference."""
    if kind in _SCALARS:
        return struct.pack(_SCALARS[kind], value)
    text = str(value)
    if kind is Kind.STR:
        return fstring(text)
    return dialect.name(text) if kind is Kind.NAME else dialect.reference(text)

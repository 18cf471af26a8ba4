"""Short names for making tags, so that a list of properties reads like the game's own."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.ark.writer.tags import Kind, Tag


def integer(name: str, value: int) -> Tag:
    """Return an ``IntProperty``."""
    return Tag(name=name, kind=Kind.INT, value=value)


def unsigned(name: str, value: int) -> Tag:
    """Return a ``UInt32Property``."""
    return Tag(name=name, kind=Kind.UINT32, value=value)


def number(name: str, value: float, index: int = 0) -> Tag:
    """Return a ``FloatProperty``."""
    return Tag(name=name, kind=Kind.FLOAT, value=value, index=index)


def double(name: str, value: float) -> Tag:
    """Return a ``DoubleProperty``."""
    return Tag(name=name, kind=Kind.DOUBLE, value=value)


def flag(name: str, *, value: bool = True) -> Tag:
    """Return a ``BoolProperty``."""
    return Tag(name=name, kind=Kind.BOOL, value=value)


def byte(name: str, value: int, index: int = 0) -> Tag:
    """Return a raw ``ByteProperty``."""
    return Tag(name=name, kind=Kind.BYTE, value=value, index=index)


def text(name: str, value: str) -> Tag:
    """Return a ``StrProperty``."""
    return Tag(name=name, kind=Kind.STR, value=value)


def reference(name: str, key: str) -> Tag:
    """Return an ``ObjectProperty`` that points to the object with this key."""
    return Tag(name=name, kind=Kind.OBJECT, value=key)


def array(name: str, inner: Kind, values: Iterable[str] | Iterable[int]) -> Tag:
    """Return an ``ArrayProperty`` of scalars, strings or references."""
    return Tag(name=name, kind=Kind.ARRAY, value=tuple(values), inner=inner)


def vector(name: str, x: float, y: float, z: float) -> Tag:
    """Return a native ``Vector``; its package is the engine's."""
    return Tag(name=name, kind=Kind.STRUCT, value=(x, y, z), struct="Vector", package="/Script/CoreUObject")


def structure(name: str, struct: str, tags: Iterable[Tag]) -> Tag:
    """Return a struct that is itself a property list."""
    return Tag(name=name, kind=Kind.STRUCT, value=tuple(tags), struct=struct)


def structures(name: str, struct: str, elements: Iterable[Iterable[Tag]]) -> Tag:
    """Return an ``ArrayProperty`` of structs that are property lists."""
    lists = tuple(tuple(element) for element in elements)
    return Tag(name=name, kind=Kind.ARRAY, value=lists, inner=Kind.STRUCT, struct=struct)

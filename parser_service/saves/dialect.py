"""The three generations of property tags, and the property types, as tables for the walk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from parser_service.saves.names import IdTable, make_table, signed

END: Final = -2
"""What a plan says of the name that ends a list."""


class Generation(StrEnum):
    """How a tag's header is laid out."""

    A = "ase"
    B = "asa13"  # and Mobile
    C = "asa14"


class Kind(IntEnum):
    """A property's type."""

    BOOL = 0
    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    UINT16 = 5
    UINT32 = 6
    UINT64 = 7
    FLOAT = 8
    DOUBLE = 9
    BYTE = 10
    ENUM = 11
    STR = 12
    NAME = 13
    OBJECT = 14
    SOFT_OBJECT = 15
    STRUCT = 16
    ARRAY = 17
    SET = 18
    MAP = 19
    TEXT = 20
    WEAK_OBJECT = 21
    LAZY_OBJECT = 22
    INTERFACE = 23
    DELEGATE = 24


TYPE_NAMES: Final = {
    Kind.BOOL: "BoolProperty",
    Kind.INT8: "Int8Property",
    Kind.INT16: "Int16Property",
    Kind.INT32: "IntProperty",
    Kind.INT64: "Int64Property",
    Kind.UINT16: "UInt16Property",
    Kind.UINT32: "UInt32Property",
    Kind.UINT64: "UInt64Property",
    Kind.FLOAT: "FloatProperty",
    Kind.DOUBLE: "DoubleProperty",
    Kind.BYTE: "ByteProperty",
    Kind.ENUM: "EnumProperty",
    Kind.STR: "StrProperty",
    Kind.NAME: "NameProperty",
    Kind.OBJECT: "ObjectProperty",
    Kind.SOFT_OBJECT: "SoftObjectProperty",
    Kind.STRUCT: "StructProperty",
    Kind.ARRAY: "ArrayProperty",
    Kind.SET: "SetProperty",
    Kind.MAP: "MapProperty",
    Kind.TEXT: "TextProperty",
    Kind.WEAK_OBJECT: "WeakObjectProperty",
    Kind.LAZY_OBJECT: "LazyObjectProperty",
    Kind.INTERFACE: "InterfaceProperty",
    Kind.DELEGATE: "DelegateProperty",
}
"""Unreal's names of the types."""

# Name, type, size and index, with 8-byte names (generations A and B).
_PLAIN: Final = 24
# Bytes that a type adds to these.
# ASE's engine (Unreal 4.5) is older than the inner types of maps.
_EXTRA_A: Final = {Kind.STRUCT: 8, Kind.BOOL: 1, Kind.BYTE: 8, Kind.ARRAY: 8, Kind.SET: 8}
_EXTRA_B: Final = {**_EXTRA_A, Kind.STRUCT: 24, Kind.ENUM: 8, Kind.MAP: 16}


class NameIds(Protocol):
    """Knows the ids of names."""

    def ids_of(self, name: str) -> tuple[int, ...]:
        """Return the ids that mean ``name``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A wanted property; ``width`` is how many of its array indices are wanted, from 0."""

    name: str
    width: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What the walk must know to step over any tag of one file."""

    generation: Generation
    kinds: IdTable
    bool_id: int
    extra: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which properties the walk records, and in which row it does; ``END`` is the name that ends a list."""

    fields: IdTable
    widths: NDArray[np.int32]
    rows: int
    row_of: dict[str, int]


def make_dialect(generation: Generation, names: NameIds) -> Dialect:
    """Return the dialect of a file whose names have these ids."""
    extras = _EXTRA_A if generation is Generation.A else _EXTRA_B
    return Dialect(
        generation=generation,
        kinds=make_table(
            {number: kind for kind, name in TYPE_NAMES.items() for number in names.ids_of(name)}
        ),
        # Only generation C asks for it, whose names have one id each.
        bool_id=signed(next(iter(names.ids_of(TYPE_NAMES[Kind.BOOL])), 0)),
        extra=np.array([_PLAIN + extras.get(kind, 0) for kind in Kind], dtype=np.int64),
    )


def make_plan(fields: tuple[Field, ...], names: NameIds) -> Plan:
    """Return the plan that records ``fields``."""
    row_of: dict[str, int] = {}
    ids = dict.fromkeys(names.ids_of("None"), END)
    widths: list[int] = []
    for field in fields:
        row_of[field.name] = len(widths)
        ids.update(dict.fromkeys(names.ids_of(field.name), len(widths)))
        widths.extend(range(field.width, 0, -1))
    return Plan(
        fields=make_table(ids), widths=np.array(widths, dtype=np.int32), rows=len(widths), row_of=row_of
    )

"""Frozen dataclasses to plain JSON values and back, driven by their annotations.

Made for values that are stored: reading ignores keys it does not know and fills in what is missing from defaults,
so that an older reader survives a newer writer.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, NewType, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
"""What a JSON document may hold."""

Value = TypeVar("Value")
Reader: TypeAlias = Callable[[Any], Any]


def to_json(value: Any) -> dict[str, JSON]:
    """Return a dataclass's fields as JSON values, without those that are ``None``."""
    data: dict[str, JSON] = {}
    cls: Any = type(value)
    for name in _names(cls):
        field: Any = getattr(value, name)
        if field is None:
            continue
        # an enum member is a str subclass; drivers and comparisons want the plain string
        data[name] = (
            to_json(field)
            if dataclasses.is_dataclass(field)
            else field.value
            if isinstance(field, StrEnum)
            else field
        )
    return data


def from_json(cls: type[Value], data: Mapping[str, JSON]) -> Value:
    """Return the dataclass made of ``data``; raise ``ValueError`` where a needed value is missing or ill-typed."""
    values: dict[str, Any] = {}
    for name, read, may_be_none, is_required in _plan(cast("Any", cls)):
        raw = data.get(name)
        if raw is not None:
            values[name] = _read(cls, name, read, raw)
        elif is_required:
            if not may_be_none:
                raise ValueError(f"{cls.__name__}.{name} is missing")
            values[name] = None
    return cls(**values)


def _read(cls: type, name: str, read: Reader, raw: JSON) -> object:
    try:
        return read(raw)
    except TypeError as error:
        raise ValueError(f"{cls.__name__}.{name}: {error}") from error


@cache
def _names(cls: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))


@cache
def _plan(cls: type[Any]) -> tuple[tuple[str, Reader, bool, bool], ...]:
    """Per field: its name, how it is read, whether it may be ``None``, whether it has no default."""
    hints = get_type_hints(cls)
    plan = []
    for field in dataclasses.fields(cls):
        hint, may_be_none = _split_optional(hints[field.name])
        plan.append((field.name, _reader(hint), may_be_none, field.default is dataclasses.MISSING))
    return tuple(plan)


def _split_optional(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    members = [member for member in get_args(hint) if member is not NoneType]
    if len(members) != 1:
        raise TypeError(f"{hint} is neither one type nor one type or None")
    return members[0], True


def _reader(hint: Any) -> Reader:
    if isinstance(hint, NewType):
        return _reader(hint.__supertype__)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _nested_reader(hint)
    if issubclass(hint, StrEnum):
        return lambda raw: hint(_expect(str, raw))
    if hint is float:
        return lambda raw: float(_expect((int, float), raw))
    return lambda raw: _expect(hint, raw)


def _nested_reader(cls: type[Any]) -> Reader:
    return lambda raw: from_json(cls, _expect(dict, raw))


def _expect(types: type | tuple[type, ...], raw: Any) -> Any:
    # bool is an int to isinstance, and never what an int field means
    if not isinstance(raw, types) or (isinstance(raw, bool) and types is not bool):
        raise TypeError(f"{raw!r} is not {types}")
    return raw

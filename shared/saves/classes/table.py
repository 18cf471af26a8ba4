"""The table of classes: read once, when somebody first asks, and looked things up in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from shared.saves.classes.facts import ClassCategory, ClassFacts, ClassKind, Tier
from shared.saves.classes.naming import readable, short_name

FORMAT: Final = 1
"""The form of the table's file; ``build`` writes it, this module reads it."""
FLAGS: Final = MappingProxyType({"c": "is_core", "t": "is_turret", "h": "is_container", "i": "is_immune"})
"""The letters that stand for what is true of a structure's class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSource:
    """Where the table comes from, in part."""

    name: str
    url: str
    commit: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTableInfo:
    """Which table this is.

    Attributes
    ----------
    version : int
        Rises with every table that is published.
    made_on : date
        The day on which its sources were fetched.
    sources : tuple of ClassSource
    counts : mapping
        How many classes of each kind it has.
    """

    version: int
    made_on: date
    sources: tuple[ClassSource, ...]
    counts: Mapping[ClassKind, int]


def find_class(name: str) -> ClassFacts | None:
    """Return what the table knows of a class, or ``None`` where it has none of that name.

    ``name`` is the short name, in any case, as saves have it, or the path of the blueprint.

    Examples
    --------
    >>> find_class("Floor_Stone_C").tier.value
    'stone'
    >>> find_class("Thing_Of_Some_Mod_C") is None
    True
    """
    return _find(short_name(name).casefold())


def display_name(class_name: str) -> str:
    """Return what players call the things of a class; of an unknown one, its own name in a readable form.

    Examples
    --------
    >>> display_name("StorageBox_Huge_C")
    'Vault'
    >>> display_name("BP_Thing_OfSomeMod_C")
    'Thing Of Some Mod'
    """
    facts = find_class(class_name)
    return readable(class_name) if facts is None else facts.display_name


def unknown_classes(classes: Iterable[str]) -> tuple[str, ...]:
    """Return the classes that the table does not have, each once, sorted: those of mods, or newer than the table."""
    return tuple(sorted({name for name in classes if find_class(name) is None}))


def table_info() -> ClassTableInfo:
    """Return which table this is, and where it comes from."""
    table = _table()
    return ClassTableInfo(
        version=table["version"],
        made_on=date.fromisoformat(table["made_on"]),
        sources=tuple(ClassSource(**source) for source in table["sources"]),
        counts=MappingProxyType(
            {
                ClassKind.STRUCTURE: len(table[ClassKind.STRUCTURE.value]),
                ClassKind.CREATURE: len(table[ClassKind.CREATURE.value]),
                ClassKind.ITEM: sum(len(items) for items in table[ClassKind.ITEM.value].values()),
            }
        ),
    )


@lru_cache(maxsize=16_384)
def _find(key: str) -> ClassFacts | None:
    place = _places().get(key)
    if place is None:
        return None
    category, name = place
    if category is None:
        return _structure(name, _table()[ClassKind.STRUCTURE.value][name])
    if category is ClassCategory.CREATURE:
        kind, shown = ClassKind.CREATURE, _table()[ClassKind.CREATURE.value][name]
    else:
        kind, shown = ClassKind.ITEM, _table()[ClassKind.ITEM.value][category.value][name]
    return ClassFacts(name=name, display_name=shown or readable(name), kind=kind, category=category)


def _structure(name: str, cells: Sequence[Any]) -> ClassFacts:
    shown, category, tier, flags = cells[:4]
    days, slots = cells[4:] or (None, None)
    return ClassFacts(
        name=name,
        display_name=shown or readable(name),
        kind=ClassKind.STRUCTURE,
        category=ClassCategory(category),
        tier=Tier(tier),
        decay_days=None if days is None else float(days),
        slots=slots,
        **{field: letter in flags for letter, field in FLAGS.items()},
    )


@cache
def _table() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("classes.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    if table["format"] != FORMAT:
        message = (
            f"classes.json has form {table['format']}, expected {FORMAT}: run shared.saves.classes.build"
        )
        raise ValueError(message)
    return table


@cache
def _places() -> dict[str, tuple[ClassCategory | None, str]]:
    """Return where each class stands, by its name in lower case: the game's names have no case.

    That is under the category of items and creatures, and under none for structures, which have it in their cells.
    """
    table = _table()
    rows: list[tuple[ClassCategory | None, dict[str, Any]]] = [
        *((ClassCategory(category), items) for category, items in table[ClassKind.ITEM.value].items()),
        (ClassCategory.CREATURE, table[ClassKind.CREATURE.value]),
        (None, table[ClassKind.STRUCTURE.value]),
    ]
    return {name.casefold(): (category, name) for category, group in rows for name in group}

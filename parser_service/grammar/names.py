"""Creatures, fighters, structures and members as lines name them: read from the right, where the game writes.

Names are the attacker's: a tame may be called ``Bob - Lvl 900 (Rex)``. What stands last was written by the game.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from parser_service.grammar.words import ARTICLES, LEVEL_MARKS, LOCKS
from shared.domain.events import Creature, Fighter, FighterKind, Position, Structure, SurvivorId

# level, the survivor's id behind it in some ASA lines, and the size that a mod adds ("9 | 0.8x")
_LEVEL = re.compile(r"(\d{1,9})(?:-(\d{1,12}))?(?: \| \d{1,3}\.\d{1,3}x)?(?=$| \()", re.ASCII)
# a name that imitates the mark again and again is looked at this often
_LEVEL_TRIES = 3

_ID = re.compile(r"\d{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?", re.ASCII)


class Being(NamedTuple):
    """Name, level, survivor's id and bracketed groups, before it is known what they mean."""

    name: str
    level: int
    survivor_id: SurvivorId | None
    groups: tuple[str, ...]


class Member(NamedTuple):
    """A survivor's name, and the id that newer versions write behind it."""

    name: str
    survivor_id: SurvivorId | None


def read_being(text: str) -> Being | None:
    """Return the parts of ``Name - Lvl n[-id][ (group)][ (group)]``."""
    return _read_plain_being(text) or _read_any_being(text)


def _read_plain_being(text: str) -> Being | None:
    """Return what nine lines of ten hold: English, and no brackets or imitations in the names."""
    name, _, rest = text.rpartition(" - Lvl ")
    level, _, groups = rest.partition(" (")
    if not (name and level.isdecimal() and level.isascii() and len(level) < 10):
        return None
    if not groups:
        return Being(name.strip(), int(level), None, ()) if rest == level else None
    first, _, second = groups.partition(") (")
    if (
        not groups.endswith(")")
        or groups.count("(") != (1 if second else 0)
        or groups.count(")") != (2 if second else 1)
    ):
        return None
    names = (first, second[:-1]) if second else (groups[:-1],)
    return Being(name.strip(), int(level), None, names)


def _read_any_being(text: str) -> Being | None:
    for mark in LEVEL_MARKS:
        end = len(text)
        for _ in range(_LEVEL_TRIES):
            end = text.rfind(mark, 0, end)
            if end < 0:
                break
            level = _LEVEL.match(text, end + len(mark))
            name = text[:end].strip()
            if level and name and (groups := _read_groups(text[level.end() :])) is not None:
                survivor_id = SurvivorId(int(level[2])) if level[2] else None
                return Being(name, int(level[1]), survivor_id, groups)
    return None


def read_creature(text: str, *, needs_level: bool = True) -> Creature | None:
    """Return ``Name - Lvl n (Species)`` as a creature; some lines give no species, some the name alone."""
    being = read_being(text)
    if being is None:
        name = text.strip()
        return None if needs_level or not name else Creature(name=name)
    if len(being.groups) > 1 or being.survivor_id:
        return None
    return Creature(name=being.name, level=being.level, species=being.groups[0] if being.groups else None)


def read_tamed(text: str) -> Creature | None:
    """Return a creature that stands behind an article, which Russian servers replace by blanks."""
    return read_creature(strip_article(text.strip()))


def read_survivor_fighter(text: str) -> Fighter | None:
    """Return ``Name - Lvl n`` as a survivor, with the tribe if one stands behind it."""
    being = read_being(text)
    return None if being is None or len(being.groups) > 1 else _survivor(being)


def read_own_creature(text: str) -> Fighter | None:
    """Return ``Name - Lvl n (Species)`` as a creature of the tribe whose log it is."""
    creature = read_creature(text)
    if creature is None:
        return None
    return Fighter(
        name=creature.name, kind=FighterKind.CREATURE, level=creature.level, species=creature.species
    )


def read_public_fighter(text: str, *, is_victim: bool) -> Fighter | None:
    """Return a fighter of a public line: two groups are species and tribe, one is a survivor's tribe.

    Public lines tell of no wild victims; a wild killer has an article before and empty brackets behind it.
    """
    being = read_being(text)
    if being is None or not 1 <= len(being.groups) <= 2:
        return None
    if len(being.groups) == 2:
        return _creature(being)
    if being.groups[0] or being.survivor_id or is_victim:
        return _survivor(being)
    return _wild_or_unknown(being)


def read_tribe_fighter(text: str) -> Fighter | None:
    """Return a fighter of a tribe's log, where one group may be a species or a tribe."""
    being = read_being(text.strip())
    if being is None or len(being.groups) > 2:
        return None
    if len(being.groups) == 2:
        return _creature(being)
    if being.survivor_id:
        return _survivor(being)
    if being.groups:
        return Fighter(name=being.name, level=being.level, group=being.groups[0] or None)
    return _wild_or_unknown(being)


def read_structure(text: str, *, has_owner: bool = False) -> Structure | None:
    """Return ``Name[ (Locked) ]`` as a structure, with the owner's tribe in last brackets where there is one."""
    owner = None
    if has_owner:
        text, owner = split_group(text)
        if owner is None:
            return None
    for lock in LOCKS:
        if text.endswith(lock):
            return Structure(name=text[: -len(lock)], is_locked=True, owner=owner or None)
    return Structure(name=text, owner=owner or None) if text else None


def read_member(text: str) -> Member | None:
    """Return ``Name`` or ``Name with ID n``; ASA writes the id in capitals in one half of a line, not in the other."""
    for mark in (" with ID ", " with id "):
        name, _, digits = text.rpartition(mark)
        if name and (survivor_id := read_id(digits)):
            return Member(name, SurvivorId(survivor_id))
    return Member(text, None) if text else None


def read_id(digits: str) -> int | None:
    """Return an id; ids of 0 are shared by many and identify nobody."""
    return (int(digits) or None) if _ID.fullmatch(digits) else None


def read_position(*numbers: str) -> Position | None:
    """Return a place, if all three are plain numbers."""
    if not all(_NUMBER.fullmatch(number) for number in numbers):
        return None
    x, y, z = map(float, numbers)
    return Position(x=x, y=y, z=z)


def strip_article(text: str) -> str:
    """Return ``text`` without the article it begins with."""
    if not text.startswith(ARTICLES):
        return text
    for article in ARTICLES:
        if text.startswith(article):
            return text[len(article) :].lstrip()
    return text


def split_group(text: str) -> tuple[str, str | None]:
    """Return ``text`` without its last group, and what stands in that group's balanced brackets."""
    if not text.endswith(")"):
        return text, None
    start = text.rfind("(")
    if text.find(")", start) != len(text) - 1:
        start = _opening_bracket(text)
    if start < 0 or (start and text[start - 1] != " "):
        return text, None
    return text[: max(start - 1, 0)], text[start + 1 : -1]


def _opening_bracket(text: str) -> int:
    """Return where the bracket opens that the last character closes, or -1."""
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        depth += (text[position] == ")") - (text[position] == "(")
        if depth == 0:
            return position
    return -1


def _read_groups(text: str) -> tuple[str, ...] | None:
    groups: list[str] = []
    while text:
        text, group = split_group(text)
        if group is None or len(groups) == 2:
            return None
        groups.insert(0, group)
    return tuple(groups)


def _survivor(being: Being) -> Fighter:
    return Fighter(
        name=being.name,
        kind=FighterKind.SURVIVOR,
        level=being.level,
        tribe=(being.groups[0] or None) if being.groups else None,
        survivor_id=being.survivor_id,
    )


def _creature(being: Being) -> Fighter:
    species, tribe = being.groups
    return Fighter(
        name=being.name,
        kind=FighterKind.CREATURE,
        level=being.level,
        species=species or None,
        tribe=tribe or None,
        survivor_id=being.survivor_id,
    )


def _wild_or_unknown(being: Being) -> Fighter:
    """Return a wild creature if an article says so; without one it may be a survivor or a tame."""
    if not being.name.startswith(ARTICLES):
        return Fighter(name=being.name, level=being.level)
    name = strip_article(being.name)
    return Fighter(name=name, kind=FighterKind.CREATURE, level=being.level, species=name)

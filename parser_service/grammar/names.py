"""Creatures, fighters, structures and members as lines name them: read from the right, where the game writes.

Names are the attacker's: a tame may be called ``Bob - Lvl 900 (Rex)``. What stands last was written by the game.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias, TypeVar, cast

from parser_service.grammar.loading import Words
from parser_service.grammar.quick import quick
from shared.domain.events import Creature, Fighter, FighterKind, Position, Structure, SurvivorId

# level, the survivor's id behind it in some ASA lines, and the size that a mod adds ("9 | 0.8x")
_LEVEL = r"(\d{1,9})(?:-(\d{1,12}))?(?: \| \d{1,3}\.\d{1,3}x)?"
_GROUP = r"(?: \(([^()]*)\))?"
# about what a busy server tells of in an hour; a stranger's endless names push out no more than that
_REMEMBERED = 2_048
# a name that imitates the mark again and again is looked at this often
_LEVEL_TRIES = 3

_ID = re.compile(r"\d{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?", re.ASCII)

# bound once: looking a member of an enumeration up costs as much as making a value
_SURVIVOR = FighterKind.SURVIVOR
_CREATURE = FighterKind.CREATURE

_to_survivor_id = cast("Callable[[str], SurvivorId]", int)
_creature = quick(Creature)
_fighter = quick(Fighter)
_structure = quick(Structure)

Value = TypeVar("Value")
Being: TypeAlias = tuple[str, int, SurvivorId | None, str | None, str | None]
"""Name, level, survivor's id and up to two groups in brackets, before it is known what they mean."""


Member: TypeAlias = tuple[str, SurvivorId | None]
"""A survivor's name, and the id that newer versions write behind it."""


def _remembered(read: Callable[[str], Value]) -> Callable[[str], Value]:
    return lru_cache(maxsize=_REMEMBERED)(read)


class Names:
    """Reads names with the words that the game writes around them in all languages.

    The same survivors, tames and structures are told of again and again, so what was read lately is remembered:
    values are frozen, and may be shared.
    """

    def __init__(self, words: Words) -> None:
        longest_first = sorted(words.level_marks, key=len, reverse=True)
        marks = "|".join(map(re.escape, longest_first))
        # one greedy group that walks back from the end once, and groups that end at the next bracket: linear
        self._plain = re.compile(rf"(.*) - (?:{marks}) {_LEVEL}{_GROUP}{_GROUP}", re.ASCII | re.DOTALL)
        self._level = re.compile(rf"{_LEVEL}(?=$| \()", re.ASCII)
        self.level_marks = tuple(f" - {mark} " for mark in longest_first)
        self._articles: dict[str, list[str]] = {}
        for article in sorted(words.articles, key=len, reverse=True):
            self._articles.setdefault(article.split(" ")[0], []).append(f"{article} ")
        self._locks = words.locks
        self.creature = _remembered(self._read_creature)
        self.tamed = _remembered(self._read_tamed)
        self.own_creature = _remembered(self._read_own_creature)
        self.survivor = _remembered(self._read_survivor)
        self.tribe_fighter = _remembered(self._read_tribe_fighter)
        self.public_victim = _remembered(self._read_public_victim)
        self.public_killer = _remembered(self._read_public_killer)
        self.structure = _remembered(self._read_structure)
        self.owned_structure = _remembered(self._read_owned_structure)

    def being(self, text: str) -> Being | None:
        """Return the parts of ``Name - Lvl n[-id][ (group)][ (group)]``."""
        match = self._plain.fullmatch(text)
        if match is None:
            return self._bracketed_being(text)
        name, level, survivor_id, first, second = match.groups()
        name = name.strip()
        if not name:
            return None
        return name, int(level), _to_survivor_id(survivor_id) if survivor_id else None, first, second

    def _bracketed_being(self, text: str) -> Being | None:
        """Return the parts where groups hold brackets themselves."""
        if not text.endswith(")"):
            return None
        for mark in self.level_marks:
            end = len(text)
            for _ in range(_LEVEL_TRIES):
                end = text.rfind(mark, 0, end)
                if end < 0:
                    break
                level = self._level.match(text, end + len(mark))
                name = text[:end].strip()
                if level and name and (groups := _read_groups(text[level.end() :])) is not None:
                    survivor_id = SurvivorId(int(level[2])) if level[2] else None
                    return name, int(level[1]), survivor_id, *groups
        return None

    def _read_creature(self, text: str) -> Creature | None:
        """Return ``Name - Lvl n (Species)`` as a creature; some lines give no species."""
        being = self.being(text)
        if being is None:
            return None
        name, level, survivor_id, species, tribe = being
        if survivor_id or tribe is not None:
            return None
        return _creature(name=name, level=level, species=species)

    def _read_tamed(self, text: str) -> Creature | None:
        """Return a creature that stands behind an article, which Russian servers replace by blanks."""
        return self._read_creature(self.strip_article(text.strip()))

    def _read_survivor(self, text: str) -> Fighter | None:
        """Return ``Name - Lvl n`` as a survivor, with the tribe if one stands behind it."""
        being = self.being(text)
        return None if being is None or being[4] is not None else _survivor(being)

    def _read_own_creature(self, text: str) -> Fighter | None:
        """Return ``Name - Lvl n (Species)`` as a creature of the tribe whose log it is."""
        being = self.being(text)
        if being is None or being[2] or being[4] is not None:
            return None
        return _fighter(name=being[0], kind=_CREATURE, level=being[1], species=being[3])

    def _read_public_victim(self, text: str) -> Fighter | None:
        """Return the victim of a public line, which tells of no wild ones."""
        being = self.being(text)
        if being is None or being[3] is None:
            return None
        return _survivor(being) if being[4] is None else _owned(being)

    def _read_public_killer(self, text: str) -> Fighter | None:
        """Return the killer of a public line: two groups are species and tribe, one is a survivor's tribe.

        A wild one has an article before and empty brackets behind it.
        """
        being = self.being(text)
        if being is None or being[3] is None:
            return None
        if being[4] is not None:
            return _owned(being)
        if being[3] or being[2]:
            return _survivor(being)
        return self._wild_or_unknown(being)

    def _read_tribe_fighter(self, text: str) -> Fighter | None:
        """Return a fighter of a tribe's log, where one group may be a species or a tribe."""
        being = self.being(text.strip())
        if being is None:
            return None
        name, level, survivor_id, group, second = being
        if second is not None:
            return _owned(being)
        if survivor_id:
            return _survivor(being)
        if group is not None:
            return _fighter(name=name, level=level, group=group or None)
        return self._wild_or_unknown(being)

    def _read_structure(self, text: str) -> Structure | None:
        """Return ``Name[ (Locked) ]`` as a structure."""
        return self._locked_or_not(text, None)

    def _read_owned_structure(self, text: str) -> Structure | None:
        """Return ``Name[ (Locked) ] (Tribe)`` as a structure; the brackets may be empty."""
        text, owner = split_group(text)
        return None if owner is None else self._locked_or_not(text, owner or None)

    def _locked_or_not(self, text: str, owner: str | None) -> Structure | None:
        if text.endswith(self._locks):
            lock = next(lock for lock in self._locks if text.endswith(lock))
            return _structure(name=text[: -len(lock)], is_locked=True, owner=owner)
        return _structure(name=text, owner=owner) if text else None

    def strip_article(self, text: str) -> str:
        """Return ``text`` without the article it begins with."""
        for article in self._articles.get(text.partition(" ")[0], ()):
            if text.startswith(article):
                return text[len(article) :].lstrip()
        return text

    def _wild_or_unknown(self, being: Being) -> Fighter:
        """Return a wild creature if an article says so; without one it may be a survivor or a tame."""
        name = being[0]
        species = self.strip_article(name)
        if species is name:
            return _fighter(name=name, level=being[1])
        return _fighter(name=species, kind=_CREATURE, level=being[1], species=species)


def read_member(text: str) -> Member | None:
    """Return ``Name`` or ``Name with ID n``; ASA writes the id in capitals in one half of a line, not in the other."""
    if " with " in text:
        for mark in (" with ID ", " with id "):
            name, _, digits = text.rpartition(mark)
            if name and (survivor_id := read_id(digits)):
                return name, SurvivorId(survivor_id)
    return (text, None) if text else None


def read_id(digits: str) -> int | None:
    """Return an id; ids of 0 are shared by many and identify nobody."""
    return (int(digits) or None) if _ID.fullmatch(digits) else None


def read_position(*numbers: str) -> Position | None:
    """Return a place, if all three are plain numbers."""
    if not all(_NUMBER.fullmatch(number) for number in numbers):
        return None
    x, y, z = map(float, numbers)
    return Position(x=x, y=y, z=z)


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


def _read_groups(text: str) -> tuple[str | None, str | None] | None:
    groups: list[str] = []
    while text:
        text, group = split_group(text)
        if group is None or len(groups) == 2:
            return None
        groups.insert(0, group)
    first, second = (*groups, None, None)[:2]
    return first, second


def _survivor(being: Being) -> Fighter:
    name, level, survivor_id, tribe, _ = being
    return _fighter(name=name, kind=_SURVIVOR, level=level, tribe=tribe or None, survivor_id=survivor_id)


def _owned(being: Being) -> Fighter:
    name, level, survivor_id, species, tribe = being
    return _fighter(
        name=name,
        kind=_CREATURE,
        level=level,
        species=species or None,
        tribe=tribe or None,
        survivor_id=survivor_id,
    )

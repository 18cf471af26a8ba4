"""Phrases with blanks in them, matched from left to right by ``str`` alone: no patterns, no going back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from string import Formatter
from typing import TypeAlias

from shared.domain.events import GameEvent, TribeStamp

Blanks: TypeAlias = Mapping[str, str]
"""What stood in a phrase's blanks, the row's constants, and the text as the game wrote it as ``text``."""

Maker: TypeAlias = Callable[[TribeStamp | None, Blanks], GameEvent | None]
"""Makes the event of a phrase from the stamp and the blanks; ``None`` where that makes no sense."""

_Matcher: TypeAlias = Callable[[str], dict[str, str] | None]
_Step: TypeAlias = tuple[_Matcher, Maker, Mapping[str, str]]

# A log's lines use some hundred sets of words; names that hold words of the grammar make others, which are forgotten.
_REMEMBERED = 4_096


class Phrase:
    """A phrase such as ``"{survivor} claimed '{creature}'!"`` and what makes an event of it."""

    __slots__ = ("constants", "make", "match", "rank", "template", "words")

    def __init__(self, template: str, make: Maker, constants: Mapping[str, str] | None = None) -> None:
        literals, blanks = _split(template)
        self.template = template
        self.match = _two_blanks(literals, blanks) if len(blanks) == 2 else _any_blanks(literals, blanks)
        self.make = make
        self.constants = dict(constants or {})
        # the more a phrase says of its own, the earlier it is tried; then the one with fewer blanks
        self.rank = (-sum(map(len, literals)), len(blanks), template)
        self.words = _whole_words(literals)


class PhraseBook:
    """Phrases, found by the words that stand in a text.

    A phrase can only fit a text that holds each of its words, so most texts are compared with one or two phrases.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases = sorted(phrases, key=lambda phrase: phrase.rank)
        self.words = frozenset(word for phrase in self.phrases for word in phrase.words)
        self._fitting = lru_cache(maxsize=_REMEMBERED)(self._find_fitting)

    def read(self, text: str, stamp: TribeStamp | None, written: str | None = None) -> GameEvent | None:
        """Return the event of the first phrase that makes sense of ``text``, which the game has ``written`` so."""
        for match, make, constants in self._fitting(self.words.intersection(text.split(" "))):
            blanks = match(text)
            if blanks is not None:
                blanks["text"] = written or text
                if constants:
                    blanks |= constants
                event = make(stamp, blanks)
                if event is not None:
                    return event
        return None

    def _find_fitting(self, words: frozenset[str]) -> tuple[_Step, ...]:
        fitting = (phrase for phrase in self.phrases if phrase.words <= words)
        return tuple((phrase.match, phrase.make, phrase.constants) for phrase in fitting)


def _two_blanks(literals: list[str], blanks: list[str]) -> _Matcher:
    start, middle, end = literals
    first, second = blanks
    begin, ending = len(start), len(end)

    def match(text: str) -> dict[str, str] | None:
        if not (text.startswith(start) and text.endswith(end)):
            return None
        left, found, right = text[begin : len(text) - ending].partition(middle)
        return {first: left, second: right} if found else None

    return match


def _any_blanks(literals: list[str], blanks: list[str]) -> _Matcher:
    start, *middles, end = literals
    *before, last = blanks
    inner = tuple(zip(before, middles, strict=True))
    begin, ending = len(start), len(end)

    def match(text: str) -> dict[str, str] | None:
        if not (text.startswith(start) and text.endswith(end)):
            return None
        position, stop = begin, len(text) - ending
        values: dict[str, str] = {}
        for blank, literal in inner:
            found = text.find(literal, position, stop)
            if found < 0:
                return None
            values[blank] = text[position:found]
            position = found + len(literal)
        if position > stop:
            return None
        values[last] = text[position:stop]
        return values

    return match


def _whole_words(literals: list[str]) -> frozenset[str]:
    """Return the words of the literals that no blank can lengthen: those between blanks, or at the text's ends."""
    words: set[str] = set()
    for number, literal in enumerate(literals):
        pieces = literal.split(" ")
        if number > 0:
            del pieces[0]
        if number < len(literals) - 1:
            del pieces[-1:]
        words.update(piece for piece in pieces if piece)
    return frozenset(words)


def _split(template: str) -> tuple[list[str], list[str]]:
    """Return the literals and the blanks between them: always one literal more than blanks."""
    literals: list[str] = []
    blanks: list[str] = []
    for literal, blank, _, _ in Formatter().parse(template):
        literals.append(literal)
        if blank is not None:
            blanks.append(blank)
    if len(literals) == len(blanks):
        literals.append("")
    if not blanks or "" in literals[1:-1]:
        raise ValueError(f"A phrase needs blanks with words between them: {template!r}")
    return literals, blanks

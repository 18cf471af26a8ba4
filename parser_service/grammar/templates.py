"""Phrases with blanks in them, matched from left to right by ``str.find``: no patterns, no going back."""

from __future__ import annotations

from collections.abc import Callable
from string import Formatter
from typing import TypeAlias

from shared.domain.events import GameEvent, TribeStamp

Maker: TypeAlias = Callable[..., GameEvent | None]
"""Makes the event of a phrase from the stamp and what stood in the blanks; ``None`` where that makes no sense."""


class Phrase:
    """A phrase such as ``"{survivor} claimed '{creature}'!"`` and what makes an event of it."""

    __slots__ = ("_end", "_inner", "_last", "_make", "_start", "needle")

    def __init__(self, template: str, make: Maker) -> None:
        literals, blanks = _split(template)
        self._start, *inner, self._end = literals
        *before, self._last = blanks
        self._inner = tuple(zip(before, inner, strict=True))
        self._make = make
        # what a text must hold to be worth a closer look
        self.needle = max(literals, key=len)

    def read(self, text: str, stamp: TribeStamp | None) -> GameEvent | None:
        """Return the event that ``text`` tells, or ``None`` if it is not this phrase."""
        values = self._match(text)
        return None if values is None else self._make(stamp, **values)

    def _match(self, text: str) -> dict[str, str] | None:
        if not (text.startswith(self._start) and text.endswith(self._end)):
            return None
        position, end = len(self._start), len(text) - len(self._end)
        values: dict[str, str] = {}
        for blank, literal in self._inner:
            found = text.find(literal, position, end)
            if found < 0:
                return None
            values[blank] = text[position:found]
            position = found + len(literal)
        if position > end:
            return None
        values[self._last] = text[position:end]
        return values


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
    return literals, blanks

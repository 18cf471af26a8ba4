"""What tells one line of a game server from another, by whatever way it came.

The log file stamps a line with milliseconds, a frame and the game's second; ``GetGameLog`` with the game's second
alone; ``GetChat`` not at all, and ASE's RCON writes ``?`` for what is not ASCII (ark-interfaces, sections 1.1 and 2).
So a line is known by the best stamp that both sides have, and by its text as the poorest of them would write it.
Equal lines in one second are legal: whoever compares counts them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

# "[2026.07.27-21.25.23:191][937]" and, behind it or alone, "2026.07.27_21.25.23: "
_BRACKETS = re.compile(r"\[(\d{4}\.\d\d\.\d\d-\d\d\.\d\d\.\d\d:\d{3})\]\[[ \d]{1,10}\]")
_GAME_STAMP = re.compile(r"(\d{4}\.\d\d\.\d\d_\d\d\.\d\d\.\d\d): ?")
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
# What ASE's RCON writes "?" for, and the sign itself: how many come of one character is not known, so runs are one.
_UNWRITABLE = re.compile(r"[^\x20-\x3e\x40-\x7e]+")
# Chat and names are far shorter; longer lines are kept cut, and not at the same place by every source.
_COMPARED = 900

# The game stamps a line and the engine writes it: around the end of a second the two differ by one.
_BETWEEN_STAMPS = timedelta(seconds=2)
# A line of GetChat bears the time at which it was taken, by this machine's clock.
_WITHOUT_STAMP = timedelta(seconds=30)


class _Stamp(IntEnum):
    NONE = 0
    ENGINE = 1
    GAME = 2


@dataclass(frozen=True, slots=True)
class LineKey:
    """A line as it can be compared: which stamp it bears, and its text without what some ways lose."""

    kind: _Stamp
    stamp: str
    text: str

    @property
    def is_stamped(self) -> bool:
        """Tell whether the line says when it was written."""
        return self.kind is not _Stamp.NONE

    @classmethod
    def of(cls, raw: str) -> LineKey:
        """Return the key of a line as it is stored.

        Examples
        --------
        >>> log = LineKey.of("[2026.05.04-10.00.00:123][  7]2026.05.04_10.00.00: Aster (Aster): h\u00e9 ")
        >>> rcon = LineKey.of("2026.05.04_10.00.00: Aster (Aster): h?")
        >>> log == rcon
        True
        """
        brackets = _BRACKETS.match(raw)
        start = 0 if brackets is None else brackets.end()
        game = _GAME_STAMP.match(raw, start)
        if game is not None:
            return cls(_Stamp.GAME, game[1], _folded(raw[game.end() :]))
        if brackets is not None:
            return cls(_Stamp.ENGINE, brackets[1], _folded(raw[start:]))
        return cls(_Stamp.NONE, "", _folded(raw))

    def is_same(self, other: LineKey, apart: timedelta) -> bool:
        """Tell whether two lines with equal texts may be one, when they are dated so far apart."""
        if self.kind is other.kind and self.kind is not _Stamp.NONE:
            return self.stamp == other.stamp
        both = min(self.kind, other.kind) is not _Stamp.NONE
        return abs(apart) <= (_BETWEEN_STAMPS if both else _WITHOUT_STAMP)


def _folded(text: str) -> str:
    text = _BLANKS.sub(" ", text[: 2 * _COMPARED]).strip()
    return _UNWRITABLE.sub("?", text)[:_COMPARED]

"""Colours and patterns that people tell apart, also those who see no colours, or fewer.

Six colours after Okabe and Ito's palette (Color Universal Design, 2008; the blue a little lighter, so that hatching
shows on it), each in four patterns: bases that share a colour differ in how they are filled and in the form of their
sign, and the larger tribes have numbers besides. Time left
goes from dark to light, so that it reads without any colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PAPER: Final = "#f6f3ea"
"""The page."""
LAND: Final = "#e9eddf"
"""The map, and every second square of its grid in the next one."""
LAND_DARKER: Final = "#e1e6d5"
GRID: Final = "#b9bfae"
INK: Final = "#22262a"
"""Text, and the outline of every base."""
SOFT_INK: Final = "#4d5358"
"""Text beside the main thing."""
OTHERS: Final = "#c9c9c9"
"""The tribes that have no colour of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a group of bases is drawn: matplotlib's names for a colour, a hatch and a marker."""

    colour: str
    hatch: str
    marker: str


COLOURS: Final = ("#1079bd", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
_PATTERNS: Final = (("", "o"), ("////", "s"), ("...", "^"), ("xxx", "D"))

TRIBE_LOOKS: Final = tuple(
    Look(colour=colour, hatch=hatch, marker=marker) for hatch, marker in _PATTERNS for colour in COLOURS
)
"""One for each of the largest tribes."""
OTHER_LOOK: Final = Look(colour=OTHERS, hatch="", marker="o")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecayClass:
    """Bases by the time that is left until the first structure may be destroyed; ``days`` is the most."""

    days: float
    label: str
    look: Look


DECAY_CLASSES: Final = (
    DecayClass(days=0, label="due now", look=Look(colour="#2b0b3f", hatch="", marker="X")),
    DecayClass(days=1, label="less than a day", look=Look(colour="#8c2369", hatch="", marker="D")),
    DecayClass(days=3, label="1 to 3 days", look=Look(colour="#d6504d", hatch="////", marker="^")),
    DecayClass(days=7, label="3 to 7 days", look=Look(colour="#f59b3a", hatch="...", marker="s")),
    DecayClass(
        days=float("inf"), label="more than 7 days", look=Look(colour="#fbe08a", hatch="", marker="o")
    ),
)
"""The most urgent first, from dark to light."""
UNKNOWN_DECAY: Final = Look(colour="#ffffff", hatch="", marker="o")
"""Bases that never decay, or of which that is not known."""

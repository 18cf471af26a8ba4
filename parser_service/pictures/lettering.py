"""Text on pictures: sizes in pixels, and no letter that the font does not have."""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import cache
from typing import Any, Final

from anyascii import anyascii
from matplotlib import font_manager

DPI: Final = 100
"""Dots per inch, so that matplotlib's points and our pixels have a fixed relation."""
SMALLEST_PX: Final = 20
"""No text is smaller, at 1,080 pixels across: on a phone that is about as small as captions are."""

# No line holds more; what is longer is not looked at.
_MOST_LETTERS: Final = 300
_REPLACEMENT = "\N{WHITE SQUARE}"


def points(pixels: float) -> float:
    """Return a size in the points that matplotlib counts in."""
    return pixels * 72 / DPI


def fitted(text: str, *, size_px: int, width_px: int, weight: str = "normal") -> str:
    """Return as much of a text as fits on one line, in letters that the font has.

    Letters that it lacks, such as Chinese ones, are written in Latin ones.
    """
    line = " ".join("".join(_letter(letter) for letter in text[:_MOST_LETTERS]).split())
    if _width(line, size_px, weight) <= width_px:
        return line
    # the longest beginning that fits: the width grows with it
    places = range(len(line))
    count = bisect_right(places, width_px, key=lambda end: _width(f"{line[:end]}…", size_px, weight)) - 1
    return f"{line[: max(count, 0)].rstrip()}…"


def _width(text: str, size_px: int, weight: str) -> int:
    font = _font(weight)
    font.set_size(points(size_px), DPI)
    font.set_text(text)
    # the font counts in 64ths of a pixel
    width: float = font.get_width_height()[0] / 64
    return math.ceil(width)


def _letter(letter: str) -> str:
    if not letter.isprintable():
        return " "
    return letter if ord(letter) in _letters() else anyascii(letter) or _REPLACEMENT


@cache
def _letters() -> frozenset[int]:
    return frozenset(_font("normal").get_charmap())


@cache
def _font(weight: str) -> Any:
    path = font_manager.findfont(font_manager.FontProperties(family="DejaVu Sans", weight=weight))
    return font_manager.get_font(path)

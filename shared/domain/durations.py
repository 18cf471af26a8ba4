"""Durations in words, for places where Discord shows no timestamps (footers, the game), and read from what people type."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from shared.errors import InvalidInputError

_UNITS = {"w": 7 * 86_400, "d": 86_400, "h": 3_600, "m": 60}
_PART = re.compile(r"(\d{1,5}) ?([wdhm])", re.ASCII)


def in_words(duration: timedelta) -> str:
    """Return a duration in its two largest units; less than nothing reads as nothing.

    Examples
    --------
    >>> in_words(timedelta(days=2, hours=4, minutes=59))
    '2 d 4 h'
    >>> in_words(timedelta(seconds=20))
    '20 s'
    """
    seconds = max(int(duration.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def age_in_words(at: datetime | None, now: datetime) -> str:
    """Return how old something is, in words."""
    return "of unknown age" if at is None else f"{in_words(now - at)} old"


def parse_duration(text: str, *, longest: timedelta) -> timedelta:
    """Return what "48h", "3d" or "1w 2d" means.

    Raises
    ------
    InvalidInputError
        When it is no duration, nothing, or more than ``longest``.

    Examples
    --------
    >>> parse_duration("1d 12h", longest=timedelta(days=30))
    datetime.timedelta(days=1, seconds=43200)
    """
    typed = text.strip().lower()[:100]
    parts = _PART.findall(typed)
    if not parts or _PART.sub("", typed).strip():
        raise InvalidInputError(f"{text.strip()[:50]!r} is no duration. Write it like 48h, 3d or 1w.")
    seconds = sum(int(number) * _UNITS[unit] for number, unit in parts)
    if not 0 < seconds <= longest.total_seconds():
        raise InvalidInputError(f"Give a duration between 1m and {in_words(longest).replace(' ', '')}.")
    return timedelta(seconds=seconds)

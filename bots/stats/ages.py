"""Durations and ages in words, for footers and lines where Discord renders no timestamps."""

from __future__ import annotations

from datetime import datetime, timedelta


def duration(time: timedelta) -> str:
    """Return a span in words.

    Examples
    --------
    >>> duration(timedelta(hours=49, minutes=5))
    '2 d 1 h'
    >>> duration(timedelta(minutes=65))
    '1 h 5 min'
    >>> duration(timedelta(seconds=59))
    '59 s'
    """
    seconds = max(int(time.total_seconds()), 0)
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if days:
        return f"{days} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes >= 2 else f"{seconds} s"


def age(at: datetime | None, now: datetime) -> str:
    """Return how long ago something was, in words."""
    return "of unknown age" if at is None else f"{duration(now - at)} old"

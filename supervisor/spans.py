"""Lengths of time for people."""

from __future__ import annotations

from datetime import timedelta


def span(length: timedelta) -> str:
    """Return a length of time in its two largest units.

    Examples
    --------
    >>> span(timedelta(hours=26, minutes=5))
    '1 d 2 h'
    """
    seconds = max(0, int(length.total_seconds()))
    units = (
        ("d", seconds // 86400),
        ("h", seconds // 3600 % 24),
        ("min", seconds // 60 % 60),
        ("s", seconds % 60),
    )
    first = next((n for n, (_, count) in enumerate(units) if count), 3)
    return " ".join(f"{count} {unit}" for unit, count in units[first : first + 2])

"""How old something is, in words that stay the same for a while, so that a picture can be kept."""

from __future__ import annotations

from datetime import timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def age_in_words(age: timedelta) -> str:
    """Return an age, the coarser the older.

    Examples
    --------
    >>> [age_in_words(timedelta(minutes=minutes)) for minutes in (4, 38, 200, 4000)]
    ['less than 10 min old', 'less than 40 min old', '3 h old', '2 d old']
    """
    seconds = max(age.total_seconds(), 0)
    if seconds < _HOUR:
        return f"less than {(int(seconds // (10 * _MINUTE)) + 1) * 10} min old"
    if seconds < 2 * _DAY:
        return f"{int(seconds // _HOUR)} h old"
    return f"{int(seconds // _DAY)} d old"

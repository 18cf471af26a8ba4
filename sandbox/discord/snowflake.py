"""Discord's ids: numbers that carry the instant they were made."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NewType

from shared.clock import Clock

Snowflake = NewType("Snowflake", str)
"""An id as Discord writes it: decimal digits in a string."""

# Discord docs, "Snowflakes": milliseconds since the first second of 2015, shifted left by 22 bits.
DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
TIME_SHIFT = 22

# A 64-bit number has at most 20 digits.
_SNOWFLAKE = re.compile(r"[0-9]{1,20}")


def parse_snowflake(value: object) -> Snowflake:
    """Return ``value`` as an id; discord.py sends some as numbers, so both forms are taken."""
    text = str(value)
    if isinstance(value, bool) or not _SNOWFLAKE.fullmatch(text):
        raise ValueError(f"not a snowflake: {text[:40]!r}")
    return Snowflake(text)


def created_at(snowflake: Snowflake) -> datetime:
    """Return the instant the id was made."""
    return DISCORD_EPOCH + timedelta(milliseconds=int(snowflake) >> TIME_SHIFT)


def snowflake_at(instant: datetime) -> int:
    """Return the smallest id that could have been made at ``instant``."""
    return max(0, (instant - DISCORD_EPOCH) // timedelta(milliseconds=1)) << TIME_SHIFT


class SnowflakeSource:
    """Makes ids that always grow, even when the clock stands still or jumps back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def never_below(self, snowflake: Snowflake) -> None:
        """Take note of an id that exists already."""
        self._last = max(self._last, int(snowflake))

    def next(self) -> Snowflake:
        """Return a new id."""
        self._last = max(self._last + 1, snowflake_at(self._clock.now()))
        return Snowflake(str(self._last))

"""How many calls a token has left, by what Nitrado says in the headers of each answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# the documented budget of a token, until an answer tells another: 10,000 requests an hour
_DOCUMENTED_LIMIT = 10_000
_PERIOD = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """What the headers of one answer say; ``None`` where they say nothing."""

    limit: int | None = None
    remaining: int | None = None
    reset_at: datetime | None = None


class Budget:
    """What is left of a token's calls; it counts on by itself between answers."""

    def __init__(self) -> None:
        self._limit = _DOCUMENTED_LIMIT
        self._remaining = _DOCUMENTED_LIMIT
        self._reset_at: datetime | None = None

    @property
    def limit(self) -> int:
        """Return how many calls there are in a period."""
        return self._limit

    def remaining(self, now: datetime) -> int:
        """Return how many calls are left."""
        self._renew(now)
        return self._remaining

    def spend(self, now: datetime) -> None:
        """Count a call that is about to be made."""
        self._renew(now)
        self._remaining = max(self._remaining - 1, 0)
        self._reset_at = self._reset_at or now + _PERIOD

    def note(self, told: RateLimit) -> None:
        """Take over what an answer told. Answers may overtake each other: within a period the lower count is newer."""
        if told.limit is not None:
            self._limit = told.limit
        is_new_period = told.reset_at is not None and told.reset_at != self._reset_at
        if told.reset_at is not None:
            self._reset_at = told.reset_at
        if told.remaining is not None:
            self._remaining = told.remaining if is_new_period else min(told.remaining, self._remaining)

    def blocked_until(self, now: datetime, *, reserve: int = 0) -> datetime | None:
        """Return when there are more than ``reserve`` calls again, or ``None`` if there are now."""
        if self.remaining(now) > reserve:
            return None
        return self._reset_at or now + _PERIOD

    def _renew(self, now: datetime) -> None:
        if self._reset_at is not None and now >= self._reset_at:
            self._remaining, self._reset_at = self._limit, None


def read_rate_limit(headers: Mapping[str, str]) -> RateLimit:
    """Return what an answer's headers tell of the budget."""
    reset = _read_number(headers.get("X-RateLimit-Reset"))
    return RateLimit(
        limit=_read_number(headers.get("X-RateLimit-Limit")),
        remaining=_read_number(headers.get("X-RateLimit-Remaining")),
        reset_at=datetime.fromtimestamp(reset, UTC) if reset is not None else None,
    )


def _read_number(text: str | None) -> int | None:
    """Return a number that may have thousands' dots: the documented limit is literally ``10.000``."""
    digits = (text or "").strip().replace(".", "").replace(",", "")
    # ten digits are enough for an instant in the year 2286
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 10 else None

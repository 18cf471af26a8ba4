"""Discord's budget of IDENTIFYs: a bot that connects too often has its token reset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Discord resets a token after 1000 IDENTIFYs in 24 hours (Discord's gateway documentation, "Session Start Limits").
# Half of it is ours to start with; the other half is for reconnections inside a running bot.
DAY = timedelta(hours=24)
STARTS_PER_DAY = 500
FILE_MAX_BYTES = 1 << 24


class IdentifyBudget:
    """Counts the starts of each bot over a day.

    It is kept in a file, because a supervisor that is itself restarted in a loop would otherwise forget.
    """

    def __init__(self, path: Path, *, limit: int = STARTS_PER_DAY) -> None:
        self._path = path
        self._limit = limit
        self._starts: dict[str, list[datetime]] = _read(path)

    def wait_for(self, service: str, now: datetime) -> timedelta:
        """Return how long the service must wait before it may start."""
        starts = self._within_a_day(service, now)
        if len(starts) < self._limit:
            return timedelta()
        return starts[len(starts) - self._limit] + DAY - now

    def book(self, service: str, now: datetime, count: int = 1) -> None:
        """Count IDENTIFYs of a service."""
        starts = self._within_a_day(service, now) + [now] * count
        self._starts[service] = starts[-2 * self._limit :]
        partial = self._path.with_suffix(".partial")
        partial.write_text(json.dumps({k: [at.isoformat() for at in v] for k, v in self._starts.items()}))
        partial.replace(self._path)

    def used(self, now: datetime) -> Mapping[str, int]:
        """Return what each service has used within the last day."""
        return {service: len(self._within_a_day(service, now)) for service in sorted(self._starts)}

    def _within_a_day(self, service: str, now: datetime) -> list[datetime]:
        # A clock that was set back must not lock a bot out: what lies in the future is not counted.
        return [at for at in self._starts.get(service, []) if now - DAY < at <= now]


def _read(path: Path) -> dict[str, list[datetime]]:
    try:
        if path.stat().st_size > FILE_MAX_BYTES:
            return {}
        values = json.loads(path.read_text())
        return {str(k): [datetime.fromisoformat(at).astimezone(UTC) for at in v] for k, v in values.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # first start, or a file cut short: the count begins anew

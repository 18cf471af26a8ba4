"""The copies of this process, each with a deadline of its own on the monotonic clock."""

from __future__ import annotations

import asyncio
import heapq
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from shared.cache.kept.values import Answer, AnswerSource

# A hundred servers with some ten kinds of answers each, several times over.
_MOST_COPIES = 10_000


@dataclass(slots=True)
class Copy:
    """An answer that this process has, whether anybody has read it, and how a new one is made."""

    answer: Answer[Any]
    fresh_until: float
    is_read: bool
    renew: Callable[[], None]


class Copies:
    """The copies by the key that tells when they are due.

    A copy that is dropped is never served as fresh again; it stays as the last resort for when neither Redis nor
    the source can be reached.
    """

    def __init__(self) -> None:
        self._copies: OrderedDict[str, Copy] = OrderedDict()
        self._deadlines: list[tuple[float, str]] = []
        self.changed = asyncio.Event()
        """Set when a deadline was added; whoever waits for the next one clears it."""

    def find_fresh(self, key: str, now: float) -> Answer[Any] | None:
        """Return an answer whose time is not over, and remember that it was read."""
        copy = self._copies.get(key)
        if copy is None or copy.fresh_until <= now:
            return None
        copy.is_read = True
        return copy.answer

    def find_last(self, key: str) -> Answer[Any] | None:
        """Return the last answer there was, labelled as stale."""
        copy = self._copies.get(key)
        return None if copy is None else replace(copy.answer, is_stale=True)

    def put(
        self, key: str, answer: Answer[Any], *, fresh_until: float, is_read: bool, renew: Callable[[], None]
    ) -> None:
        """Keep an answer until the deadline."""
        self._copies.pop(key, None)
        self._copies[key] = Copy(
            answer=replace(answer, source=AnswerSource.PROCESS),
            fresh_until=fresh_until,
            is_read=is_read,
            renew=renew,
        )
        self.look_at(key, fresh_until)
        while len(self._copies) > _MOST_COPIES:
            self._copies.popitem(last=False)

    def look_at(self, key: str, at: float) -> None:
        """Have ``pop_due`` return the key from then on."""
        heapq.heappush(self._deadlines, (at, key))
        self.changed.set()

    def drop(self, key: str) -> Copy | None:
        """Serve a copy no longer as fresh, and return it."""
        copy = self._copies.get(key)
        if copy is not None:
            copy.fresh_until = 0.0
        return copy

    def drop_all(self) -> int:
        """Serve no copy as fresh any longer, and return how many there were."""
        for copy in self._copies.values():
            copy.fresh_until = 0.0
        return len(self._copies)

    def pop_due(self, now: float, *, most: int) -> list[str]:
        """Return keys whose deadline has passed; one with a newer copy has a later deadline of its own."""
        due: dict[str, None] = {}
        while self._deadlines and self._deadlines[0][0] <= now and len(due) < most:
            _, key = heapq.heappop(self._deadlines)
            copy = self._copies.get(key)
            if copy is not None and copy.fresh_until <= now:
                due[key] = None
        return list(due)

    def next_deadline(self) -> float | None:
        """Return when the next key is due."""
        return self._deadlines[0][0] if self._deadlines else None

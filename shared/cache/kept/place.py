"""Where the answers of one kind are: Redis and this process's copies, read and written together."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from shared.cache.kept.copies import Copies
from shared.cache.kept.store import NOTHING, AnswerStore, RedisAwayError, Stored
from shared.cache.kept.tasks import Tasks
from shared.cache.kept.values import Answer, AnswerSource, Counts, read_answer, write_answer
from shared.cache.keys import AnswerKind
from shared.clock import Clock

log = logging.getLogger(__name__)

T = TypeVar("T")

# Lifetimes are longer by up to this share, so that what was fetched together is not due together.
_JITTER = 0.1
# However many keys are due at once, no more are renewed at a time.
_RENEWALS_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the shelves of a process have in common."""

    store: AnswerStore
    copies: Copies
    clock: Clock
    tasks: Tasks
    chance: random.Random
    counts: Counts = field(default_factory=Counts)
    renewing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_RENEWALS_AT_ONCE))


class Place(Generic[T]):
    """Reads and keeps answers of one kind; ``renew`` is called with the id of one that is due and was read."""

    def __init__(
        self,
        kind: AnswerKind,
        adapter: TypeAdapter[T],
        shared: Shared,
        *,
        renew: Callable[[str], None],
    ) -> None:
        self.kind = kind
        self._adapter = adapter
        self._shared = shared
        self._renew = renew

    def find_copy(self, ident: str) -> Answer[T] | None:
        """Return this process's copy if its time is not over."""
        return self._shared.copies.find_fresh(self.kind.due_key(ident), time.monotonic())

    def find_last(self, ident: str, stored: Answer[T] | None) -> Answer[T] | None:
        """Return the newest of what Redis and this process have that is not too old to be shown."""
        since = self._shared.clock.now() - self.kind.kept
        answers = (stored, self._shared.copies.find_last(self.kind.due_key(ident)))
        known = [each for each in answers if each is not None and each.fetched_at >= since]
        return replace(max(known, key=_fetched_at), is_stale=True) if known else None

    async def read(self, ident: str) -> Stored:
        """Return what Redis has; nothing while it is away."""
        try:
            return await self._shared.store.read(self.kind, ident)
        except RedisAwayError:
            return NOTHING

    def take(self, ident: str, stored: Stored, *, is_read: bool) -> Answer[T] | None:
        """Return what Redis had as an answer; a fresh one is also this process's from now on."""
        found = None if stored.data is None else read_answer(self._adapter, stored.data)
        if found is None:
            return None
        value, fetched_at = found
        is_stale = stored.fresh_seconds <= 0
        answer = Answer(value=value, fetched_at=fetched_at, is_stale=is_stale, source=AnswerSource.REDIS)
        if is_stale:
            return answer
        known: Answer[T] | None = self._shared.copies.find_last(self.kind.due_key(ident))
        if known is not None and known.fetched_at > fetched_at:
            # fetched while Redis was away: where the older one is still good, this one is
            answer = replace(known, is_stale=False)
        self._copy(ident, answer, stored.fresh_until, is_read=is_read)
        return answer

    async def keep(self, ident: str, answer: Answer[T], *, is_read: bool) -> None:
        """Keep a new answer, here and in Redis."""
        fresh = self.kind.fresh * self._shared.chance.uniform(1.0, 1.0 + _JITTER)
        self._copy(ident, answer, time.monotonic() + fresh.total_seconds(), is_read=is_read)
        data = write_answer(self._adapter, answer.value, answer.fetched_at)
        if data is None:
            log.warning("%s is too large for Redis: this process alone keeps it", self.kind.value_key(ident))
            return
        with suppress(RedisAwayError):
            await self._shared.store.write(self.kind, ident, data, fresh)

    def _copy(self, ident: str, answer: Answer[T], fresh_until: float, *, is_read: bool) -> None:
        self._shared.copies.put(
            self.kind.due_key(ident),
            answer,
            fresh_until=fresh_until,
            is_read=is_read,
            renew=partial(self._renew, ident),
        )


def _fetched_at(answer: Answer[T]) -> datetime:
    return answer.fetched_at

"""Fetches answers of one kind: one process at a time, once for everybody who waits, and not again right after a failure."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from shared.cache.kept.place import Place, Shared
from shared.cache.kept.store import RedisAwayError
from shared.cache.kept.values import (
    Answer,
    AnswerSource,
    AnswerUnavailableError,
    Failure,
    failure_of,
    make_failure,
)
from shared.errors import OperationalError

log = logging.getLogger(__name__)

T = TypeVar("T")

Fetch: TypeAlias = Callable[[str, Answer[T] | None], Awaitable[T]]
"""Asks the source for an id; what was last known comes along. It raises ``OperationalError``."""

PauseAfter: TypeAlias = Callable[[OperationalError], timedelta | None]
"""How long nobody shall ask again after an error; ``None`` leaves it to the kind."""

Flight: TypeAlias = asyncio.Task[Answer[T] | Failure]
"""A fetch under way; it raises nothing."""

# Who waits for another process's fetch looks this often, each at a time of its own.
_LOOK_SECONDS = (0.03, 0.08)
_UNEXPECTED = make_failure(AnswerUnavailableError.code, "The answer could not be made: a bug, see the log.")
NOBODY = make_failure(AnswerUnavailableError.code, "Whoever asks for the answer does not get it in time.")


class Fetcher(Generic[T]):
    """Starts fetches, and remembers which failed."""

    def __init__(self, place: Place[T], fetch: Fetch[T], *, shared: Shared, pause_after: PauseAfter) -> None:
        self._place = place
        self._kind = place.kind
        self._fetch = fetch
        self._shared = shared
        self._pause_after = pause_after
        self._flights: dict[str, Flight[T]] = {}
        self._pauses: dict[str, tuple[float, Failure]] = {}

    def find_pause(self, ident: str) -> Failure | None:
        """Return why nobody asks just now, as far as this process was the one who asked."""
        until, failure = self._pauses.get(ident, (0.0, None))
        if time.monotonic() < until:
            return failure
        self._pauses.pop(ident, None)
        return None

    def fly(self, ident: str, *, is_read: bool) -> Flight[T]:
        """Return this process's one fetch that is under way; ``is_read`` tells that somebody waits for it."""
        flight = self._flights.get(ident)
        if flight is None:
            work = self._guarded(ident, is_read=is_read)
            flight = self._shared.tasks.start(work, name=f"fetch {self._kind.value_key(ident)}")
            self._flights[ident] = flight
            flight.add_done_callback(partial(self._landed, ident))
        return flight

    def _landed(self, ident: str, _flight: object) -> None:
        self._flights.pop(ident, None)

    async def _guarded(self, ident: str, *, is_read: bool) -> Answer[T] | Failure:
        try:
            if is_read:
                return await self._fetch_alone(ident, is_read=True)
            async with self._shared.renewing:
                return await self._fetch_alone(ident, is_read=False)
        except Exception:
            # The edge: a bug in one fetch ends neither the cache nor the process, and who waits is told.
            log.exception("%s: the fetch failed", self._kind.value_key(ident))
            return _UNEXPECTED

    async def _fetch_alone(self, ident: str, *, is_read: bool) -> Answer[T] | Failure:
        """Fetch, unless another process does: then wait for what it brings."""
        store, deadline = self._shared.store, time.monotonic() + 2 * self._kind.fetch_within.total_seconds()
        while True:
            try:
                token = await store.lock(self._kind, ident)
            except RedisAwayError:
                return await self._ask(ident, None, is_read=is_read)
            if token is not None:
                try:
                    return await self._ask_if_needed(ident, is_read=is_read)
                finally:
                    with suppress(RedisAwayError):
                        await store.unlock(self._kind, ident, token)
            if time.monotonic() >= deadline:
                return NOBODY
            await asyncio.sleep(self._shared.chance.uniform(*_LOOK_SECONDS))
            stored = await self._place.read(ident)
            answer = self._place.take(ident, stored, is_read=is_read)
            if answer is not None and not answer.is_stale:
                return answer
            if stored.failure is not None:
                return stored.failure

    async def _ask_if_needed(self, ident: str, *, is_read: bool) -> Answer[T] | Failure:
        """Ask under the lock, unless somebody has just done so."""
        stored = await self._place.read(ident)
        answer = self._place.take(ident, stored, is_read=is_read)
        if answer is not None and not answer.is_stale:
            return answer
        return stored.failure or await self._ask(ident, answer, is_read=is_read)

    async def _ask(self, ident: str, stale: Answer[T] | None, *, is_read: bool) -> Answer[T] | Failure:
        """Ask the source, and keep what it said or why it did not."""
        self._shared.counts.fetches += 1
        last, asked_at = self._place.find_last(ident, stale), self._shared.clock.now()
        try:
            async with asyncio.timeout(self._kind.fetch_within.total_seconds()):
                value = await self._fetch(ident, last)
        except TimeoutError:
            seconds = self._kind.fetch_within.total_seconds()
            late = make_failure(AnswerUnavailableError.code, f"There was no answer within {seconds:.0f} s.")
            return await self._fail(ident, late, self._kind.pause)
        except OperationalError as error:
            return await self._fail(ident, failure_of(error), self._pause_after(error) or self._kind.pause)
        answer = Answer(value=value, fetched_at=asked_at, is_stale=False, source=AnswerSource.UPSTREAM)
        self._pauses.pop(ident, None)
        await self._place.keep(ident, answer, is_read=is_read)
        return answer

    async def _fail(self, ident: str, failure: Failure, pause: timedelta) -> Failure:
        self._shared.counts.failures += 1
        self._pauses[ident] = (time.monotonic() + pause.total_seconds(), failure)
        with suppress(RedisAwayError):
            await self._shared.store.pause(self._kind, ident, failure, pause)
        return failure

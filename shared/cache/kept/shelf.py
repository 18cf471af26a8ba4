"""Answers of one kind: from this process, from Redis, or from the source, whichever is good enough and nearest."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from shared.cache.kept.fetcher import NOBODY, Fetch, Fetcher, Flight, PauseAfter
from shared.cache.kept.place import Place, Shared
from shared.cache.kept.values import Answer, AnswerUnavailableError, Failure
from shared.cache.keys import AnswerKind
from shared.errors import OperationalError

T = TypeVar("T")


def no_pause_of_its_own(_error: OperationalError) -> timedelta | None:
    """Leave the pause after each error to the kind."""
    return None


class Shelf(Generic[T]):
    """Hands out the answers of one kind."""

    def __init__(
        self,
        kind: AnswerKind,
        adapter: TypeAdapter[T],
        fetch: Fetch[T],
        *,
        shared: Shared,
        pause_after: PauseAfter = no_pause_of_its_own,
    ) -> None:
        self.kind = kind
        self._counts = shared.counts
        self._place = Place(kind, adapter, shared, renew=self._renew)
        self._fetcher = Fetcher(self._place, fetch, shared=shared, pause_after=pause_after)

    async def get(self, ident: str, *, patience: timedelta = timedelta(0)) -> Answer[T]:
        """Return the answer; rather than wait longer than ``patience`` for a new one, a stale one where there is.

        Raises
        ------
        AnswerUnavailableError
            When there is not even a stale one.
        """
        self._counts.reads += 1
        copy = self._place.find_copy(ident)
        if copy is not None:
            self._counts.process_hits += 1
            return copy
        stored = await self._place.read(ident)
        answer = self._place.take(ident, stored, is_read=True)
        if answer is not None and not answer.is_stale:
            self._counts.redis_hits += 1
            return answer
        last = self._place.find_last(ident, answer)
        failure = stored.failure or self._fetcher.find_pause(ident)
        if failure is not None:
            return self._settle_for(last, failure)
        return await self._wait(self._fetcher.fly(ident, is_read=True), last, patience)

    async def _wait(self, flight: Flight[T], last: Answer[T] | None, patience: timedelta) -> Answer[T]:
        if last is not None:
            if patience > timedelta(0):
                await asyncio.wait({flight}, timeout=patience.total_seconds())
            if not flight.done():
                return self._settle_for(last, None)
        # shielded: who gives up waiting takes the answer from nobody else
        outcome = await asyncio.shield(flight)
        return self._settle_for(last, outcome) if isinstance(outcome, Failure) else outcome

    def _settle_for(self, last: Answer[T] | None, failure: Failure | None) -> Answer[T]:
        if last is None:
            raise AnswerUnavailableError(failure or NOBODY)
        self._counts.stale += 1
        return replace(last, failure=failure)

    def _renew(self, ident: str) -> None:
        if self._fetcher.find_pause(ident) is None:
            self._fetcher.fly(ident, is_read=False)

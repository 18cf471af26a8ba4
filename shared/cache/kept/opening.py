"""Puts the parts together for one process."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from pydantic import TypeAdapter

from shared.cache.kept.connecting import database_of, in_database, open_client
from shared.cache.kept.copies import Copies
from shared.cache.kept.fetcher import Fetch, PauseAfter
from shared.cache.kept.listener import ExpiryListener
from shared.cache.kept.place import Shared
from shared.cache.kept.shelf import Shelf, no_pause_of_its_own
from shared.cache.kept.store import Access, AnswerStore
from shared.cache.kept.tasks import Tasks, open_tasks
from shared.cache.kept.toucher import Toucher
from shared.cache.kept.values import Counts
from shared.cache.keys import AnswerKind
from shared.clock import Clock

T = TypeVar("T")


class KeptAnswers:
    """The kept answers of one process; ``shelf`` makes a place for one kind of them."""

    def __init__(self, url: str, access: Access, *, clock: Clock, tasks: Tasks) -> None:
        self._copies = Copies()
        store = AnswerStore(access)
        self._shared = Shared(
            store=store,
            copies=self._copies,
            clock=clock,
            tasks=tasks,
            chance=random.Random(),  # noqa: S311 # jitter
        )
        self._listener = ExpiryListener(
            access, url, expired=self._expired, lost=self._lost, back=store.try_again
        )
        self._toucher = Toucher(self._copies, store, expired=self._expired)

    @property
    def counts(self) -> Counts:
        """Return what was done since the start."""
        return self._shared.counts

    @property
    def is_listening(self) -> bool:
        """Tell whether expiry is heard; if not, answers are as right, and renewed by their deadlines."""
        return self._listener.is_listening

    def shelf(
        self,
        kind: AnswerKind,
        adapter: TypeAdapter[T],
        fetch: Fetch[T],
        *,
        pause_after: PauseAfter = no_pause_of_its_own,
    ) -> Shelf[T]:
        """Return a place for one kind of answers. What ``adapter`` writes is readable in Redis: no secrets."""
        return Shelf(kind, adapter, fetch, shared=self._shared, pause_after=pause_after)

    async def run_listener(self) -> None:
        """Listen for ever; ``open_kept_answers`` runs this."""
        await self._listener.run()

    async def run_toucher(self) -> None:
        """Touch due keys for ever; ``open_kept_answers`` runs this."""
        await self._toucher.run()

    def _expired(self, key: str) -> None:
        copy = self._copies.drop(key)
        if copy is None:
            return
        self._shared.counts.drops += 1
        # fetched ahead once for whoever read it in its lifetime; what nobody reads any more is left alone
        is_read, copy.is_read = copy.is_read, False
        if is_read:
            copy.renew()

    def _lost(self) -> None:
        self._shared.counts.drops += self._copies.drop_all()


@asynccontextmanager
async def open_kept_answers(url: str, *, clock: Clock) -> AsyncIterator[KeptAnswers]:
    """Keep answers in the Redis of this address for as long as the block runs; Redis need not be there."""
    number = database_of(url) + 1
    apart = in_database(url, number)
    async with open_client(apart, retries=1) as client, open_client(apart, retries=0) as listening:
        access = Access(client=client, listening=listening, database=number)
        async with open_tasks() as tasks:
            kept = KeptAnswers(url, access, clock=clock, tasks=tasks)
            tasks.start(kept.run_listener(), name="expired keys")
            tasks.start(kept.run_toucher(), name="due keys")
            yield kept

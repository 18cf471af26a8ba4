"""Asks Redis for keys when they are due: that makes Redis publish their expiry at once, and finds what was missed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from shared.cache.kept.copies import Copies
from shared.cache.kept.store import AnswerStore, RedisAwayError

_BATCH = 500
# A copy's deadline lies a round trip before that of Redis, which counts in milliseconds.
_AGAIN_SECONDS = 0.002


class Toucher:
    """Watches the deadlines of this process's copies."""

    def __init__(self, copies: Copies, store: AnswerStore, *, expired: Callable[[str], None]) -> None:
        self._copies = copies
        self._store = store
        self._expired = expired

    async def run(self) -> None:
        """Touch due keys for ever."""
        while True:
            self._copies.changed.clear()
            due = self._copies.pop_due(time.monotonic(), most=_BATCH)
            if due:
                await self._touch(due)
                continue
            at = self._copies.next_deadline()
            with suppress(TimeoutError):
                async with asyncio.timeout(None if at is None else max(at - time.monotonic(), 0.0)):
                    await self._copies.changed.wait()

    async def _touch(self, keys: Sequence[str]) -> None:
        try:
            left = await self._store.touch(keys)
        except RedisAwayError:
            left = [0.0] * len(keys)
        now = time.monotonic()
        for key, seconds in zip(keys, left, strict=True):
            if seconds > 0:
                self._copies.look_at(key, now + seconds + _AGAIN_SECONDS)
            else:
                self._expired(key)

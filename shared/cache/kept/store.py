"""Answers in Redis: the value, the key that tells whether it is fresh, the lock of whoever fetches, the pause."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.cache.kept.values import MOST_BYTES, Failure, read_failure, write_failure
from shared.cache.keys import AnswerKind

log = logging.getLogger(__name__)

AWAY = (RedisError, OSError, TimeoutError)
# After a failure nobody waits for Redis again for so long.
_AWAY_SECONDS = 1.0
# The lock outlives the longest fetch by the time it takes to store what it brought.
_LOCK_MARGIN = timedelta(seconds=2)
# Only whoever set the lock opens it.
_UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end"


class RedisAwayError(Exception):
    """Redis cannot be used just now; it never leaves this package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What Redis has of an answer; ``fresh_seconds`` is 0 where its time is over, else it ends at ``fresh_until``."""

    data: bytes | None = None
    fresh_seconds: float = 0.0
    # monotonic, counted from before Redis was asked: never later than Redis' own deadline
    fresh_until: float = 0.0
    failure: Failure | None = None


NOTHING = Stored()


@dataclass(slots=True)
class Access:
    """Which clients to use; ``connecting`` may find that there is no database apart, and then replaces them."""

    client: Redis = field(repr=False)
    listening: Redis = field(repr=False)
    database: int


class AnswerStore:
    """Reads and writes; where Redis cannot be used, each call fails fast with ``RedisAwayError``."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._is_away = False
        self._away_until = 0.0

    def try_again(self) -> None:
        """Use Redis at once: it has just been seen to be back."""
        self._away_until = 0.0

    async def read(self, kind: AnswerKind, ident: str) -> Stored:
        """Return what there is of an answer."""
        asked = time.monotonic()
        with self._reaching():
            async with self._access.client.pipeline(transaction=False) as pipe:
                # never more than fits, whoever wrote it
                pipe.getrange(kind.value_key(ident), 0, MOST_BYTES)
                pipe.pttl(kind.due_key(ident))
                pipe.getrange(kind.pause_key(ident), 0, MOST_BYTES)
                data, fresh_ms, failed = await pipe.execute()
        return Stored(
            data=data or None,
            fresh_seconds=_seconds_left(fresh_ms) if data else 0.0,
            fresh_until=asked + (max(fresh_ms, 0) / 1000 if data else 0.0),
            failure=read_failure(failed) if failed else None,
        )

    async def write(self, kind: AnswerKind, ident: str, data: bytes, fresh: timedelta) -> None:
        """Store an answer, and end the pause."""
        with self._reaching():
            async with self._access.client.pipeline(transaction=True) as pipe:
                pipe.set(kind.value_key(ident), data, px=kind.kept)
                pipe.set(kind.due_key(ident), b"1", px=fresh)
                pipe.delete(kind.pause_key(ident))
                await pipe.execute()

    async def pause(self, kind: AnswerKind, ident: str, failure: Failure, how_long: timedelta) -> None:
        """Tell everybody that a fetch failed, and have nobody try again for so long."""
        with self._reaching():
            await self._access.client.set(kind.pause_key(ident), write_failure(failure), px=how_long)

    async def lock(self, kind: AnswerKind, ident: str) -> str | None:
        """Become the one who fetches; return the token to unlock with, or ``None`` if somebody else is."""
        token = secrets.token_hex(16)
        with self._reaching():
            is_ours = await self._access.client.set(
                kind.lock_key(ident), token, nx=True, px=kind.fetch_within + _LOCK_MARGIN
            )
        return token if is_ours else None

    async def unlock(self, kind: AnswerKind, ident: str, token: str) -> None:
        """Let others fetch; a lock that was lost meanwhile is left to whoever has it."""
        with self._reaching():
            await self._access.client.eval(_UNLOCK, 1, kind.lock_key(ident), token)

    async def touch(self, due_keys: Sequence[str]) -> list[float]:
        """Return for how many seconds each key still lives; asking for one that is over makes Redis publish that."""
        with self._reaching():
            async with self._access.client.pipeline(transaction=False) as pipe:
                for key in due_keys:
                    pipe.pttl(key)
                found = await pipe.execute()
        return [_seconds_left(each) for each in found]

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        if time.monotonic() < self._away_until:
            raise RedisAwayError
        try:
            yield
        except AWAY as error:
            if not self._is_away:
                log.warning(
                    "Redis cannot be used (%s): answers are fetched directly meanwhile", type(error).__name__
                )
            self._is_away = True
            self._away_until = time.monotonic() + _AWAY_SECONDS
            raise RedisAwayError from error
        if self._is_away:
            self._is_away = False
            log.info("Redis can be used again")


def _seconds_left(pttl: int) -> float:
    """Return for how long a key is still there, by ``PTTL``; 0 where it is gone.

    A key of which Redis says 0 is there until its clock is a millisecond on: whoever wrote it anew before then would
    have its expiry told to nobody.
    """
    return (pttl + 1) / 1000 if pttl >= 0 else 0.0

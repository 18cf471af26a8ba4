"""Doing again what Postgres undid."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import asyncpg

from shared.db import DatabaseUnavailableError

log = logging.getLogger(__name__)

# Postgres undid the transaction, or the connection broke in the middle, which asyncpg tells in several ways.
_AGAIN: Final = (
    DatabaseUnavailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    OSError,
)
_ATTEMPTS: Final = 6
_FIRST_SECONDS: Final = 0.1
_LONGEST_SECONDS: Final = 2.0

ResultT = TypeVar("ResultT")


async def retried(what: str, transaction: Callable[[], Awaitable[ResultT]]) -> ResultT:
    """Return what a transaction returns, which is done again when it was undone; it must be safe to repeat.

    The last failure is raised. Between two attempts lies a random part of a time that doubles, at most two seconds.
    """
    for attempt in range(1, _ATTEMPTS):
        try:
            return await transaction()
        except _AGAIN as error:
            longest = min(_FIRST_SECONDS * 2**attempt, _LONGEST_SECONDS)
            pause = random.uniform(0, longest)  # noqa: S311 - spreads writers, keeps no secret
            log.warning("%s: %s; again in %.1f s", what, type(error).__name__, pause)
            await asyncio.sleep(pause)
    return await transaction()

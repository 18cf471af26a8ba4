"""Asking again, for calls that change nothing: a policy around the client, which itself tries once."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.nitrado.errors import NitradoUnreachableError

log = logging.getLogger(__name__)

T = TypeVar("T")

_ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 0.5


async def read_again(
    call: Callable[[], Awaitable[T]],
    *,
    chance: random.Random,
    attempts: int = _ATTEMPTS,
    pause_seconds: float = _FIRST_PAUSE_SECONDS,
) -> T:
    """Return what a reading call returns, asking again when there was no answer at all.

    Only that: a refusal stays one, and what Nitrado says of limits and maintenance is not helped by asking. Never for
    a call that does something, which may have been done although no answer came.
    """
    for attempt in range(1, attempts):
        try:
            return await call()
        except NitradoUnreachableError as error:
            log.info("Nitrado: %s (try %s of %s)", error, attempt, attempts)
            await asyncio.sleep(chance.uniform(0.5, 1.0) * pause_seconds * 2 ** (attempt - 1))
    return await call()

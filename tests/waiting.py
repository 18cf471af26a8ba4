"""Waits for a condition, with a deadline; tests never sleep for luck."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

STEP_SECONDS = 0.02


async def until(
    check: Callable[[], Awaitable[object]], *, within: float = 15.0, every: float = STEP_SECONDS
) -> None:
    """Wait until the check holds; fail the test when it does not in time."""
    async with asyncio.timeout(within):
        while not await check():
            await asyncio.sleep(every)

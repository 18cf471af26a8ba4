"""Ends tasks for certain."""

from __future__ import annotations

import asyncio
from typing import Any

# How long a task may take to end before it is asked again.
_AGAIN_SECONDS = 0.5


def stop_if_cancelled() -> None:
    """End the present task if it was cancelled and something below lost that.

    On Python 3.11 ``asyncio.wait_for`` may lose a cancellation that comes together with the result, and libraries use
    it (seen with asyncpg 0.32: a reader went on for ever, and its task group waited for it). So loops ask at each turn.

    Raises
    ------
    asyncio.CancelledError
        When the task was cancelled.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def cancel_and_wait(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they have ended; their results and failures are not looked at.

    A library may lose a cancellation that comes while it connects (seen with redis-py 8.1: the listener went on for
    ever), so a task that goes on is cancelled again.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)

"""The tasks that keep answers, all of one owner."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")

_TOLD_AGAIN_SECONDS = 0.2


class Tasks:
    """Starts tasks that end with the block of ``open_tasks``."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Start a task."""
        task = self._group.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def end(self) -> None:
        """End them all; one that is reconnecting may need to be told twice, because redis-py 8.1 loses the first."""
        while self._running:
            for task in self._running:
                task.cancel()
            await asyncio.wait(self._running, timeout=_TOLD_AGAIN_SECONDS)


@asynccontextmanager
async def open_tasks() -> AsyncIterator[Tasks]:
    """Own tasks for as long as the block runs; what the block raises leaves it as it was raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = Tasks(group)
            try:
                yield tasks
            finally:
                await tasks.end()
    except BaseExceptionGroup as errors:
        if len(errors.exceptions) > 1:
            raise
        raise errors.exceptions[0] from None

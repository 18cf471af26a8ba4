"""Jobs that run beside a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def tasks(*jobs: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Run jobs for as long as the block does."""
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(job()) for job in jobs]
        try:
            yield running
        finally:
            for task in running:
                task.cancel()

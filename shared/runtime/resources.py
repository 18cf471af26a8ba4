"""What a process holds open: the database, Redis, wake-ups, and its line to the supervisor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from shared.cache import Wakeups, open_redis
from shared.clock import Clock, SystemClock
from shared.config.settings import Settings
from shared.db import Database, open_database
from shared.runtime.reporting import Reporter, open_reporter
from shared.runtime.tasks import cancel_and_wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What a process holds open."""

    db: Database
    redis: Redis
    wakeups: Wakeups
    reporter: Reporter
    clock: Clock


@asynccontextmanager
async def open_resources(
    settings: Settings, name: str, *, pool_size: int = 5, clock: Clock | None = None
) -> AsyncIterator[Resources]:
    """Open what a process needs, and close it in reverse on the way out.

    Raises
    ------
    DatabaseUnavailableError
        When Postgres cannot be reached.
    """
    async with (
        open_reporter(name, settings.report_socket) as reporter,
        open_database(settings.database_url.get_secret_value(), max_size=pool_size) as db,
        open_redis(settings.redis_url.get_secret_value()) as redis,
    ):
        wakeups = Wakeups(redis)
        listening = asyncio.create_task(wakeups.run(), name="wakeups")
        try:
            yield Resources(
                db=db, redis=redis, wakeups=wakeups, reporter=reporter, clock=clock or SystemClock()
            )
        finally:
            await cancel_and_wait(listening)

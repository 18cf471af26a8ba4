"""Postgres and Redis: whether they answer, and keeping those of our own running."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NoReturn

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.runtime.reporting import one_line
from supervisor.embedded import EmbeddedError, EmbeddedServer, EmbeddedStack
from supervisor.settings import Settings
from supervisor.state import StoreView

log = logging.getLogger(__name__)

PROBE_SECONDS = 1.0
ANSWER_SECONDS = 3.0
START_SECONDS = 60.0


@dataclass(slots=True)
class _Probe:
    name: str
    embedded: bool
    is_up: bool = False
    problem: str = ""
    answer_seconds: float | None = None


class Stores:
    """Asks Postgres and Redis once a second whether they are there."""

    def __init__(self, *, database_url: str, redis_url: str, stack: EmbeddedStack | None) -> None:
        self.database_url = database_url
        self.redis_url = redis_url
        self.stack = stack
        embedded = {server.service for server in stack.servers} if stack else set()
        self._postgres = _Probe("Postgres", "postgres" in embedded)
        self._redis = _Probe("Redis", "valkey" in embedded)

    def views(self) -> tuple[StoreView, ...]:
        """Return how both are."""
        return tuple(
            StoreView(
                name=probe.name,
                is_up=probe.is_up,
                problem=probe.problem,
                answer_seconds=probe.answer_seconds,
                embedded=probe.embedded,
            )
            for probe in (self._postgres, self._redis)
        )

    def own_processes(self) -> Iterable[int]:
        """Return the processes of our own servers."""
        servers = self.stack.servers if self.stack else []
        return [pid for server in servers if (pid := server.process.pid) is not None]

    async def watch_postgres(self) -> NoReturn:
        """Ask Postgres, over one connection that is opened again when it breaks."""
        while True:
            try:
                await self._ask_postgres()
            except (
                OSError,
                TimeoutError,
                ValueError,
                asyncpg.PostgresError,
                asyncpg.InterfaceError,
            ) as error:
                _note_down(self._postgres, error, "DATABASE_URL")
            await asyncio.sleep(PROBE_SECONDS)

    async def watch_redis(self) -> NoReturn:
        """Ask Redis."""
        while True:
            try:
                await self._ask_redis()
            except (OSError, TimeoutError, ValueError, RedisError) as error:
                _note_down(self._redis, error, "REDIS_URL")
            await asyncio.sleep(PROBE_SECONDS)

    async def keep_embedded(self, tell: Callable[[str], None]) -> None:
        """Start a server of our own again when it has died; its sockets stay where they were."""
        if self.stack is None:
            return
        while True:
            for server in self.stack.servers:
                if not server.process.is_running:
                    tell(f"{server.name} has died and is started again")
                    await _revive(server, tell)
            await asyncio.sleep(PROBE_SECONDS / 4)

    async def _ask_postgres(self) -> NoReturn:
        conn = await asyncpg.connect(self.database_url, timeout=ANSWER_SECONDS)
        try:
            while True:
                begun = time.monotonic()
                await conn.fetchval("SELECT 1", timeout=ANSWER_SECONDS)
                _note_up(self._postgres, time.monotonic() - begun)
                await asyncio.sleep(PROBE_SECONDS)
        finally:
            conn.terminate()

    async def _ask_redis(self) -> NoReturn:
        timeout = ANSWER_SECONDS
        async with Redis.from_url(
            self.redis_url, socket_timeout=timeout, socket_connect_timeout=timeout
        ) as client:
            while True:
                begun = time.monotonic()
                await client.ping()
                _note_up(self._redis, time.monotonic() - begun)
                await asyncio.sleep(PROBE_SECONDS)


def _note_up(probe: _Probe, seconds: float) -> None:
    if not probe.is_up:
        log.info("%s answers", probe.name)
    probe.is_up, probe.problem, probe.answer_seconds = True, "", seconds


def _note_down(probe: _Probe, error: Exception, variable: str) -> None:
    why = one_line(str(error)) or type(error).__name__
    text = f"cannot be used ({why})" + (
        "" if probe.embedded else f". Is it running, and is {variable} right?"
    )
    if probe.problem != text:
        log.warning("%s %s", probe.name, text)
    probe.is_up, probe.problem, probe.answer_seconds = False, text, None


async def _revive(server: EmbeddedServer, tell: Callable[[str], None]) -> None:
    server.spawn()
    try:
        await until_ready(server)
    except EmbeddedError as error:
        log.warning("%s", error)  # mostly that the killed server's sessions are still ending
        await asyncio.sleep(PROBE_SECONDS)
    else:
        tell(f"{server.name} is back")


async def until_ready(server: EmbeddedServer) -> None:
    """Wait until a server of our own can be used.

    Raises
    ------
    EmbeddedError
        When it ends instead, or takes too long; the message quotes its log.
    """
    deadline = time.monotonic() + START_SECONDS
    while not server.is_ready():
        if not server.process.is_running or time.monotonic() > deadline:
            raise server.process.failure()
        await asyncio.sleep(0.01)


@asynccontextmanager
async def open_stores(settings: Settings, stack: EmbeddedStack | None) -> AsyncIterator[Stores]:
    """Return the stores: those of the settings, and servers of our own for what is not set."""
    if stack is None:
        yield Stores(database_url=settings.database_url, redis_url=settings.redis_url, stack=None)
        return
    stack.spawn()
    try:
        for server in stack.servers:
            await until_ready(server)
            server.finish()
        yield Stores(
            database_url=settings.database_url or stack.database_url,
            redis_url=settings.redis_url or stack.redis_url,
            stack=stack,
        )
    finally:
        stack.stop()

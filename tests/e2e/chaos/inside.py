"""Helena in a chaos run: found, killed, and started again where nothing of its own would do that."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import httpx
import psutil

from tests.e2e.outside import embedded_redis_url, embedded_url
from tests.e2e.running import Helena, free_ports, started_helena
from tests.waiting import until

# Who kills a thousand times does not want to wait as an operator would.
_COMMAND = ("supervisor.run", "--policy", "longest_delay_when_killed=0.5", "--policy", "breaker_after=1000")
_SERVERS = ("postgres", "valkey-server")
RECOVERY_SECONDS = 120.0


class ServersAwayError(Exception):
    """The embedded servers are just being started again."""


class Inside:
    """The processes of a Helena with servers of its own."""

    def __init__(self, data: Path, environ: Mapping[str, str]) -> None:
        self._data = data
        self._environ = environ
        self._port = free_ports()
        self._stack = AsyncExitStack()
        self._helena: Helena | None = None

    @property
    def helena(self) -> Helena:
        """Return what runs now."""
        assert self._helena is not None
        return self._helena

    async def start(self) -> None:
        """Start it on the data of the last time, and wait until it is healthy."""
        starting = started_helena(self._data, environ=self._environ, command=_COMMAND, port=self._port)
        self._helena = await self._stack.enter_async_context(starting)
        await self.recovered()

    async def recovered(self) -> None:
        """Wait until it is healthy."""
        await until(self.helena.is_healthy, within=RECOVERY_SECONDS, every=0.1)

    async def kill_supervisor(self) -> None:
        """Kill the supervisor, and start it again as a service manager would."""
        os.kill(self.helena.process.pid, signal.SIGKILL)
        await self.helena.process.wait()
        await self.stop()
        self._stack = AsyncExitStack()
        await self.start()

    async def stop(self) -> None:
        """Stop it in peace."""
        await self._stack.aclose()

    async def services(self) -> dict[str, int]:
        """Return the living services and servers by name, and their process ids."""
        found: dict[str, int] = {}

        async def answered() -> bool:
            try:
                found.update(await self.helena.services())
            except httpx.TransportError:
                return False
            return bool(found)

        await until(answered, within=RECOVERY_SECONDS, every=0.1)
        return found

    def servers(self) -> dict[str, int]:
        """Return the process ids of the embedded servers that live."""
        found = {}
        for child in psutil.Process(self.helena.process.pid).children():
            # One that ends just now has no name any more.
            with suppress(psutil.Error):
                if child.name() in _SERVERS and child.status() != psutil.STATUS_ZOMBIE:
                    found[child.name()] = child.pid
        return found

    def database_url(self) -> str:
        """Return the address of its Postgres; raise ``ServersAwayError`` while that is not there."""
        return self._address(embedded_url)

    def redis_url(self) -> str:
        """Return the address of its Valkey; raise ``ServersAwayError`` while that is not there."""
        return self._address(embedded_redis_url)

    def _address(self, find: Callable[[Helena], str]) -> str:
        try:
            return find(self.helena)
        except (psutil.Error, AssertionError, StopIteration) as error:
            raise ServersAwayError from error


@asynccontextmanager
async def open_inside(data: Path, environ: Mapping[str, str]) -> AsyncIterator[Inside]:
    """Run Helena, and stop whatever of it runs then."""
    inside = Inside(data, environ)
    try:
        await inside.start()
        yield inside
    finally:
        await inside.stop()

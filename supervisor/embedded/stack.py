"""PostgreSQL and Valkey together, started and stopped as one."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from supervisor.embedded.home import Home
from supervisor.embedded.postgres import Postgres
from supervisor.embedded.process import ServerProcess
from supervisor.embedded.valkey import Valkey

# The first start creates the database's files: some seconds on a slow disk.
START_DEADLINE_SECONDS = 60.0


class EmbeddedServer(Protocol):
    """One of the two servers; it may be started again on the same socket."""

    name: str
    service: str
    url: str
    process: ServerProcess

    def prepare(self) -> None:
        """Make ready to be started."""
        ...

    def spawn(self) -> None:
        """Start without waiting."""
        ...

    def is_ready(self) -> bool:
        """Return whether it can be used."""
        ...

    def finish(self) -> None:
        """Complete the start."""
        ...


class EmbeddedStack:
    """Both servers, as a context manager; use it from the main thread.

    ``ephemeral`` is for tests: nothing is forced to disk, and nothing is kept outside ``data``.
    """

    def __init__(
        self,
        data: Path,
        *,
        logs: Path | None = None,
        ephemeral: bool = False,
        postgres_settings: Mapping[str, str] | None = None,
        only: Iterable[str] = ("postgres", "valkey"),
    ) -> None:
        self._data = data.absolute()
        self._logs = (logs or data / "logs").absolute()
        self._ephemeral = ephemeral
        self._postgres_settings = postgres_settings or {}
        self._only = frozenset(only)
        self._home: Home | None = None
        self.servers: list[EmbeddedServer] = []

    @property
    def database_url(self) -> str:
        """Return the address of the database, for asyncpg."""
        return self._url("postgres")

    @property
    def redis_url(self) -> str:
        """Return the address of Valkey, for redis-py."""
        return self._url("valkey")

    def start(self) -> Self:
        """Start both servers and wait until they can be used."""
        self.spawn()
        try:
            for server in self.servers:
                _wait_until_ready(server)
                server.finish()
        except BaseException:
            self.stop()
            raise
        return self

    def spawn(self) -> None:
        """Start both servers without waiting; each can be used after ``is_ready`` and ``finish``."""
        self._home = Home.open(self._data, ephemeral=self._ephemeral)
        try:
            self.servers = self._make_servers(self._home)
            for server in self.servers:
                server.prepare()
                server.spawn()
        except BaseException:
            self.stop()
            raise

    def stop(self, timeout: float = 20.0) -> None:
        """Shut both down cleanly and release the folder."""
        for server in reversed(self.servers):
            server.process.stop(timeout)
        self.servers = []
        if self._home is not None:
            self._home.close()
            self._home = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _make_servers(self, home: Home) -> list[EmbeddedServer]:
        self._logs.mkdir(parents=True, exist_ok=True)
        servers: list[EmbeddedServer] = []
        if "postgres" in self._only:
            log = self._logs / "postgres.log"
            settings = self._postgres_settings
            servers.append(Postgres(home, log=log, ephemeral=self._ephemeral, settings=settings))
        if "valkey" in self._only:
            servers.append(Valkey(home, log=self._logs / "valkey.log", ephemeral=self._ephemeral))
        return servers

    def _url(self, service: str) -> str:
        return next((server.url for server in self.servers if server.service == service), "")


def _wait_until_ready(server: EmbeddedServer) -> None:
    deadline = time.monotonic() + START_DEADLINE_SECONDS
    while not server.is_ready():
        if not server.process.is_running or time.monotonic() > deadline:
            raise server.process.failure()
        time.sleep(0.01)

"""Serves a web application inside a program's own event loop, and leaves signals to the program."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from shared.errors import ConfigError

# Answers take milliseconds; one that takes longer than this is not waited for at the end.
_LAST_ANSWERS_SECONDS = 5
_START_SECONDS = 10.0


class WebServer(uvicorn.Server):
    """A server that leaves signals to the process; ``stop`` ends ``serve``."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._on_started: Callable[[], None] = lambda: None

    def call_when_started(self, callback: Callable[[], None]) -> None:
        """Have a function called when the server takes requests."""
        self._on_started = callback

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take requests."""
        await super().startup(sockets)
        self._on_started()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals."""
        yield

    def stop(self) -> None:
        """Take no new requests, and end when those in flight are answered."""
        self.should_exit = True


def make_server(app: ASGIApp) -> WebServer:
    """Return a server for the app; give it a socket of ``listen``."""
    return WebServer(
        uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
        )
    )


def listen(host: str, port: int, *, setting: str) -> socket.socket:
    """Return a listening socket; ``setting`` is the variable that the port comes from.

    Raises
    ------
    ConfigError
        When the address cannot be used; the message says which setting to change.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError) as error:
        message = f"Nothing can listen on {host}:{port} ({error}). Set {setting} to a free one."
        raise ConfigError(message) from error


@asynccontextmanager
async def serve(app: ASGIApp, *, host: str, port: int, setting: str) -> AsyncIterator[int]:
    """Serve an application, and give the port (the real one where 0 was asked for).

    Raises
    ------
    ConfigError
        When the address cannot be used.
    """
    with contextlib.closing(listen(host, port, setting=setting)) as listening:
        server = make_server(app)
        started = asyncio.Event()
        server.call_when_started(started.set)
        task = asyncio.create_task(server.serve([listening]), name=f"web {port}")
        try:
            async with asyncio.timeout(_START_SECONDS):
                await started.wait()
            yield listening.getsockname()[1]
        finally:
            server.stop()
            await asyncio.wait({task}, timeout=_LAST_ANSWERS_SECONDS * 2)

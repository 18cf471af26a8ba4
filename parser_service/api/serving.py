"""Serving the app in the event loop of the process, which keeps its own signal handlers."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI

from shared.errors import ConfigError

# Answers take milliseconds; one that takes longer than this is not waited for at the end.
_LAST_ANSWERS_SECONDS = 5


class ApiServer(uvicorn.Server):
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


def make_server(app: FastAPI) -> ApiServer:
    """Return a server for the app; give it a socket of ``listen``."""
    return ApiServer(
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


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises
    ------
    ConfigError
        When the address cannot be used; the message says which setting to change.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError) as error:
        message = f"The parser service cannot listen on {host}:{port} ({error}). Set HELENA_PARSER_PORT to a free one."
        raise ConfigError(message) from error

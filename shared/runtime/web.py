"""Serves a web application inside a program's own event loop, and leaves signals to the program."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from shared.errors import ConfigError

_START_SECONDS = 10.0


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: the program decides what a signal means."""
        yield


@asynccontextmanager
async def serve(app: ASGIApp, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve an application, and give the port (the real one where 0 was asked for).

    Raises
    ------
    ConfigError
        When the port is taken; the message says which.
    """
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=5
    )
    server = _Server(config)
    listening = bind_socket(host, port)
    task = asyncio.create_task(server.serve(sockets=[listening]), name=f"web {port}")
    try:
        async with asyncio.timeout(_START_SECONDS):
            while not server.started:
                if task.done():
                    task.result()
                await asyncio.sleep(0.01)
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await asyncio.wait({task}, timeout=_START_SECONDS)
        listening.close()


def bind_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises
    ------
    ConfigError
        When the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        message = f"Port {port} on {host} cannot be used ({error.strerror}). Stop what uses it, or set another port."
        raise ConfigError(message) from error
    return listening

"""How children are started: forked from a server process, or each with a Python of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from asyncio import AbstractEventLoop, Future, get_running_loop
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from supervisor.children.forked import ForkServerLink
from supervisor.children.kernel import has_pidfds
from supervisor.children.process import ChildProcess, Launcher
from supervisor.children.request import ChildRequest

# What the bots, the parser and the dashboard all import. Not numpy, which starts threads and cannot be forked.
PRELOADED = (
    "asyncio",
    "discord",
    "discord.ext.commands",
    "discord.ext.tasks",
    "aiohttp",
    "aiohttp.web",
    "asyncpg",
    "redis.asyncio",
    "pydantic",
    "pydantic_settings",
    "fastapi",
    "uvicorn",
    "pythonjsonlogger.json",
)


class ForkLauncher:
    """Starts children by forking a server process, which is replaced when it dies."""

    def __init__(self, *, log: Path | None, preload: Sequence[str]) -> None:
        self._log = log
        self._preload = preload
        self._current: ForkServerLink | None = None
        self._retired: list[ForkServerLink] = []

    async def start(self, request: ChildRequest) -> ChildProcess:
        """Start a child.

        Raises
        ------
        StartError
            When the fork server does not answer; the next call has a new one.
        """
        return await self._server().start(request)

    def warm_up(self) -> None:
        """Start the fork server, so that it loads while other things happen."""
        self._server()

    def renew(self) -> None:
        """Let the next children come from a new fork server; the old one ends with its last child."""
        if self._current is not None:
            self._retired.append(self._current)
            self._current.retire()
            self._current = None

    def own_processes(self) -> Iterable[int]:
        """Return the processes that are reaped here and not by whoever cleans up."""
        return [link.pid for link in [*self._retired, *([self._current] if self._current else [])]]

    async def close(self) -> None:
        """End the fork servers, and with them whatever they still have."""
        self.renew()
        for link in self._retired:
            await link.close()
        self._retired.clear()

    def _server(self) -> ForkServerLink:
        self._retired = [link for link in self._retired if link.is_alive]
        if self._current is None or not self._current.is_alive:
            self._current = ForkServerLink(log=self._log, preload=self._preload)
        return self._current


class PlainChild:
    """A child with a Python of its own."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._loop = get_running_loop()
        self.ended: Future[int] = self._loop.create_future()
        threading.Thread(target=self._wait, args=(self._loop,), daemon=True).start()

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, if the process still lives."""
        self._process.send_signal(number)  # Popen does not signal what it has reaped

    def _wait(self, loop: AbstractEventLoop) -> None:
        code = self._process.wait()
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._on_ended, code)

    def _on_ended(self, code: int) -> None:
        if not self.ended.done():
            self.ended.set_result(code)


class PlainLauncher:
    """Starts each child with a Python of its own: for systems without process descriptors, and to compare."""

    def __init__(self) -> None:
        self._children: set[PlainChild] = set()

    async def start(self, request: ChildRequest) -> ChildProcess:
        """Start a child."""
        child = PlainChild(_spawn(request))
        self._children.add(child)
        child.ended.add_done_callback(lambda _: self._children.discard(child))
        return child

    def renew(self) -> None:
        """Do nothing: each child loads everything anew."""

    def own_processes(self) -> Iterable[int]:
        """Return the processes that are reaped here."""
        return [child.pid for child in self._children]


def _spawn(request: ChildRequest) -> subprocess.Popen[bytes]:
    data = request.to_bytes()
    process = subprocess.Popen([sys.executable, "-m", "supervisor.children.child"], stdin=subprocess.PIPE)
    assert process.stdin is not None
    with process.stdin as pipe:
        pipe.write(data)
    return process


@asynccontextmanager
async def open_launcher(*, log: Path | None, preload: Sequence[str] = PRELOADED) -> AsyncIterator[Launcher]:
    """Open the launcher that this system allows."""
    if not has_pidfds():
        yield PlainLauncher()
        return
    launcher = ForkLauncher(log=log, preload=preload)
    launcher.warm_up()
    try:
        yield launcher
    finally:
        await launcher.close()

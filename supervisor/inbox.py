"""Where children's reports arrive."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from shared.errors import InvalidInputError
from shared.runtime.reporting import MAX_BYTES, Report

log = logging.getLogger(__name__)

Listener = Callable[[Report], None]

# A child may report before we know that it was started; such a report is kept this long.
EARLY_SECONDS = 5.0
MOST_EARLY = 64


class Inbox:
    """Hands each report to whoever watches that process."""

    def __init__(self) -> None:
        self._listeners: dict[int, Listener] = {}
        self._early: dict[int, tuple[float, Report]] = {}

    @contextmanager
    def listening(self, pid: int, listener: Listener) -> Iterator[None]:
        """Give the reports of a process to ``listener``."""
        self._listeners[pid] = listener
        came_at, report = self._early.pop(pid, (0.0, None))
        if report is not None and time.monotonic() - came_at < EARLY_SECONDS:
            listener(report)
        try:
            yield
        finally:
            del self._listeners[pid]

    def take(self, data: bytes) -> None:
        """Take one datagram; what is no report is dropped."""
        try:
            report = Report.from_bytes(data)
        except InvalidInputError as error:
            log.warning("a process sent something that is no report: %s", error)
            return
        listener = self._listeners.get(report.pid)
        if listener is not None:
            listener(report)
            return
        now = time.monotonic()
        self._early = {pid: kept for pid, kept in self._early.items() if now - kept[0] < EARLY_SECONDS}
        if len(self._early) < MOST_EARLY:
            self._early[report.pid] = (now, report)


@asynccontextmanager
async def open_inbox(path: Path) -> AsyncIterator[Inbox]:
    """Listen on a socket that only we may write to (its folder is closed to others)."""
    inbox = Inbox()
    loop = asyncio.get_running_loop()
    with _bound_socket(path) as line:
        loop.add_reader(line, _read_all, line, inbox)
        try:
            yield inbox
        finally:
            loop.remove_reader(line)


@contextmanager
def _bound_socket(path: Path) -> Iterator[socket.socket]:
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        line.bind(str(path))
        try:
            path.chmod(0o600)
            yield line
        finally:
            path.unlink(missing_ok=True)


def _read_all(line: socket.socket, inbox: Inbox) -> None:
    for _ in range(100):  # then others have their turn
        try:
            data = line.recv(MAX_BYTES + 1)
        except BlockingIOError:
            return
        inbox.take(data)

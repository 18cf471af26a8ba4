"""A running child, as the supervisor sees it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable
from typing import Protocol

from shared.errors import OperationalError
from supervisor.children.request import ChildRequest


class StartError(OperationalError):
    """A child could not be started; it is tried again."""

    code = "SUP-02"


class ChildProcess(Protocol):
    """A child: it can be signalled and awaited."""

    @property
    def pid(self) -> int:
        """Return the process id."""
        ...

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, if the process still lives."""
        ...

    @property
    def ended(self) -> asyncio.Future[int]:
        """Return the future exit code: negative for the signal that killed it."""
        ...


class Launcher(Protocol):
    """Starts children."""

    async def start(self, request: ChildRequest) -> ChildProcess:
        """Start a child."""
        ...

    def renew(self) -> None:
        """Let the next children load everything anew."""
        ...

    def own_processes(self) -> Iterable[int]:
        """Return the processes that the launcher reaps itself."""
        ...

"""A process's line to the supervisor: once a second it says how it is, over a local socket.

The beat comes from the event loop, so a loop that is blocked goes silent, and the supervisor notices.
A process that was started by hand has no socket; then the same calls do nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import os
import re
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Self

from shared.errors import InvalidInputError

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0

# Both sides hold to these bounds: the sender cuts, the receiver refuses.
MAX_BYTES = 64 * 1024
MAX_TEXT = 300
MAX_PROBLEMS = 20
MAX_LINKS = 10
MAX_NUMBERS = 200
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NOT_ONE_LINE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a process is at one moment."""

    name: str
    pid: int
    ready: bool
    problems: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return the report as one datagram."""
        value = {
            "name": self.name,
            "pid": self.pid,
            "ready": self.ready,
            "problems": list(self.problems),
            "links": dict(self.links),
            "numbers": dict(self.numbers),
        }
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a datagram.

        Raises
        ------
        InvalidInputError
            When it is not a report, or larger than one may be.
        """
        if len(data) > MAX_BYTES:
            raise InvalidInputError(f"A report has at most {MAX_BYTES} bytes, this one has {len(data)}.")
        try:
            return cls._from_json(json.loads(data))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidInputError(f"This is not a report: {error}") from error

    @classmethod
    def _from_json(cls, value: Any) -> Self:
        problems, links, numbers = value["problems"], value["links"], value["numbers"]
        if len(problems) > MAX_PROBLEMS or len(links) > MAX_LINKS or len(numbers) > MAX_NUMBERS:
            raise ValueError("it says too much")
        if not isinstance(value["ready"], bool) or not _NAME.fullmatch(value["name"]):
            raise ValueError("its name or state is none")
        return cls(
            name=value["name"],
            pid=int(value["pid"]),
            ready=value["ready"],
            problems=tuple(one_line(text) for text in problems),
            links={one_line(title): one_line(url) for title, url in links.items()},
            numbers={k: float(v) for k, v in numbers.items() if _NAME.fullmatch(k) and math.isfinite(v)},
        )


class Reporter:
    """What a process says of itself; each change is told at once, and everything every second."""

    def __init__(self, name: str, send: Callable[[Report], None] | None = None) -> None:
        if not _NAME.fullmatch(name):
            raise InvalidInputError(f"{name!r} cannot name a reporter. Use small letters, digits and _.")
        self._name = name
        self._to = send
        self._ready = False
        self._reason = ""
        self._problems: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._numbers: dict[str, float] = {}

    def ready(self) -> None:
        """Say that the process does its job."""
        if not self._ready or self._reason:
            self._ready, self._reason = True, ""
            self.send()

    def not_ready(self, reason: str) -> None:
        """Say that the process lives and cannot do its job just now, and why."""
        reason = one_line(reason)
        if self._ready or self._reason != reason:
            self._ready, self._reason = False, reason
            self.send()

    def problem(self, key: str, text: str) -> None:
        """Say what is wrong and what to do, in one line; it stands until ``solved(key)``."""
        text = one_line(text)
        if self._problems.get(key) != text and (key in self._problems or len(self._problems) < MAX_PROBLEMS):
            self._problems[key] = text
            self.send()

    def solved(self, key: str) -> None:
        """Take a problem back."""
        if self._problems.pop(key, None) is not None:
            self.send()

    def number(self, name: str, value: float) -> None:
        """Set a number that ``/metrics`` shows, as ``helena_<name>``; it travels with the next beat."""
        if not _NAME.fullmatch(name):
            raise InvalidInputError(f"{name!r} cannot name a number. Use small letters, digits and _.")
        if name in self._numbers or len(self._numbers) < MAX_NUMBERS:
            self._numbers[name] = float(value)

    def link(self, title: str, url: str) -> None:
        """Show an address on the supervisor's page."""
        title = one_line(title)
        if title in self._links or len(self._links) < MAX_LINKS:
            self._links[title] = one_line(url)
            self.send()

    def report(self) -> Report:
        """Return what would be sent now."""
        problems = ([self._reason] if self._reason else []) + list(self._problems.values())
        return Report(
            name=self._name,
            pid=os.getpid(),
            ready=self._ready,
            problems=tuple(problems[:MAX_PROBLEMS]),
            links=dict(self._links),
            numbers={name: value for name, value in self._numbers.items() if math.isfinite(value)},
        )

    def send(self) -> None:
        """Tell the supervisor now."""
        if self._to is not None:
            self._to(self.report())


@asynccontextmanager
async def open_reporter(name: str, socket_path: Path | None) -> AsyncIterator[Reporter]:
    """Open the line to the supervisor; without a socket, the reporter keeps what it is told to itself."""
    if socket_path is None:
        yield Reporter(name)
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        reporter = Reporter(name, partial(_send, line, str(socket_path)))
        with _beating(reporter):
            yield reporter


@contextmanager
def _beating(reporter: Reporter) -> Iterator[None]:
    # A timer of the loop and no task: nothing to await, and silent whenever the loop is blocked.
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle

    def beat() -> None:
        nonlocal timer
        reporter.send()
        timer = loop.call_later(BEAT_SECONDS, beat)

    beat()
    try:
        yield
    finally:
        timer.cancel()


def _send(line: socket.socket, address: str, report: Report) -> None:
    try:
        line.sendto(report.to_bytes(), address)
    except OSError as error:
        # The supervisor is away or behind; the next beat says everything again.
        log.debug("the supervisor did not take a report: %s", error)


def one_line(text: str) -> str:
    """Return the text in one line of bounded length."""
    line = _NOT_ONE_LINE.sub(" ", text).strip()
    return line if len(line) <= MAX_TEXT else line[: MAX_TEXT - 1] + "…"

"""What one input may take: processor time by an alarm, memory by the limit that the system holds a process to."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

# An input of some ten kilobytes takes milliseconds; instrumented code is about ten times slower.
SECONDS = 5.0
"""Processor seconds that one input may take."""
# The largest allowance of any decoder is the 64 MB to which a packed creature may expand, held twice while it does.
MEGABYTES = 512
"""Memory that an input may take beyond what the process has."""


class TooSlowError(Exception):
    """An input took longer than any of its size may."""


def address_space() -> int:
    """Return how many bytes of addresses the process has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def limit_memory() -> None:
    """Let the process have so much memory more than now: a larger request raises ``MemoryError``."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (address_space() + MEGABYTES * 2**20, hard))


@contextmanager
def limited_time() -> Iterator[None]:
    """Raise ``TooSlowError`` inside the block when it has taken too much processor time."""

    def stop(number: int, frame: FrameType | None) -> None:
        message = f"an input took more than {SECONDS} s of processor time"
        raise TooSlowError(message)

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)

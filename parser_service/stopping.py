"""Stopping in order: whoever works asks, between two steps, whether to go on."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Stop:
    """A request to end, made once and seen by all."""

    def __init__(self) -> None:
        self._requested = asyncio.Event()

    def request(self) -> None:
        """Ask everybody to finish what they have in hand, and end."""
        self._requested.set()

    @property
    def is_requested(self) -> bool:
        """Tell whether to end."""
        return self._requested.is_set()

    async def within(self, seconds: float) -> bool:
        """Wait so long, and not longer than until the request; tell whether it was made."""
        if seconds <= 0:
            # others get their turn, also from a loop that never waits
            await asyncio.sleep(0)
        else:
            # not asyncio.wait_for: on Python 3.11 it may lose a cancellation that comes together with the event
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._requested.wait()
        return self._requested.is_set()

    async def wait(self) -> None:
        """Wait for the request."""
        await self._requested.wait()

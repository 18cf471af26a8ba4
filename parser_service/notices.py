"""Wake-ups on their way out, apart from the work they tell of: a slow Redis delays nobody but the sleepers."""

from __future__ import annotations

import asyncio

from shared.cache import Wakeups


class Notices:
    """Sends one wake-up for any number of calls that came while the last one was on its way."""

    def __init__(self, wakeups: Wakeups) -> None:
        self._wakeups = wakeups
        self._due: set[str] = set()
        self._called = asyncio.Event()

    def send(self, channel: str) -> None:
        """Wake whoever waits on a channel, soon."""
        self._due.add(channel)
        self._called.set()

    async def run(self) -> None:
        """Send for ever."""
        while True:
            await self._called.wait()
            self._called.clear()
            due, self._due = self._due, set()
            for channel in sorted(due):
                await self._wakeups.send(channel)

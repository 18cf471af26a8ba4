"""Whether a server runs: its states, and what its host is told to do with it."""

from __future__ import annotations

import asyncio
from enum import StrEnum


class State(StrEnum):
    """What a server is doing."""

    DOWN = "down"
    STARTING = "starting"
    UP = "up"
    STALLED = "stalled"


class Ending(StrEnum):
    """How a run of the server process ends."""

    RESTART = "restart"
    STOP = "stop"
    CRASH = "crash"


class Lifecycle:
    """The state of a server, its host's orders, and ways to wait for either."""

    def __init__(self) -> None:
        self.state = State.DOWN
        self.boots = 0
        """How often the server was started."""
        self._ticking = asyncio.Event()
        self._ticking.set()
        self._stalled_until = 0.0
        self._wanted = asyncio.Event()
        self._wanted.set()
        self._is_retired = False
        self._ending: Ending | None = None
        self._poke = asyncio.Event()
        self._changed = asyncio.Condition()

    def restart(self) -> None:
        """Save, go down, and come up again as a host's restart does."""
        self._end(Ending.RESTART)

    def restart_soon(self) -> None:
        """Restart after a reply has had time to leave."""
        asyncio.get_running_loop().call_later(0.05, self.restart)

    def stop(self) -> None:
        """Save and go down until ``start``."""
        self._wanted.clear()
        self._end(Ending.STOP)

    def start(self) -> None:
        """Come up again."""
        self._wanted.set()

    def crash(self) -> None:
        """Die without a word: connections break, what was not saved is lost; ``start`` brings it back."""
        self._wanted.clear()
        self._end(Ending.CRASH)

    def stall(self, seconds: float) -> None:
        """Freeze: nothing happens, nothing is answered, connections stay open."""
        self._stalled_until = asyncio.get_running_loop().time() + seconds
        self._ticking.clear()
        self._poke.set()

    def retire(self) -> None:
        """End for good: save and go down."""
        self._is_retired = True
        self._wanted.set()
        self._end(Ending.STOP)

    async def restart_now(self) -> None:
        """Restart, and return once the server is up again."""
        boots = self.boots
        self.restart()
        await self.wait_for_boot(boots + 1)

    async def wait_until(self, state: State, timeout_seconds: float = 30.0) -> None:
        """Return once the server is in a state."""
        async with asyncio.timeout(timeout_seconds), self._changed:
            await self._changed.wait_for(lambda: self.state is state)

    async def wait_for_boot(self, boots: int, timeout_seconds: float = 30.0) -> None:
        """Return once the server has started so many times and is up."""
        async with asyncio.timeout(timeout_seconds), self._changed:
            await self._changed.wait_for(lambda: self.state is State.UP and self.boots >= boots)

    async def _set_state(self, state: State) -> None:
        async with self._changed:
            self.state = state
            self._changed.notify_all()

    async def _pause(self, seconds: float) -> None:
        """Wait, or until something is wanted of the server."""
        self._poke.clear()
        if self._ending is not None:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._poke.wait()
        except TimeoutError:
            return

    async def _sit_out_stall(self) -> None:
        """Return when the stall is over, or the server is ended."""
        await self._set_state(State.STALLED)
        while self._ending is None:
            left = self._stalled_until - asyncio.get_running_loop().time()
            if left <= 0:
                break
            await self._pause(left)

    def _end(self, ending: Ending) -> None:
        if self.state is not State.DOWN:
            self._ending = ending
        self._poke.set()

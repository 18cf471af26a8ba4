"""How long chat takes: from a line in the log file to Discord's gateway, and from a Discord message to the game's RCON.

``python -m tests.benchmarks.chat_latency --lines 100`` runs Helena with the chat bridge as an operator does, against
the stand-ins in this process, one line at a time with irregular pauses, and prints median, p95 and worst.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sandbox.ark.server import ArkServer
from tests.e2e.outside import Day, open_day

_WARM_UP = 5
_WITHIN_SECONDS = 15.0


class RconClock:
    """Notes when commands reach the game's RCON."""

    def __init__(self, server: ArkServer) -> None:
        self.arrived: dict[str, float] = {}
        self._answer = server._rcon.handler
        server._rcon.handler = self._note

    async def _note(self, text: str) -> str:
        self.arrived[text] = time.perf_counter()
        return await self._answer(text)

    async def when(self, part: str) -> float:
        """Return when a command that holds a text arrived."""
        async with asyncio.timeout(_WITHIN_SECONDS):
            while True:
                for text, at in self.arrived.items():
                    if part in text and text.startswith("ServerChat"):
                        return at
                await asyncio.sleep(0.001)


async def to_discord(day: Day, number: int) -> float:
    """Return how long a line of the log took to the gateway of somebody who reads the channel."""
    who = next(iter(day.island.world.survivors.values()))
    text = f"from the game {number}"
    began = time.perf_counter()
    day.island.say(who.name, text)
    client = day.alice.client
    await client.until(
        lambda: next((m for m in reversed(client.messages.values()) if text in m["content"]), None),
        _WITHIN_SECONDS,
        text,
    )
    return time.perf_counter() - began


async def to_game(day: Day, clock: RconClock, number: int) -> float:
    """Return how long a message of Discord took to the game."""
    text = f"from discord {number}"
    began = time.perf_counter()
    await day.alice.say("chat-island", text)
    return await clock.when(text) - began


async def measure(lines: int) -> dict[str, list[float]]:
    """Return the times of each way, in milliseconds."""
    chance = random.Random(4)
    times: dict[str, list[float]] = {"log -> gateway": [], "Discord -> RCON": []}
    with tempfile.TemporaryDirectory() as folder:
        async with open_day(Path(folder), "chat_bridge") as day:
            clock = RconClock(day.island)
            for number in range(lines + _WARM_UP):
                found = (await to_discord(day, number), await to_game(day, clock, number))
                if number >= _WARM_UP:
                    for name, seconds in zip(times, found, strict=True):
                        times[name].append(seconds * 1000)
                await asyncio.sleep(chance.uniform(0.05, 0.4))
    return times


def show(name: str, times: Sequence[float]) -> None:
    """Print what a way takes."""
    p95 = statistics.quantiles(times, n=20)[-1]
    median = statistics.median(times)
    sys.stdout.write(f"{name:18} median {median:6.1f} ms   p95 {p95:6.1f} ms   worst {max(times):6.1f} ms\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100)
    for way, found in asyncio.run(measure(parser.parse_args().lines)).items():
        show(way, found)

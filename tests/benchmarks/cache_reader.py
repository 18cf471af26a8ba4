"""One of several processes with a cache: ``python -m tests.benchmarks.cache_reader URL FRESH``.

Each line it is given is a round: it reads the keys of that round, says so, and tells when it dropped which of them, and
by how many milliseconds a plain timer fired late meanwhile, which is the machine's share.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterable

from shared.cache.kept.copies import Copy
from tests.shared.cache.conftest import Client, Source, clients, lasting

SERVERS = 20
_TIMER_SECONDS = 0.005


def idents_of(number: str) -> list[str]:
    """Return the ids of a round."""
    return [f"{number}-{server}" for server in range(SERVERS)]


class Drops:
    """When a cache dropped which copy for the first time."""

    def __init__(self, client: Client) -> None:
        self.at: dict[str, float] = {}
        copies = client.kept._copies
        drop = copies.drop

        def noted(key: str) -> Copy | None:
            self.at.setdefault(key, time.time())
            return drop(key)

        copies.drop = noted  # type: ignore[method-assign] # noted, and then done

    async def wait_for(self, keys: Iterable[str]) -> list[float]:
        """Wait until all are dropped, and return by how much each of many timers was late."""
        late = []
        async with asyncio.timeout(30):
            while set(keys) - self.at.keys():
                due = time.perf_counter() + _TIMER_SECONDS
                await asyncio.sleep(_TIMER_SECONDS)
                late.append((time.perf_counter() - due) * 1000)
        return late


async def main(url: str, fresh: float) -> None:
    """Do the rounds until there are no more."""
    kind = lasting(fresh=fresh)
    async with clients(url, Source(), kind=kind) as (client,):
        drops = Drops(client)
        _tell("ready")
        while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
            idents = idents_of(line)
            await asyncio.gather(*(client.get(ident) for ident in idents))
            _tell("read")
            keys = [kind.due_key(ident) for ident in idents]
            late = await drops.wait_for(keys)
            _tell(json.dumps({"drops": {key: drops.at[key] for key in keys}, "timers": late}))


def _tell(text: str) -> None:
    print(text, flush=True)  # noqa: T201 # to the parent


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))

"""One of several processes that want to know the same: ``python -m tests.parser_service.hosting.reader``."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from pydantic import SecretStr

from parser_service.hosting.asking import ADAPTER, Asking, pause_after
from shared.cache.kept import open_kept_answers
from shared.cache.keys import NITRADO_GAMESERVER
from shared.clock import SystemClock
from shared.nitrado.client import open_nitrado


async def read(redis_url: str, base_url: str, token: str, service: str) -> None:
    """Ask for the same a thousand times, twenty at once, and print each different answer."""
    clock = SystemClock()
    async with (
        open_nitrado(SecretStr(token), clock=clock, base_url=base_url) as client,
        open_kept_answers(redis_url, clock=clock) as kept,
    ):
        shelf = kept.shelf(NITRADO_GAMESERVER, ADAPTER, Asking(client, clock).fetch, pause_after=pause_after)
        found = set()
        for _ in range(50):
            answers = [shelf.get(service, patience=timedelta(seconds=10)) for _ in range(20)]
            found |= {answer.value.status for answer in await asyncio.gather(*answers)}
        print(sorted(found))  # noqa: T201 # its result


if __name__ == "__main__":
    asyncio.run(read(*sys.argv[1:]))

"""The cache under load: calls upstream, and how late a copy is dropped. Run with ``--long``, and ``-s`` to see it.

python -m pytest tests/benchmarks/test_cache.py --long -s
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from redis.asyncio import Redis

from shared.cache.kept.connecting import in_database, open_client
from shared.cache.keys import NITRADO_GAMESERVER
from tests.benchmarks.cache_reader import SERVERS, idents_of
from tests.shared.cache.conftest import Client, Source, clients, lasting

READERS = 6
# An hour of 60 lifetimes, a hundred times faster; a bot reads every five seconds.
HOUR, FASTER = 3600.0, 100.0
OTHER_KEYS = 100_000
ROUNDS = 10
FRESH_SECONDS = 2.0


@pytest.mark.long
@pytest.mark.parametrize("readers", [1, READERS])
async def test_calls_upstream_in_an_hour_of_twenty_servers(redis_url: str, readers: int) -> None:
    kind = lasting(fresh=NITRADO_GAMESERVER.fresh.total_seconds() / FASTER)
    source = Source(seconds=0.002)
    upto = time.monotonic() + HOUR / FASTER

    async def read(client: Client) -> None:
        while time.monotonic() < upto:
            for number in range(SERVERS):
                await client.get(str(number), patience=1)
            await asyncio.sleep(5 / FASTER)

    async with clients(redis_url, source, count=readers, kind=kind) as made:
        async with asyncio.TaskGroup() as group:
            for client in made:
                group.create_task(read(client))
        reads = sum(client.kept.counts.reads for client in made)
        ratio = statistics.mean(client.kept.counts.hit_ratio for client in made)

    lifetimes = HOUR / NITRADO_GAMESERVER.fresh.total_seconds()
    print(  # noqa: T201 # its result
        f"\n{readers} readers, {SERVERS} servers, one hour: {len(source.asked)} calls upstream "
        f"(at most {SERVERS * lifetimes:.0f} and {SERVERS}), {reads:,} reads, hit ratio {ratio:.4f}"
    )
    assert len(source.asked) <= SERVERS * (lifetimes + 1)


@pytest.mark.long
async def test_how_long_after_its_deadline_a_copy_is_dropped_in_every_process(redis_url: str) -> None:
    kind = lasting(fresh=FRESH_SECONDS)
    late: list[float] = []
    timers: list[float] = []
    # half of them beside the kept answers, half in the database of everything else
    async with open_client(in_database(redis_url, 1), retries=1) as raw, Redis.from_url(redis_url) as other:
        for client in (other, raw):
            await _fill(client, OTHER_KEYS // 2)
        async with AsyncExitStack() as opened:
            readers = [await opened.enter_async_context(_reader(redis_url)) for _ in range(READERS)]
            for number in range(ROUNDS):
                await asyncio.gather(*(_ask(reader, f"{number}") for reader in readers))
                keys = [kind.due_key(ident) for ident in idents_of(f"{number}")]
                due = {key: await raw.pexpiretime(key) / 1000 for key in keys}
                for reader in readers:
                    told = json.loads(await _line(reader))
                    late += [(told["drops"][key] - at) * 1000 for key, at in due.items()]
                    timers += told["timers"]

    print(  # noqa: T201 # its result
        f"\n{READERS} processes, {SERVERS} keys, {OTHER_KEYS:,} others with a lifetime, {len(late)} drops: "
        f"after the deadline by {_spread(late)}; a plain timer beside them is late by {_spread(timers)}"
    )
    assert len(late) == ROUNDS * READERS * SERVERS


def _spread(times: list[float]) -> str:
    ordered = sorted(times)
    p99 = ordered[int(len(ordered) * 0.99)]
    return f"p50 {statistics.median(ordered):.1f} ms, p99 {p99:.1f} ms, max {ordered[-1]:.1f} ms"


@asynccontextmanager
async def _reader(url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    arguments = ["-m", "tests.benchmarks.cache_reader", url, str(FRESH_SECONDS)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert await _line(process) == "ready"
        yield process
    finally:
        process.kill()
        await process.wait()


async def _ask(reader: asyncio.subprocess.Process, number: str) -> None:
    assert reader.stdin is not None
    reader.stdin.write(f"{number}\n".encode())
    assert await _line(reader) == "read"


async def _line(reader: asyncio.subprocess.Process) -> str:
    assert reader.stdout is not None
    async with asyncio.timeout(60):
        return (await reader.stdout.readline()).decode().strip()


async def _fill(client: Redis, count: int) -> None:
    """Put in other keys that expire, over the next quarter of an hour and later."""
    for start in range(0, count, 5_000):
        async with client.pipeline(transaction=False) as pipe:
            for number in range(start, start + 5_000):
                pipe.set(f"other:{number}", b"1", px=600_000 + 7 * number)
            await pipe.execute()

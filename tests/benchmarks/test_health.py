"""How soon ``/health`` answers while four saves are decoded and stored. Run with ``--long``, and ``-s`` to see it.

python -m pytest tests/benchmarks/test_health.py --long -s
"""

from __future__ import annotations

import asyncio
import lzma
import shutil
import socket
import statistics
import sys
import time
from pathlib import Path

import aiohttp
import pytest
from redis.asyncio import Redis

from shared.db import Database
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import running, server_entry, until

SAVES = 4
# a hundred a second, each from the moment when it was due: a loop that stands still is seen by all that wait
PAUSE_SECONDS = 0.01
IDLE_SECONDS = 10


def spread(times: list[float]) -> str:
    """Return the median, the 99th percentile and the maximum, for people."""
    ordered = sorted(times)
    p99 = ordered[int(len(ordered) * 0.99)]
    return f"p50 {statistics.median(ordered):.1f} ms, p99 {p99:.1f} ms, max {ordered[-1]:.1f} ms"


async def answer_times(url: str, done: asyncio.Event) -> list[float]:
    """Return how long each answer took, in milliseconds."""
    times: list[float] = []

    async def ask(client: aiohttp.ClientSession, due: float) -> None:
        async with client.get(url) as response:
            assert response.status == 200
        times.append((time.perf_counter() - due) * 1000)

    async with aiohttp.ClientSession() as client, asyncio.TaskGroup() as group:
        due = time.perf_counter()
        while not done.is_set():
            due += PAUSE_SECONDS
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(ask(client, due))
    return times


@pytest.mark.long
async def test_health_answers_while_four_saves_are_decoded(
    request: pytest.FixtureRequest,
    shared_data: Path,
    db: Database,
    redis: Redis,
    database_url: str,
    redis_url: str,
    tmp_path: Path,
) -> None:
    if not request.config.getoption("--long"):
        pytest.skip("takes half a minute; run with --long")
    environment = Environment(
        db=db, redis=redis, database_url=database_url, admin_url="", redis_url=redis_url, folder=tmp_path
    )
    world = tmp_path / "world.ark"
    world.write_bytes(lzma.decompress((shared_data / "saves/made/asa14_large.ark.xz").read_bytes()))
    servers = []
    for number in range(SAVES):
        folder = tmp_path / f"live{number}"
        folder.mkdir()
        shutil.copy(world, folder / "Ragnarok_WP.ark")
        servers.append(server_entry(key=f"island{number}", map="Ragnarok_WP", save_path=folder))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    done = asyncio.Event()

    async def stored() -> bool:
        async with db.connection() as conn:
            return (
                int(await conn.fetchval("SELECT count(*) FROM saves WHERE columns_bytes IS NOT NULL"))
                == SAVES
            )

    async def is_up() -> bool:
        try:
            async with aiohttp.ClientSession() as client, client.get(url) as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    url = f"http://127.0.0.1:{port}/health"
    variables = environment.variables(*servers) | {"HELENA_PARSER_PORT": str(port)}
    with running(variables, tmp_path / "output.txt"):
        await until(is_up, what="the service")
        asking = asyncio.ensure_future(answer_times(url, done))
        await until(stored, seconds=300, what="storing")
        done.set()
        busy = await asking
        done.clear()
        asking = asyncio.ensure_future(answer_times(url, done))
        await asyncio.sleep(IDLE_SECONDS)
        done.set()
        idle = await asking

    # the idle service on the same machine in the same run says what is the machine's own
    for what, times in (("four decodes", busy), ("idle", idle)):
        sys.stdout.write(f"\n{what}: {len(times)} answers, {spread(times)}")
    assert min(len(busy), len(idle)) > 100

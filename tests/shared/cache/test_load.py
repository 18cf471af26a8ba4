"""Many readers, many keys, and the worst moments: short forms of ``tests/benchmarks/test_cache.py``."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis

from shared.cache.kept import Answer
from tests.shared.cache.conftest import Client, Source, clients, cut_listeners, lasting

SERVERS = 20
FRESH_SECONDS = 0.5
SECONDS = 2.0


@dataclass
class Told(Source):
    """A source that says whose answer it is and which one, and remembers when it said so."""

    counts: dict[str, int] = field(default_factory=dict)
    told_at: dict[str, float] = field(default_factory=dict)

    async def fetch(self, ident: str, last: Answer[str] | None) -> str:
        del last
        self.counts[ident] = self.counts.get(ident, 0) + 1
        value = f"{ident}:{self.counts[ident]}"
        self.told_at[value] = time.monotonic()
        return value


async def read_on(client: Client, upto: float) -> None:
    """Read all servers again and again."""
    while time.monotonic() < upto:
        for number in range(SERVERS):
            await client.get(str(number), patience=1)
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("readers", [1, 6])
async def test_a_server_is_asked_about_once_a_lifetime_however_many_read(
    redis_url: str, readers: int
) -> None:
    source = Told()
    began = time.monotonic()
    async with clients(redis_url, source, count=readers, kind=lasting(fresh=FRESH_SECONDS)) as made:
        async with asyncio.TaskGroup() as group:
            for client in made:
                group.create_task(read_on(client, began + SECONDS))
        lifetimes = (time.monotonic() - began) / FRESH_SECONDS
        ratios = [client.kept.counts.hit_ratio for client in made]

    # the same bound for one reader and for six
    assert max(source.counts.values()) <= lifetimes + 1
    assert min(source.counts.values()) >= 2
    assert min(ratios) > 0.5


@dataclass
class Wrong:
    """What a reader saw that it should not have."""

    answers: list[str] = field(default_factory=list)
    reads: int = 0
    failures: int = 0


async def judge(client: Client, source: Told, upto: float, wrong: Wrong) -> None:
    """Read, and note every answer of another server's, every one that went back, and every old one called fresh."""
    newest: dict[str, int] = {}
    while time.monotonic() < upto:
        for number in range(SERVERS):
            ident, asked_at = str(number), time.monotonic()
            answer = await client.get(ident, patience=1)
            wrong.reads += 1
            whose, _, count = answer.value.partition(":")
            # a tenth more by jitter; and the time that passes between an answer and its being stored, here and in Redis
            is_old = asked_at - source.told_at[answer.value] > FRESH_SECONDS * 1.1 + 0.5
            if whose != ident or int(count) < newest.get(ident, 0) or (is_old and not answer.is_stale):
                wrong.answers.append(f"{ident}: {answer}")
            newest[ident] = int(count)
        await asyncio.sleep(0.005)


async def test_a_cut_listener_an_emptied_redis_and_a_storm_of_expiry_change_no_answers_rightness(
    redis_url: str, raw: Redis
) -> None:
    source, wrong = Told(), Wrong()

    async def worst_moments() -> None:
        async with raw.pipeline(transaction=False) as pipe:
            for number in range(10_000):
                pipe.set(f"helena:other:{number}", b"1", px=700)
            await pipe.execute()
        await asyncio.sleep(0.3)
        await cut_listeners(raw)
        # the keys are over by then, all of them in the same tenth of a second
        await asyncio.sleep(0.7)
        await raw.flushall()
        await cut_listeners(raw)

    async with clients(redis_url, source, count=3, kind=lasting(fresh=FRESH_SECONDS)) as made:
        upto = time.monotonic() + SECONDS
        async with asyncio.TaskGroup() as group:
            for client in made:
                group.create_task(judge(client, source, upto, wrong))
            group.create_task(worst_moments())

    assert wrong.answers == []
    assert wrong.reads > 100
    assert min(source.counts.values()) >= 2

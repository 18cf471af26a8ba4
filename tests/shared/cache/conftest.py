"""A source of answers, and several processes' worth of caches in front of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from pydantic import TypeAdapter
from redis.asyncio import Redis

from shared.cache.kept import Answer, KeptAnswers, Shelf, open_kept_answers
from shared.cache.kept.connecting import in_database, open_client
from shared.cache.keys import AnswerKind
from shared.clock import SystemClock
from shared.errors import OperationalError
from tests.waiting import until

KIND = AnswerKind(
    owner="tests",
    thing="state",
    fresh=timedelta(minutes=1),
    kept=timedelta(minutes=10),
    fetch_within=timedelta(seconds=5),
    pause=timedelta(minutes=1),
)
ADAPTER = TypeAdapter(str)


class AwayError(OperationalError):
    """What the source raises."""

    code = "TEST-01"


@dataclass
class Source:
    """The outside world: says a new thing each time, as slowly as it is told to, or fails."""

    seconds: float = 0.0
    error: Exception | None = None
    asked: list[str] = field(default_factory=list)
    knew: list[str | None] = field(default_factory=list)

    async def fetch(self, ident: str, last: Answer[str] | None) -> str:
        self.asked.append(ident)
        self.knew.append(last.value if last is not None else None)
        number = len(self.asked)
        await asyncio.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        return f"answer {number}"


@dataclass(frozen=True)
class Client:
    """One process's cache."""

    kept: KeptAnswers
    shelf: Shelf[str]

    async def get(self, ident: str = "1", *, patience: float = 0.0) -> Answer[str]:
        return await self.shelf.get(ident, patience=timedelta(seconds=patience))


@asynccontextmanager
async def clients(
    url: str, source: Source, *, count: int = 1, kind: AnswerKind = KIND
) -> AsyncIterator[list[Client]]:
    """Open so many caches, and wait until each of them listens."""
    async with AsyncExitStack() as opened:
        made = []
        for _ in range(count):
            kept = await opened.enter_async_context(open_kept_answers(url, clock=SystemClock()))
            made.append(Client(kept, kept.shelf(kind, ADAPTER, source.fetch)))

        async def all_listen() -> bool:
            return all(client.kept.is_listening for client in made)

        await until(all_listen)
        yield made


def lasting(
    *, fresh: float = 60, kept: float = 600, fetch_within: float = 5, pause: float = 60
) -> AnswerKind:
    """Return the kind with other lifetimes, in seconds."""
    return replace(
        KIND,
        fresh=timedelta(seconds=fresh),
        kept=timedelta(seconds=kept),
        fetch_within=timedelta(seconds=fetch_within),
        pause=timedelta(seconds=pause),
    )


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
async def raw(redis_url: str) -> AsyncIterator[Redis]:
    """Return a client of the database that answers are kept in."""
    async with open_client(in_database(redis_url, 1), retries=1) as client:
        yield client


async def expire(raw: Redis, kind: AnswerKind = KIND, ident: str = "1") -> None:
    """End an answer's time now."""
    await raw.pexpire(kind.due_key(ident), 1)

    async def is_over() -> bool:
        left = await raw.pttl(kind.due_key(ident))
        # gone, or already there anew
        return bool(left == -2 or left > 100)

    await until(is_over)


async def cut_listeners(raw: Redis) -> None:
    """Have the server close every connection that listens."""
    await raw.client_kill_filter(_type="pubsub")

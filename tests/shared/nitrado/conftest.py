"""A small Nitrado, and a client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest_asyncio
from pydantic import SecretStr

from shared.clock import FrozenClock
from shared.nitrado.client import NitradoClient, NitradoTimeouts, open_nitrado
from tests.shared.nitrado.api import TOKEN, FakeNitrado, open_api

FAST = NitradoTimeouts(connect_seconds=2, answer_seconds=0.3, silence_seconds=2)


@pytest_asyncio.fixture
async def api() -> AsyncIterator[FakeNitrado]:
    async with open_api() as fake:
        yield fake


@pytest_asyncio.fixture
async def client(api: FakeNitrado) -> AsyncIterator[NitradoClient]:
    clock = FrozenClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    async with open_nitrado(SecretStr(TOKEN), clock=clock, base_url=api.url, timeouts=FAST) as opened:
        yield opened

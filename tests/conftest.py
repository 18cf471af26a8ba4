"""Fixtures every test may use."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from shared.cache import open_redis
from shared.db import Database, migrations, open_database
from supervisor.embedded import EmbeddedStack

ROOT = Path(__file__).resolve().parent.parent

_numbers = count()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--long``: run the long forms of tests that have a short one."""
    parser.addoption("--long", action="store_true", help="run the long form of tests that have a short one")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real saves and log lines; skip where a checkout lacks it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real saves and log lines (../shared/data) are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStack]:
    """Run a real Postgres and a real Valkey for the whole session."""
    with EmbeddedStack(tmp_path_factory.mktemp("servers"), ephemeral=True) as stack:
        yield stack


@pytest.fixture(scope="session")
async def template(servers: EmbeddedStack) -> str:
    """Return the name of a database with all migrations applied, to copy from."""
    name = "helena_template"
    conn = await asyncpg.connect(servers.database_url)
    await conn.execute(f"CREATE DATABASE {name}")
    await conn.close()
    await migrations.apply(servers.database_url.replace("/helena?", f"/{name}?"))
    return name


@asynccontextmanager
async def _fresh_database(servers: EmbeddedStack, template: str) -> AsyncIterator[str]:
    name = f"helena_test_{next(_numbers)}"
    conn = await asyncpg.connect(servers.database_url)
    await conn.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
    yield servers.database_url.replace("/helena?", f"/{name}?")
    await conn.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await conn.close()


@pytest.fixture
async def database_url(servers: EmbeddedStack, template: str) -> AsyncIterator[str]:
    """Return the URL of an empty database of this test's own, with all tables."""
    async with _fresh_database(servers, template) as url:
        yield url


@pytest.fixture
async def second_database_url(servers: EmbeddedStack, template: str) -> AsyncIterator[str]:
    """Return the URL of another empty database of this test's own, to compare with."""
    async with _fresh_database(servers, template) as url:
        yield url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """Return an empty database of this test's own."""
    async with open_database(database_url, max_size=8) as database:
        yield database


@pytest.fixture
async def redis_url(servers: EmbeddedStack) -> str:
    """Return the URL of an empty Redis."""
    async with open_redis(servers.redis_url) as client:
        await client.flushall()
    return servers.redis_url


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """Return a client of an empty Redis."""
    async with open_redis(redis_url) as client:
        yield client

"""The clients of the database that kept answers have to themselves, apart from all other keys.

Among many keys with a lifetime Redis finds the due ones late: tens of seconds were measured (performance,
section 4). So these few are in the logical database after that of ``REDIS_URL``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlencode

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

_CONNECTIONS = 20
_TIMEOUT_SECONDS = 3.0


def database_of(url: str) -> int:
    """Return the number of the logical database that an address names.

    Examples
    --------
    >>> database_of("redis://localhost:6379"), database_of("unix:///run/redis.sock?db=3")
    (0, 3)
    """
    return int(parse_url(url).get("db", 0))


def in_database(url: str, number: int) -> str:
    """Return the same server's address with another logical database.

    Examples
    --------
    >>> in_database("redis://user:p%40ss@localhost:6379/0?protocol=3", 1)
    'redis://user:p%40ss@localhost:6379/0?protocol=3&db=1'
    """
    base, _, query = url.partition("?")
    options = [(name, value) for name, value in parse_qsl(query) if name != "db"]
    # redis-py prefers the option to the path
    return f"{base}?{urlencode([*options, ('db', str(number))])}"


@asynccontextmanager
async def open_client(url: str, *, retries: int) -> AsyncIterator[Redis]:
    """Open a client of bytes; it connects when first used, and tries a broken command again ``retries`` times."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=_CONNECTIONS,
        timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        socket_timeout=_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), retries),
    )
    client = Redis(connection_pool=pool)
    try:
        yield client
    finally:
        await client.aclose()
        await pool.aclose()

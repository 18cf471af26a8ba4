"""The client of Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import BlockingConnectionPool, Redis

# redis-py's default pool raises at the 101st command at once; a blocking one waits instead.
_CONNECTIONS = 20
_TIMEOUT_SECONDS = 3.0


@asynccontextmanager
async def open_redis(url: str) -> AsyncIterator[Redis]:
    """Open a client, and close it on the way out. It connects when first used, and again after a loss."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=_CONNECTIONS,
        timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        socket_timeout=_TIMEOUT_SECONDS,
        decode_responses=True,
    )
    client = Redis(connection_pool=pool)
    try:
        yield client
    finally:
        await client.aclose()
        await pool.aclose()

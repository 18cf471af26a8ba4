"""The pool of connections, and transactions that say clearly when Postgres is away."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from shared.errors import OperationalError

log = logging.getLogger(__name__)

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

# A person waits for an answer: better "try again" soon than an answer late (Discord's limit is 3 s to defer).
ACQUIRE_TIMEOUT_SECONDS = 5.0
COMMAND_TIMEOUT_SECONDS = 30.0

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)
_UNREACHABLE = (*_AWAY, OSError, TimeoutError)


class DatabaseUnavailableError(OperationalError):
    """Postgres cannot be reached or went away in the middle; the transaction did not happen."""

    code = "DB-01"


class Database:
    """Transactions on a pool of connections."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend a connection outside a transaction, for single reads.

        Raises
        ------
        DatabaseUnavailableError
            When Postgres cannot be reached, or the connection broke.
        """
        try:
            conn = await self._pool.acquire(timeout=ACQUIRE_TIMEOUT_SECONDS)
        except (*_UNREACHABLE, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            raise _unavailable(error) from error
        try:
            yield conn
        except _AWAY as error:
            raise _unavailable(error) from error
        except asyncpg.InternalClientError as error:
            # asyncpg's answer where Postgres said goodbye while nobody listened, and the end is not noticed yet
            if not _is_broken(conn):
                conn.terminate()
            raise _unavailable(error) from error
        except (OSError, asyncpg.InterfaceError) as error:
            # asyncpg's answers to a connection that was killed in the middle of a command; on one that lives, a bug
            if _is_broken(conn):
                raise _unavailable(error) from error
            raise
        finally:
            await self._give_back(conn)

    async def _give_back(self, conn: PoolConnectionProxy[asyncpg.Record]) -> None:
        """Return a connection to the pool, which drops it when it turns out to be broken: what was asked is done."""
        try:
            await self._pool.release(conn)
        except (*_UNREACHABLE, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            log.debug("a connection broke on its way back: %s", type(error).__name__)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Lend a connection inside a transaction: all of the block happens, or nothing."""
        async with self.connection() as conn, conn.transaction():
            yield conn


def _is_broken(conn: Connection) -> bool:
    try:
        return conn.is_closed()
    except asyncpg.InterfaceError:
        # the pool has taken the broken connection back already
        return True


def _unavailable(error: BaseException) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(
        f"The database cannot be reached just now ({type(error).__name__}). Try again in a moment."
    )


async def _prepare(conn: asyncpg.Connection[asyncpg.Record]) -> None:
    await conn.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@asynccontextmanager
async def open_database(url: str, *, min_size: int = 1, max_size: int = 5) -> AsyncIterator[Database]:
    """Open a pool, and close it on the way out.

    Raises
    ------
    DatabaseUnavailableError
        When no first connection can be made; the message names no password.
    """
    try:
        pool = await asyncio.wait_for(
            asyncpg.create_pool(
                url,
                min_size=min_size,
                max_size=max_size,
                command_timeout=COMMAND_TIMEOUT_SECONDS,
                init=_prepare,
                server_settings={"timezone": "UTC", "jit": "off"},
            ),
            timeout=ACQUIRE_TIMEOUT_SECONDS * 2,
        )
    except (*_UNREACHABLE, asyncpg.PostgresError) as error:
        message = f"Postgres at DATABASE_URL cannot be used ({type(error).__name__}). Is it running, and is the URL right?"
        raise DatabaseUnavailableError(message) from error
    try:
        yield Database(pool)
    finally:
        try:
            await asyncio.wait_for(pool.close(), timeout=ACQUIRE_TIMEOUT_SECONDS)
        except TimeoutError:
            pool.terminate()

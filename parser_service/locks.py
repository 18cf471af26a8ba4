"""One owner per game server: advisory locks on a connection of their own, for as long as it lives.

All locks of a process share one connection, so a hundred servers cost Postgres one. Losing it loses every lock
at once, and whoever worked under one is stopped; Postgres gives the locks to whoever asks next.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg

from parser_service.stopping import Stop
from shared.errors import OperationalError
from shared.runtime.reporting import Reporter

log = logging.getLogger(__name__)

# How often one stands by for a lock, tries a lost connection, and asks a quiet one whether it still lives.
_RETRY_SECONDS = 1.0
_CONNECTING_SECONDS = 0.05
_PING_SECONDS = 2.0
_TIMEOUT_SECONDS = 5.0

_GONE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

TryLock = Callable[["asyncpg.Connection[asyncpg.Record]"], Awaitable[bool]]


class LockLostError(OperationalError):
    """The connection that held the locks is gone; another process may hold them by now."""

    code = "FEED-01"


class LockKeeper:
    """Holds the locks of a process; ``open_locks`` makes one."""

    def __init__(self, database_url: str, reporter: Reporter, stop: Stop) -> None:
        self._url = database_url
        self._reporter = reporter
        self._stop = stop
        self._session: _Session | None = None

    async def hold(
        self,
        name: str,
        try_lock: TryLock,
        work: Callable[[], Awaitable[None]],
        *,
        settled: Callable[[], None] = lambda: None,
    ) -> None:
        """Do the work while holding a lock; stand by until it is free. Returns when the work does, or at the stop.

        ``settled`` is called once it is known who holds the lock: this process, or another one.

        Raises
        ------
        LockLostError
            When the lock was lost; the work has been cancelled by then.
        """
        session = await self._acquire(name, try_lock, settled)
        if session is None:
            return
        working = asyncio.ensure_future(work())
        losing = asyncio.ensure_future(session.lost.wait())
        try:
            await asyncio.wait({working, losing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (working, losing):
                task.cancel()
            await asyncio.wait({working, losing})
        if working.cancelled():
            raise LockLostError(
                f"{name}: the connection that held the lock is gone. Standing by for it again."
            )
        working.result()

    async def run(self) -> None:
        """Keep the connection for ever, opening it again after each loss."""
        while True:
            try:
                await self._keep()
            except _GONE as error:
                log.warning("locks: Postgres cannot be used (%s)", type(error).__name__)
                self._reporter.problem(
                    "locks", f"Postgres cannot be used ({type(error).__name__}); feeds wait for it."
                )
            await asyncio.sleep(_RETRY_SECONDS)

    async def _keep(self) -> None:
        conn = await asyncpg.connect(self._url, timeout=_TIMEOUT_SECONDS, command_timeout=_TIMEOUT_SECONDS)
        session = _Session(conn)
        try:
            self._session = session
            self._reporter.solved("locks")
            await session.watch()
        finally:
            self._session = None
            session.lost.set()
            await _close(conn)

    async def _acquire(self, name: str, try_lock: TryLock, settled: Callable[[], None]) -> _Session | None:
        """Return the session that holds the lock, or ``None`` at the stop."""
        is_waiting = False
        while True:
            session = self._session
            is_ours = session is not None and await session.acquire(try_lock)
            if session is not None and not session.lost.is_set():
                settled()
                if is_ours:
                    return session
                if not is_waiting:
                    log.info("%s: another process holds it; standing by", name)
                is_waiting = True
            if await self._stop.within(_CONNECTING_SECONDS if session is None else _RETRY_SECONDS):
                return None


class _Session:
    """One connection, used by one task at a time."""

    def __init__(self, conn: asyncpg.Connection[asyncpg.Record]) -> None:
        self.lost = asyncio.Event()
        self._conn = conn
        self._turn = asyncio.Lock()
        conn.add_termination_listener(self._on_termination)

    def _on_termination(self, _conn: object) -> None:
        self.lost.set()

    async def acquire(self, try_lock: TryLock) -> bool:
        try:
            async with self._turn:
                return not self.lost.is_set() and await try_lock(self._conn)
        except _GONE:
            self.lost.set()
            return False

    async def watch(self) -> None:
        """Return when the connection is lost; a silent one is asked whether it still lives."""
        while not self.lost.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(_PING_SECONDS):
                    await self.lost.wait()
                return
            async with self._turn:
                await self._conn.fetchval("SELECT 1")


async def _close(conn: asyncpg.Connection[asyncpg.Record]) -> None:
    try:
        await conn.close(timeout=_TIMEOUT_SECONDS)
    except _GONE:
        conn.terminate()


@asynccontextmanager
async def open_locks(database_url: str, reporter: Reporter, stop: Stop) -> AsyncIterator[LockKeeper]:
    """Open a keeper of locks, and give all of them back on the way out."""
    keeper = LockKeeper(database_url, reporter, stop)
    keeping = asyncio.create_task(keeper.run(), name="locks")
    try:
        yield keeper
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping

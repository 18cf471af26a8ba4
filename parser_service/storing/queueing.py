"""Decode jobs on any number of machines: tickets go into PgQueuer's table, workers take them. See ADR 0008."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from datetime import timedelta
from typing import Final, cast

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job as QueuedJob
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel
from pydantic import TypeAdapter

from parser_service.stopping import Stop
from parser_service.storing.attempts import add_attempt, forget_attempts, take_attempt_back
from parser_service.storing.handling import SaveHandler, Ticket
from parser_service.storing.jobs import Refused
from shared.clock import Clock
from shared.db import Connection, Database
from shared.errors import OperationalError
from shared.runtime.tasks import cancel_and_wait

_ENTRYPOINT: Final = "decode"
_CHANNEL: Final = Channel("ch_pgqueuer")
# A worker that has been silent for so long is dead, and its job is another one's.
_SILENCE: Final = timedelta(seconds=30)
_AGAIN: Final = timedelta(seconds=10)
_CONNECT_SECONDS: Final = 10.0
_MOST_ATTEMPTS: Final = 2

_TICKETS: Final = TypeAdapter(Ticket)


async def enqueue(conn: Connection, ticket: Ticket) -> bool:
    """Let a save wait for a worker, and tell whether it did not already. Part of the connection's transaction."""
    driver = _EnqueueDriver(cast("asyncpg.Connection[asyncpg.Record]", conn))
    [added] = await _queries(driver).enqueue(
        _ENTRYPOINT,
        _TICKETS.dump_json(ticket),
        dedupe_key=dedupe_key(ticket),
        on_conflict="skip",
    )
    return added is not None


def dedupe_key(ticket: Ticket) -> str:
    """Return what no two waiting jobs have in common."""
    return f"{ticket.server_id}:{ticket.identity}"


class QueueLostError(OperationalError):
    """The connection to the queue broke; the jobs in hand are taken by whoever asks next."""

    code = "SAVE-21"


class _LostConnections(logging.Filter):
    """Makes one line of PgQueuer's traceback when its connection breaks: an outage, which ``QueueLostError`` tells."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, OSError | asyncpg.PostgresError | asyncpg.InterfaceError):
            record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
        return True


_LOST_CONNECTIONS: Final = _LostConnections()


class QueueWorker:
    """Takes saves from the queue and has them handled, so many at once."""

    def __init__(
        self,
        database_url: str,
        db: Database,
        handler: SaveHandler,
        *,
        clock: Clock,
        stop: Stop,
        at_once: int,
        silence: timedelta = _SILENCE,
    ) -> None:
        self._url = database_url
        self._db = db
        self._handler = handler
        self._clock = clock
        self._stop = stop
        self._at_once = at_once
        self._silence = silence

    async def run(self) -> None:
        """Work until the stop; what is in hand then goes back into the queue.

        Raises
        ------
        QueueLostError
            When the connection breaks: run it again.
        """
        logging.getLogger("pgqueuer").addFilter(_LOST_CONNECTIONS)
        try:
            conn = await asyncpg.connect(self._url, timeout=_CONNECT_SECONDS)
            try:
                await self._work(QueueManager(_queries(AsyncpgDriver(conn)), _CHANNEL))
            finally:
                await conn.close(timeout=_CONNECT_SECONDS)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            message = f"The queue of decode jobs cannot be reached just now ({type(error).__name__})."
            raise QueueLostError(message) from error

    async def _work(self, manager: QueueManager) -> None:
        manager.entrypoint(_ENTRYPOINT, accepts_context=False)(self._handle)
        stopping = asyncio.ensure_future(self._shut_down(manager))
        try:
            await manager.run(
                batch_size=1,
                # the library's least is two; one of them waits for the decoder
                max_concurrent_tasks=max(2, self._at_once),
                heartbeat_timeout=self._silence,
            )
        finally:
            await cancel_and_wait(stopping)

    async def _shut_down(self, manager: QueueManager) -> None:
        await self._stop.wait()
        manager.shutdown.set()

    async def _handle(self, job: QueuedJob) -> None:
        ticket = _TICKETS.validate_json(job.payload or b"")
        async with self._db.connection() as conn:
            attempt = await add_attempt(conn, ticket, at=self._clock.now())
        try:
            if attempt > _MOST_ATTEMPTS:
                reason = f"Decoding {ticket.path.name} ended its worker {_MOST_ATTEMPTS} times."
                await self._handler.refuse(ticket, Refused(reason=reason))
            else:
                await self._handle_or_stop(ticket)
        except OperationalError as error:
            await self._give_back(ticket)
            raise RetryRequested(delay=_AGAIN, reason=str(error)) from error
        async with self._db.connection() as conn:
            await forget_attempts(conn, ticket)

    async def _handle_or_stop(self, ticket: Ticket) -> None:
        """Handle a save unless the stop comes first: then it goes back into the queue at once."""
        working = asyncio.ensure_future(self._handler.handle(ticket))
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (working, stopping):
                task.cancel()
            await asyncio.wait({working, stopping})
        if working.cancelled():
            await self._give_back(ticket)
            raise RetryRequested(reason="the worker ends")
        working.result()

    async def _give_back(self, ticket: Ticket) -> None:
        """Let an attempt not count that ended for no fault of the save."""
        with suppress(OperationalError):
            async with self._db.connection() as conn:
                await take_attempt_back(conn, ticket)


class _EnqueueDriver(AsyncpgDriver):
    """A connection of our pool, which makes JSON of values by itself: what the library has made JSON of is undone."""

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Return the rows; the last argument of an enqueue are the headers."""
        *values, headers = args
        assert isinstance(headers, list)
        return await super().fetch(query, *values, [json.loads(text) for text in headers])


def _queries(driver: AsyncpgDriver) -> Queries:
    """Return the library on a connection. All names are given: it would look for others in the environment."""
    settings = DBSettings(
        prefix="",
        db_schema="jobs",
        channel=_CHANNEL,
        function="fn_pgqueuer_changed",
        statistics_table="pgqueuer_statistics",
        queue_status_type="pgqueuer_status",
        queue_table="pgqueuer",
        queue_table_log="pgqueuer_log",
        trigger="tg_pgqueuer_changed",
        schedules_table="pgqueuer_schedules",
        durability=Durability.durable,
    )
    return Queries(
        driver,
        qbe=QueryBuilderEnvironment(settings),
        qbq=QueryQueueBuilder(settings),
        qbs=QuerySchedulerBuilder(settings),
    )

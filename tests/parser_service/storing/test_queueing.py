"""Jobs of decoding go to whichever worker asks; a worker's death costs a try, and a save that kills is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from parser_service.decay.policy import DecayPolicy
from parser_service.notices import Notices
from parser_service.stopping import Stop
from parser_service.storing import queueing
from parser_service.storing.decoder import Decoder
from parser_service.storing.dispatching import DecodeLostError, Dispatcher
from parser_service.storing.handling import DecodeCost, Outcome, SaveHandler, Ticket
from shared.store.saves import list_refusals
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import GUILD, running, server_entry, until
from tests.parser_service.storing.worlds import SAVED_AT, write

SILENCE = timedelta(seconds=2)


class Queue:
    """A server with one copied save, and workers for it."""

    def __init__(self, environment: Environment, ticket: Ticket) -> None:
        self.environment = environment
        self.ticket = ticket
        self.resources = environment.resources()

    async def enqueue(self) -> bool:
        async with self.environment.db.transaction() as conn:
            return await queueing.enqueue(conn, self.ticket)

    async def execute(self, sql: str, *values: object) -> None:
        async with self.environment.db.connection() as conn:
            await conn.execute(sql, *values)

    async def jobs(self) -> list[dict[str, Any]]:
        async with self.environment.db.connection() as conn:
            rows = await conn.fetch("SELECT status::text, dedupe_key FROM jobs.pgqueuer ORDER BY id")
        return [dict(row) for row in rows]

    async def attempts(self) -> list[int]:
        async with self.environment.db.connection() as conn:
            return [row[0] for row in await conn.fetch("SELECT attempts FROM jobs.decode_attempts")]

    async def stored(self) -> int:
        async with self.environment.db.connection() as conn:
            return int(await conn.fetchval("SELECT count(*) FROM current_saves"))

    async def is_empty(self) -> bool:
        return not await self.jobs()

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[Stop]:
        stop = Stop()
        handler = SaveHandler(
            self.resources,
            decoder=Decoder(at_once=1),
            notices=Notices(self.resources.wakeups),
            cost=DecodeCost(seconds=60, memory_bytes=4 << 30),
        )
        worker = queueing.QueueWorker(
            self.environment.database_url,
            self.environment.db,
            handler,
            clock=self.resources.clock,
            stop=stop,
            at_once=1,
            silence=SILENCE,
        )
        working = asyncio.ensure_future(worker.run())
        try:
            yield stop
        finally:
            stop.request()
            await working


@pytest.fixture
async def queue(environment: Environment) -> Queue:
    server = await environment.serve(server_entry())
    folder = environment.folder / "saves"
    ticket = Ticket(
        server_id=server.id,
        server_key=server.key,
        expected_map=server.entry.map,
        folder=folder,
        path=write(folder / "incoming"),
        saved_at=SAVED_AT,
        identity="a",
        radius=3000.0,
        minimum=2,
        policy=DecayPolicy(),
    )
    return Queue(environment, ticket)


async def test_a_save_waits_once_however_often_it_is_enqueued(queue: Queue) -> None:
    assert await queue.enqueue()
    assert not await queue.enqueue()

    assert await queue.jobs() == [{"status": "queued", "dedupe_key": f"{queue.ticket.server_id}:a"}]


async def test_a_save_whose_transaction_did_not_happen_does_not_wait(queue: Queue) -> None:
    async def enqueue_and_fail() -> None:
        async with queue.environment.db.transaction() as conn:
            await queueing.enqueue(conn, queue.ticket)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await enqueue_and_fail()

    assert await queue.is_empty()


async def test_a_worker_decodes_and_stores_what_waits(queue: Queue) -> None:
    await queue.enqueue()

    async with queue.worker():
        await until(queue.is_empty, what="the job")

    assert await queue.stored() == 1
    assert await queue.attempts() == []


async def test_the_job_of_a_worker_that_died_is_taken_by_another(queue: Queue) -> None:
    await queue.enqueue()
    await died_holding_it(queue)

    async with queue.worker():
        await until(queue.is_empty, what="the job")

    assert await queue.stored() == 1


async def test_a_save_that_ends_its_worker_twice_is_refused_and_told(queue: Queue) -> None:
    await queue.enqueue()
    await died_holding_it(queue)
    await queue.execute(
        "INSERT INTO jobs.decode_attempts VALUES ($1, 'a', 2, $2)", queue.ticket.server_id, SAVED_AT
    )

    async with queue.worker():
        await until(queue.is_empty, what="the job")

    async with queue.environment.db.connection() as conn:
        [refusal] = await list_refusals(conn, GUILD)
    assert "ended its worker 2 times" in refusal.reason
    assert (await queue.stored(), await queue.attempts()) == (0, [])


async def test_a_worker_that_is_to_end_gives_its_job_back_and_no_try_is_lost(queue: Queue) -> None:
    await queue.enqueue()

    async with queue.worker() as stop:

        async def has_begun() -> bool:
            return await queue.attempts() == [1]

        await until(has_begun, what="the attempt")
        stop.request()

    assert [job["status"] for job in await queue.jobs()] == ["queued"]
    assert await queue.attempts() == [0]
    assert queue.ticket.path.is_file()


async def died_holding_it(queue: Queue) -> None:
    """Leave the queue as a worker does that is killed with the job in hand."""
    await queue.execute(
        """
        UPDATE jobs.pgqueuer
        SET status = 'picked', queue_manager_id = gen_random_uuid(), heartbeat = now() - interval '1 hour'
        """
    )


async def test_whoever_enqueued_a_save_learns_what_became_of_it(queue: Queue) -> None:
    dispatcher = Dispatcher(queue.environment.db, Stop())
    broken = queue.ticket.folder / "other" / queue.ticket.path.name
    broken.parent.mkdir()
    broken.write_bytes(b"")

    async with queue.worker():
        good = await dispatcher.handle(queue.ticket)
        again = await dispatcher.handle(replace(queue.ticket, path=write(queue.ticket.folder / "incoming")))
        bad = await dispatcher.handle(replace(queue.ticket, path=broken, identity="b"))

    assert (good, again, bad) == (Outcome.IN_USE, Outcome.IN_USE, Outcome.REFUSED)
    kept = {str(file.relative_to(queue.ticket.folder)) for file in queue.ticket.folder.rglob("*.ark")}
    assert kept == {f"current/{broken.name}", f"refused/{broken.name}"}


async def test_a_save_that_no_worker_took_yet_waits_on_through_a_restart(queue: Queue) -> None:
    stop = Stop()
    waiting = asyncio.ensure_future(Dispatcher(queue.environment.db, stop).handle(queue.ticket))

    async def is_queued() -> bool:
        return not await queue.is_empty()

    await until(is_queued, what="the job")
    stop.request()
    assert await waiting is Outcome.WAITING
    # the watcher of the next process finds the same file and takes a copy anew
    copied = replace(queue.ticket, path=write(queue.ticket.folder / "incoming"))
    async with queue.worker():
        assert await Dispatcher(queue.environment.db, Stop()).handle(copied) is Outcome.IN_USE

    assert await queue.stored() == 1


async def test_a_save_whose_worker_gave_it_up_without_a_word_is_not_waited_for(queue: Queue) -> None:
    waiting = asyncio.ensure_future(Dispatcher(queue.environment.db, Stop()).handle(queue.ticket))

    async def is_queued() -> bool:
        return not await queue.is_empty()

    await until(is_queued, what="the job")
    await queue.execute("DELETE FROM jobs.pgqueuer")

    with pytest.raises(DecodeLostError):
        await waiting


async def test_a_worker_that_is_a_process_of_its_own_takes_the_job_of_one_that_was_killed(
    queue: Queue,
) -> None:
    variables = queue.environment.variables() | {"HELENA_PARSER_TOKEN": ""}
    output = queue.environment.folder / "worker.txt"
    await queue.enqueue()

    async def has_begun() -> bool:
        return await queue.attempts() == [1]

    with running(variables, output, "worker") as first:
        await until(has_begun, what="the attempt")
        first.kill()
        await asyncio.to_thread(first.wait, 10)
    # what would be half a minute of silence
    await queue.execute("UPDATE jobs.pgqueuer SET heartbeat = now() - interval '1 hour'")
    with running(variables, output, "worker") as second:
        await until(queue.is_empty, what="the job")
        second.terminate()

        assert await asyncio.to_thread(second.wait, 20) == 0

    assert await queue.stored() == 1
    assert "Traceback" not in output.read_text()

"""One owner per game server, whatever happens to its connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from parser_service.locks import LockKeeper, LockLostError, TryLock, open_locks
from parser_service.stopping import Stop
from shared.db import Connection, Database
from shared.ids import ServerId
from shared.runtime.reporting import Reporter
from shared.store.events import lock_feed
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import until


def lock_of(server: int) -> TryLock:
    async def try_lock(conn: Connection) -> bool:
        return await lock_feed(conn, ServerId(server))

    return try_lock


class Owner:
    """Somebody who works under a lock, and remembers what happened."""

    def __init__(self) -> None:
        self.is_working = False
        self.is_settled = False
        self.times = 0
        self.ended = asyncio.Event()

    async def work(self) -> None:
        self.is_working = True
        self.times += 1
        try:
            await self.ended.wait()
        finally:
            self.is_working = False

    def settle(self) -> None:
        self.is_settled = True


@asynccontextmanager
async def keeper(environment: Environment, stop: Stop | None = None) -> AsyncIterator[LockKeeper]:
    async with open_locks(environment.database_url, Reporter("test", None), stop or Stop()) as locks:
        yield locks


async def cut_locks(db: Database) -> None:
    async with db.connection() as conn:
        await conn.execute(
            """
            SELECT pg_terminate_backend(l.pid)
            FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND a.datname = current_database()
            """
        )


async def test_the_second_process_stands_by_and_takes_over_when_the_first_ends(
    environment: Environment,
) -> None:
    first, second = Owner(), Owner()
    async with asyncio.TaskGroup() as group, keeper(environment) as standby:
        async with keeper(environment) as locks:
            holding = group.create_task(locks.hold("a", lock_of(1), first.work, settled=first.settle))
            await until(lambda: first.is_working)
            waiting = group.create_task(standby.hold("a", lock_of(1), second.work, settled=second.settle))
            await until(lambda: second.is_settled, what="standing by")
            assert not second.is_working
            first.ended.set()
            await holding

        await until(lambda: second.is_working, what="taking over")
        second.ended.set()
        await waiting
        assert first.is_settled


async def test_one_connection_holds_the_locks_of_many_servers(environment: Environment) -> None:
    owners = [Owner() for _ in range(20)]
    async with asyncio.TaskGroup() as group, keeper(environment) as locks:
        for number, owner in enumerate(owners):
            group.create_task(locks.hold(str(number), lock_of(number), owner.work))
        await until(lambda: all(owner.is_working for owner in owners))
        async with environment.db.connection() as conn:
            pids = await conn.fetchval(
                """
                SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                WHERE l.locktype = 'advisory' AND d.datname = current_database()
                """
            )
        assert pids == 1
        for owner in owners:
            owner.ended.set()


async def test_losing_the_connection_stops_the_work_at_once(environment: Environment) -> None:
    owner = Owner()
    async with keeper(environment) as locks:
        holding = asyncio.ensure_future(locks.hold("a", lock_of(1), owner.work))
        await until(lambda: owner.is_working)
        await cut_locks(environment.db)

        with pytest.raises(LockLostError):
            await asyncio.wait_for(holding, timeout=5)
        assert not owner.is_working

        again = asyncio.ensure_future(locks.hold("a", lock_of(1), owner.work))
        await until(lambda: owner.times == 2, what="holding it again")
        owner.ended.set()
        await again


async def test_a_failure_of_the_work_reaches_the_caller(environment: Environment) -> None:
    async def fail() -> None:
        raise ValueError("broken")

    async with keeper(environment) as locks:
        with pytest.raises(ValueError, match="broken"):
            await locks.hold("a", lock_of(1), fail)


async def test_standing_by_ends_at_the_stop(environment: Environment) -> None:
    owner, stop = Owner(), Stop()
    async with (
        asyncio.TaskGroup() as group,
        keeper(environment) as locks,
        keeper(environment, stop) as standby,
    ):
        holding = group.create_task(locks.hold("a", lock_of(1), owner.work))
        await until(lambda: owner.is_working)
        waiting = asyncio.ensure_future(standby.hold("a", lock_of(1), Owner().work))
        stop.request()

        await asyncio.wait_for(waiting, timeout=5)
        owner.ended.set()
        await holding


async def test_a_database_that_cannot_be_reached_is_a_problem_until_it_can(environment: Environment) -> None:
    reporter = Reporter("test", None)
    wrong = environment.database_url.replace("helena_test", "no_such")
    async with open_locks(wrong, reporter, Stop()):
        await until(lambda: any("Postgres" in problem for problem in reporter.report().problems))
    async with open_locks(environment.database_url, reporter, Stop()):
        await until(lambda: reporter.report().problems == ())

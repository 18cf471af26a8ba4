"""Loops: a failing run ends nothing, and a lost cancellation does not keep a loop alive."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from shared.errors import OperationalError
from shared.runtime.loops import Loop, run_guarded, run_loop


async def test_a_failing_run_is_told_and_ends_nothing() -> None:
    async def bug() -> None:
        raise ZeroDivisionError

    async def outage() -> None:
        raise OperationalError("away")

    async def fine() -> None:
        pass

    assert [await run_guarded("test", run) for run in (bug, outage, fine)] == [False, False, True]


async def test_a_loop_ends_although_a_library_lost_the_cancellation() -> None:
    entered = asyncio.Event()

    async def loses_it() -> None:
        entered.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return

    async with asyncio.timeout(10):
        async with asyncio.TaskGroup() as group:
            loop = group.create_task(run_loop(Loop(name="test", interval=timedelta(hours=1), run=loses_it)))
            await entered.wait()
            loop.cancel()

    assert loop.cancelled()

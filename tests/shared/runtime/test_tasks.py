"""Tasks end for certain."""

from __future__ import annotations

import asyncio

from shared.runtime.tasks import cancel_and_wait


async def test_a_task_that_loses_a_cancellation_is_cancelled_again() -> None:
    lost = 0

    async def stubborn() -> None:
        nonlocal lost
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost += 1
                if lost == 2:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)

    await cancel_and_wait(task)

    assert (task.cancelled(), lost) == (True, 2)


async def test_the_failure_of_a_task_does_not_hide_the_reason_for_ending_it() -> None:
    async def failing() -> None:
        raise ValueError

    task = asyncio.create_task(failing())
    await asyncio.wait({task})

    await cancel_and_wait(task)

    assert isinstance(task.exception(), ValueError)

"""Work that the clock starts. Runs do not overlap; a failing run is logged and delays the next, never ends the loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from shared.errors import OperationalError
from shared.logs import bind, new_reference
from shared.runtime.tasks import stop_if_cancelled

log = logging.getLogger(__name__)

# A loop that fails over and over asks at most this much less often.
_SLOWEST_FACTOR = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """What to run, and how long to wait between the end of a run and the next."""

    name: str
    interval: timedelta
    run: Callable[[], Awaitable[None]]


async def run_loop(loop: Loop) -> None:
    """Run a loop for ever."""
    factor = 1
    while True:
        went_well = await run_guarded(loop.name, loop.run)
        factor = 1 if went_well else min(factor * 2, _SLOWEST_FACTOR)
        await asyncio.sleep(loop.interval.total_seconds() * factor)


async def run_guarded(name: str, run: Callable[[], Awaitable[None]]) -> bool:
    """Run something once, turn its failure into one log line, and tell whether it went well."""
    with bind(loop=name, reference=new_reference()):
        went_well = False
        try:
            await run()
            went_well = True
        except OperationalError as error:
            log.warning("%s: %s [%s]", name, error, error.code)
        except Exception:
            log.exception("%s failed", name)
    stop_if_cancelled()
    return went_well

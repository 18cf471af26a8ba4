"""A worker of the queue of decode jobs: beside the feeds in the parser service, or alone on any other machine."""

from __future__ import annotations

import asyncio

from parser_service.notices import Notices
from parser_service.settings import WorkerSettings
from parser_service.stopping import Stop
from parser_service.storing.decoder import Decoder
from parser_service.storing.handling import DecodeCost, SaveHandler
from parser_service.storing.queueing import QueueWorker
from shared.runtime.loops import run_guarded
from shared.runtime.resources import Resources, open_resources
from shared.runtime.tasks import cancel_and_wait

NAME = "parser_worker"

_AGAIN_SECONDS = 1.0


async def run_decoding(settings: WorkerSettings, resources: Resources, notices: Notices, stop: Stop) -> None:
    """Decode what waits in the queue until the stop, also after the queue was away."""
    at_once = settings.decodes_at_once
    if not at_once:
        await stop.wait()
        return
    handler = SaveHandler(
        resources,
        decoder=Decoder(at_once=at_once),
        notices=notices,
        cost=DecodeCost(
            seconds=settings.parser_decode_timeout.total_seconds(),
            memory_bytes=settings.parser_decode_memory_bytes,
        ),
    )
    worker = QueueWorker(
        settings.database_url.get_secret_value(),
        resources.db,
        handler,
        clock=resources.clock,
        stop=stop,
        at_once=at_once,
    )
    while not stop.is_requested:
        await run_guarded("decode jobs", worker.run)
        await stop.within(_AGAIN_SECONDS)


async def run_worker(settings: WorkerSettings, requested: asyncio.Event) -> None:
    """Run as a process of its own until the event is set.

    Raises
    ------
    DatabaseUnavailableError
        When Postgres cannot be reached to begin with.
    """
    stop = Stop()
    async with open_resources(settings, NAME) as resources:
        notices = Notices(resources.wakeups)
        sending = asyncio.create_task(notices.run())
        decoding = asyncio.create_task(run_decoding(settings, resources, notices, stop))
        try:
            resources.reporter.ready()
            await requested.wait()
            stop.request()
            await decoding
        finally:
            await cancel_and_wait(sending, decoding)

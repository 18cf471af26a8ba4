"""Everything about one game server, done by one process at a time: feed, link, saves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from parser_service.feeds.log_feed import LogFeed
from parser_service.feeds.status import FeedStatus
from parser_service.game_servers import Served
from parser_service.locks import LockKeeper
from parser_service.notices import Notices
from parser_service.settings import ParserSettings
from parser_service.stopping import Stop
from shared.cache.keys import EVENTS_STORED
from shared.db import Connection
from shared.runtime.loops import run_guarded
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources
from shared.store.events import NewEvent, lock_feed

_AGAIN_SECONDS = 1.0

_Job = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every worker of the process shares."""

    settings: ParserSettings
    resources: Resources
    locks: LockKeeper
    notices: Notices
    stop: Stop


class ServerWorker:
    """Serves one game server for as long as this process owns it."""

    def __init__(self, server: Served, around: Surroundings, *, settled: Callable[[], None]) -> None:
        self.server = server
        self.feed_status = FeedStatus()
        self._around = around
        self._settled = settled

    @property
    def has_feed(self) -> bool:
        """Tell whether there is anything to read."""
        return self.server.entry.log_path is not None

    def tell_numbers(self, reporter: Reporter) -> None:
        """Tell what was done since the start."""
        reporter.number(f"events_total_{self.server.number_name}", self.feed_status.events_stored)

    async def run(self) -> None:
        """Own the server, or stand by to, until the stop."""
        while not self._around.stop.is_requested:
            await run_guarded(f"server {self.server.key}", self._own)
            await self._around.stop.within(_AGAIN_SECONDS)

    async def _own(self) -> None:
        async def try_lock(conn: Connection) -> bool:
            return await lock_feed(conn, self.server.id)

        await self._around.locks.hold(self.server.key, try_lock, self._work, settled=self._settled)

    async def _work(self) -> None:
        jobs = self._jobs()
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(job())

    def _jobs(self) -> list[_Job]:
        jobs: list[_Job] = []
        around, path = self._around, self.server.entry.log_path
        if path is not None:
            feed = LogFeed(
                self.server,
                path,
                around.resources,
                stop=around.stop,
                status=self.feed_status,
                interval=around.settings.parser_log_interval,
                stored=self._on_events,
            )
            jobs.append(feed.run)
        return jobs

    def _on_events(self, _events: Sequence[NewEvent]) -> None:
        self._around.notices.send(EVENTS_STORED)

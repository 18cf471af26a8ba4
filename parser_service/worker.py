"""Everything about one game server, done by one process at a time: feed, link, saves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from parser_service.feeds.building import Intervals, Ways, build_feed
from parser_service.feeds.server_feed import ServerFeed
from parser_service.feeds.status import FeedStatus
from parser_service.feeds.storing import FeedFencedError
from parser_service.game_servers import Served
from parser_service.hosting.service import Hosting
from parser_service.link.commands import CommandRunner
from parser_service.link.presence import Presence
from parser_service.link.queries import lock_link
from parser_service.locks import LockKeeper
from parser_service.notices import Notices
from parser_service.settings import ParserSettings
from parser_service.sources import SaveSource, open_source
from parser_service.stopping import Stop
from parser_service.storing.handling import Handles
from parser_service.storing.watcher import SaveCounts, SaveWatcher
from shared.cache.keys import EVENTS_STORED
from shared.db import Connection
from shared.errors import ConfigError
from shared.ids import ServerId
from shared.nitrado.models import NitradoServiceId
from shared.rcon.link import Address, RconLink, open_link
from shared.runtime.loops import run_guarded
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources
from shared.store.events import NewEvent, lock_feed

_AGAIN_SECONDS = 1.0

# What the parts report of a server; whoever stops serving it takes that back.
_PROBLEMS = ("log", "rcon", "rcon-reader", "save", "save-path", "save-copy", "save-history")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every worker of the process shares."""

    settings: ParserSettings
    resources: Resources
    locks: LockKeeper
    notices: Notices
    saves: Handles
    hosting: Hosting
    stop: Stop


class ServerWorker:
    """Serves one game server for as long as this process owns it."""

    def __init__(self, server: Served, around: Surroundings, *, settled: Callable[[], None]) -> None:
        self.server = server
        self.feed_status = FeedStatus()
        self._around = around
        self._settled = settled
        self._counts = SaveCounts()
        self._is_owner = False

    @property
    def is_reading(self) -> bool:
        """Tell whether this process reads the server's lines."""
        return self._is_owner and (self.server.entry.rcon is not None or not self._ways(None).is_none)

    def tell_numbers(self, reporter: Reporter) -> None:
        """Tell what was done since the start."""
        name = self.server.number_name
        reporter.number(f"events_total_{name}", self.feed_status.events_stored)
        reporter.number(f"saves_decoded_total_{name}", self._counts.decoded)
        reporter.number(f"saves_refused_total_{name}", self._counts.refused)

    async def run(self) -> None:
        """Own the server, or stand by to, until the stop."""
        while not self._around.stop.is_requested:
            await run_guarded(f"server {self.server.key}", self._own)
            await self._around.stop.within(_AGAIN_SECONDS)

    async def _own(self) -> None:
        """Take both locks, always in this order, so that feed and link are one process's."""
        await self._around.locks.hold(
            self.server.key, partial(_lock, lock_feed, self.server.id), self._own_link, settled=self._settled
        )

    async def _own_link(self) -> None:
        await self._around.locks.hold(
            f"link of {self.server.key}", partial(_lock, lock_link, self.server.id), self._work
        )

    async def _work(self) -> None:
        rcon = self.server.entry.rcon
        self._is_owner = True
        try:
            if rcon is None:
                await self._work_with(None)
                return
            address = Address(host=rcon.host, port=rcon.port, password=rcon.password)
            async with open_link(address, clock=self._around.resources.clock) as link:
                await self._work_with(link)
        finally:
            self._is_owner = False
            for kind in _PROBLEMS:
                self._around.resources.reporter.solved(f"{kind}:{self.server.key}")

    async def _work_with(self, link: RconLink | None) -> None:
        around = self._around
        presence = Presence(
            self.server,
            link,
            around.resources,
            stop=around.stop,
            interval=around.settings.parser_players_interval,
            host_says=partial(around.hosting.explain, self.server.key),
        )

        def stored(events: Sequence[NewEvent]) -> None:
            around.notices.send(EVENTS_STORED)
            presence.notice(events)

        feed, is_fenced = self._feed(link, stored), False
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(presence.run())
                if feed is not None:
                    group.create_task(feed.run())
                if link is not None:
                    runner = CommandRunner(
                        self.server, link, around.resources, feed=self.feed_status, stop=around.stop
                    )
                    group.create_task(runner.run())
                if self.server.entry.save_path is not None:
                    group.create_task(self._watch_saves())
        except* FeedFencedError:
            is_fenced = True
        if is_fenced:
            raise FeedFencedError("Another process reads this server now. Standing by for it.")

    def _feed(self, link: RconLink | None, stored: Callable[[Sequence[NewEvent]], None]) -> ServerFeed | None:
        """Return what reads the server's lines, by all ways there are."""
        around, ways = self._around, self._ways(link)
        if ways.is_none:
            return None
        return build_feed(
            self.server,
            ways,
            around.resources,
            stop=around.stop,
            status=self.feed_status,
            stored=stored,
            intervals=Intervals(
                log=around.settings.parser_log_interval, rcon=around.settings.parser_rcon_log_interval
            ),
        )

    def _ways(self, link: RconLink | None) -> Ways:
        entry, client = self.server.entry, self._around.hosting.client
        nitrado = None
        if client is not None and entry.nitrado_service is not None:
            nitrado = (client, NitradoServiceId(entry.nitrado_service))
        return Ways(log_path=entry.log_path, nitrado=nitrado, link=link)

    async def _watch_saves(self) -> None:
        around, settings, key = self._around, self._around.settings, self.server.key
        try:
            async with open_source(
                self.server.entry,
                folder=settings.saves_folder(key),
                clock=around.resources.clock,
                nitrado_token=settings.nitrado_token,
                nitrado_api=settings.nitrado_api,
            ) as source:
                await self._watcher(source).run()
        except ConfigError as error:
            # the feed of the server goes on; what is missing comes with the next start
            around.resources.reporter.problem(f"save-path:{key}", str(error))
            await around.stop.wait()

    def _watcher(self, source: SaveSource) -> SaveWatcher:
        around, settings = self._around, self._around.settings
        return SaveWatcher(
            self.server,
            source,
            around.resources,
            handler=around.saves,
            stop=around.stop,
            counts=self._counts,
            folder=settings.saves_folder(self.server.key),
            interval=settings.parser_save_interval,
        )


async def _lock(
    lock: Callable[[Connection, ServerId], Awaitable[bool]], server_id: ServerId, conn: Connection
) -> bool:
    return await lock(conn, server_id)

"""A game server's log file on a disk of this machine, or one that is mounted: looked at many times a second.

The looks are made in a thread of the file's own, which wakes nobody until the file has changed: a look costs
microseconds then, and a line is on its way as soon as it is written.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from parser_service.feeds.file_place import FilePlace
from parser_service.feeds.log_files import Piece, read_on
from parser_service.feeds.server_feed import ServerFeed
from parser_service.feeds.source import Reading, SourceName
from parser_service.feeds.status import FeedStatus
from parser_service.feeds.storing import FeedWriter
from parser_service.game_servers import Served
from parser_service.stopping import Stop
from shared.runtime.resources import Resources
from shared.store.events import NewEvent

# A look takes microseconds; a network mount that takes longer than this is stuck.
_LOOK_TIMEOUT_SECONDS = 10.0
# The thread comes back so often from a file that does not change, to be asked whether to go on.
_HELD_SECONDS = 0.5
# A renamed file can show up late on a network mount: only then is it gone.
_LOSS_PATIENCE_SECONDS = 2.0
# Between two looks at a file that is not there, or is not what it was.
_AGAIN_SECONDS = 0.1

_Facts = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    facts: _Facts | None
    piece: Piece | None


class LogFeed:
    """Reads one game server's log file, as one of a ``ServerFeed``'s sources; ``run`` reads it alone."""

    name = SourceName.LOG
    is_slow = False

    def __init__(
        self,
        server: Served,
        path: Path,
        resources: Resources,
        *,
        stop: Stop,
        status: FeedStatus,
        interval: timedelta,
        stored: Callable[[Sequence[NewEvent]], None],
        writer: FeedWriter | None = None,
    ) -> None:
        self._server = server
        self._path = path
        self._resources = resources
        self._stop = stop
        self._status = status
        self._interval = interval.total_seconds()
        self._writer = writer or FeedWriter(resources.db, server.id, resources.clock)
        self._place = FilePlace(
            server, self.name, resources, writer=self._writer, status=status, stored=stored
        )
        self._thread: ThreadPoolExecutor | None = None
        self._read_facts: _Facts | None = None
        self._loss_seen_at: float | None = None

    async def run(self) -> None:
        """Read until the stop.

        Raises
        ------
        FeedFencedError
            When another process has claimed the server's log.
        """
        feed = ServerFeed(self._server, self._resources, self._writer, stop=self._stop, status=self._status)
        feed.add_file(self)
        await feed.run()

    def forget_place(self) -> None:
        """Ask the database again where the cursor stands before the next look."""
        self._place.is_loaded = False

    def close(self) -> None:
        """Let go of the file; a thread that a dead mount holds is left behind."""
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)
            self._thread = None

    async def look_once(self) -> Reading:
        """Wait a moment for something new, and store it, or a part of it.

        Raises
        ------
        OperationalError
            When the database is away, or another process writes this log.
        """
        if not self._place.is_loaded:
            await self._place.load()
            self._read_facts = None
        try:
            look = await self._look()
        except (OSError, TimeoutError) as error:
            text = self._explain(error)
            self._resources.reporter.problem(self._problem, text)
            self._place.was_away()
            return Reading(is_working=False, problem=text, again_seconds=_AGAIN_SECONDS)
        self._resources.reporter.solved(self._problem)
        piece = look.piece
        if piece is None:
            return self._place.nothing_new()
        if not piece.follows_loss:
            self._loss_seen_at = None
        elif piece.data and not self._is_loss_certain():
            return self._place.uncertain()
        return await self._store(piece, look.facts)

    async def _store(self, piece: Piece, facts: _Facts | None) -> Reading:
        before = self._place.cursor
        reading = await self._place.store(piece)
        if self._place.cursor != before:
            self._loss_seen_at = None
            if piece.path != self._path:
                # an earlier file under its new name: the present one comes next
                return replace(reading, has_more=True, is_caught_up=False)
        if not reading.has_more:
            self._read_facts = facts
        return reading

    async def _look(self) -> _Look:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"log-{self._server.key}")
        looking = asyncio.get_running_loop().run_in_executor(self._thread, self._look_now)
        return await asyncio.wait_for(looking, timeout=_LOOK_TIMEOUT_SECONDS)

    def _look_now(self) -> _Look:
        until = time.monotonic() + _HELD_SECONDS
        while (facts := self._find_facts()) is not None and facts == self._read_facts:
            if time.monotonic() >= until or self._stop.is_requested:
                return _Look(facts=facts, piece=None)
            time.sleep(self._interval)
        piece = read_on(self._path, self._place.cursor, stored_upto=self._place.stored_upto)
        return _Look(facts=facts, piece=piece)

    def _find_facts(self) -> _Facts | None:
        try:
            found = os.stat(self._path)  # noqa: PTH116 - a Path adds nothing here, many times a second
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _is_loss_certain(self) -> bool:
        if self._loss_seen_at is None:
            self._loss_seen_at = time.monotonic()
        return time.monotonic() - self._loss_seen_at >= _LOSS_PATIENCE_SECONDS

    @property
    def _problem(self) -> str:
        return f"log:{self._server.key}"

    def _explain(self, error: OSError) -> str:
        key, path = self._server.key, self._path
        if isinstance(error, FileNotFoundError):
            return f"{key}: there is no log file at {path}. Start the game server, or correct log_path of '{key}' in the community file."
        if isinstance(error, TimeoutError):
            return f"{key}: the folder of the log file {path} does not answer. Check the mount."
        return f"{key}: the log file {path} cannot be read ({error.strerror}). Check its permissions."

"""A game server's log file as a feed: looked at ten times a second, stored pass by pass."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from parser_service.feeds.lines import read_lines
from parser_service.feeds.log_files import Piece, read_on
from parser_service.feeds.queries import FeedPlace, find_feed_place, find_last_stamp
from parser_service.feeds.status import FeedStatus
from parser_service.feeds.storing import Gap, Pass, store
from parser_service.game_servers import Served
from parser_service.stopping import Stop
from shared.runtime.loops import run_guarded
from shared.runtime.resources import Resources
from shared.store.events import NewEvent

log = logging.getLogger(__name__)

SOURCE = "log"

# A look takes microseconds; a network mount that takes longer than this is stuck.
_LOOK_TIMEOUT_SECONDS = 10.0
# A renamed file can show up late on a network mount: only then is it gone.
_LOSS_PATIENCE_SECONDS = 2.0
# A file that has been quiet for a minute is looked at less often, by this factor.
_QUIET_AFTER_SECONDS = 60.0
_QUIET_FACTOR = 5
_FAILED_PAUSE_SECONDS = 1.0

_Facts = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    facts: _Facts | None
    piece: Piece | None


class LogFeed:
    """Reads one game server's log file. ``run`` it under the server's lock."""

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
    ) -> None:
        self._server = server
        self._path = path
        self._resources = resources
        self._stop = stop
        self._status = status
        self._interval = interval.total_seconds()
        self._stored = stored
        self._is_loaded = False
        self._place: FeedPlace | None = None
        self._stored_upto: datetime | None = None
        self._read_facts: _Facts | None = None
        self._active_at = time.monotonic()
        self._loss_seen_at: float | None = None

    async def run(self) -> None:
        """Read until the stop."""
        self._is_loaded = False
        thread = ThreadPoolExecutor(1, thread_name_prefix=f"log-{self._server.key}")
        try:
            while not await self._stop.within(await self._pass_guarded(thread)):
                pass
        finally:
            # a thread that a dead mount holds is left behind
            thread.shutdown(wait=False, cancel_futures=True)

    async def _pass_guarded(self, thread: ThreadPoolExecutor) -> float:
        """Do one pass, and return how long to wait before the next."""
        has_more = False

        async def one_pass() -> None:
            nonlocal has_more
            has_more = await self._pass(thread)

        if not await run_guarded(f"log of {self._server.key}", one_pass):
            # a transaction that failed at its end may have happened: where the cursor stands is asked again
            self._is_loaded = False
            return _FAILED_PAUSE_SECONDS
        if has_more:
            return 0.0
        is_quiet = time.monotonic() - self._active_at > _QUIET_AFTER_SECONDS
        return self._interval * (_QUIET_FACTOR if is_quiet else 1)

    async def _pass(self, thread: ThreadPoolExecutor) -> bool:
        """Store what is new, and tell whether there is more."""
        if not self._is_loaded:
            await self._load()
        began = time.monotonic()
        try:
            look = await self._look(thread)
        except (OSError, TimeoutError) as error:
            self._report(error)
            return False
        self._resources.reporter.solved(self._problem)
        piece = look.piece
        if piece is None:
            self._status.looked(began=began, found_everything=True)
            return False
        if piece.follows_loss and piece.data and not self._is_loss_certain():
            return False
        has_more = await self._store_piece(piece)
        if not has_more:
            self._read_facts = look.facts
        self._status.looked(began=began, found_everything=not has_more)
        return has_more

    async def _load(self) -> None:
        async with self._resources.db.connection() as conn:
            self._place = await find_feed_place(conn, self._server.id, SOURCE)
            self._stored_upto = await find_last_stamp(conn, self._server.id, SOURCE)
        self._read_facts = None
        self._is_loaded = True

    async def _look(self, thread: ThreadPoolExecutor) -> _Look:
        looking = asyncio.get_running_loop().run_in_executor(thread, self._look_now)
        return await asyncio.wait_for(looking, timeout=_LOOK_TIMEOUT_SECONDS)

    def _look_now(self) -> _Look:
        cursor = None if self._place is None else self._place.cursor
        try:
            found = os.stat(self._path)  # noqa: PTH116 - in a thread, and a Path adds nothing here
            facts = (found.st_ino, found.st_size, found.st_mtime_ns)
        except FileNotFoundError:
            facts = None
        if facts is not None and facts == self._read_facts:
            return _Look(facts=facts, piece=None)
        return _Look(facts=facts, piece=read_on(self._path, cursor, stored_upto=self._stored_upto))

    async def _store_piece(self, piece: Piece) -> bool:
        """Store a piece's whole lines, and tell whether another look would find more right away."""
        now = self._resources.clock.now()
        events, taken = read_lines(piece, game=self._server.game, previous_at=self._stored_upto, now=now)
        if not taken:
            return False
        after = piece.cursor_after(taken)
        done = Pass(
            before=None if self._place is None else self._place.cursor,
            after=after,
            events=events,
            gap=self._gap(piece, events, now),
        )
        await store(self._resources.db, self._server.id, SOURCE, done)
        self._place = FeedPlace(cursor=after, moved_at=now)
        self._loss_seen_at = None
        self._active_at = time.monotonic()
        if events:
            self._stored_upto = events[-1].occurred_at
            self._status.events_stored += len(events)
            self._stored(events)
        return piece.has_more or piece.path != self._path

    def _gap(self, piece: Piece, events: Sequence[NewEvent], now: datetime) -> Gap | None:
        if not piece.follows_loss or self._place is None:
            return None
        began_at = self._stored_upto or self._place.moved_at
        ended_at = max(events[0].occurred_at if events else now, began_at)
        reason = "The log file was replaced, and the rest of the previous one is not beside it."
        log.warning("log of %s: %s", self._server.key, reason)
        return Gap(began_at=began_at, ended_at=ended_at, reason=reason)

    def _is_loss_certain(self) -> bool:
        if self._loss_seen_at is None:
            self._loss_seen_at = time.monotonic()
        return time.monotonic() - self._loss_seen_at >= _LOSS_PATIENCE_SECONDS

    @property
    def _problem(self) -> str:
        return f"log:{self._server.key}"

    def _report(self, error: OSError) -> None:
        key, path = self._server.key, self._path
        if isinstance(error, FileNotFoundError):
            text = f"{key}: there is no log file at {path}. Start the game server, or correct log_path of '{key}' in the community file."
        elif isinstance(error, TimeoutError):
            text = f"{key}: the folder of the log file {path} does not answer. Check the mount."
        else:
            text = f"{key}: the log file {path} cannot be read ({error.strerror}). Check its permissions."
        self._resources.reporter.problem(self._problem, text)

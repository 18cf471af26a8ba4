"""The feed of a server whose log file is out of reach: ``GetGameLog``, asked for once a second.

What the server hands out is gone from it, so a line that was taken and not stored is lost. Where that can have
happened, a gap is recorded with its two times.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from parser_service.feeds.lines import to_events
from parser_service.feeds.queries import FeedPlace, find_feed_place, find_last_stamp
from parser_service.feeds.status import FeedStatus
from parser_service.feeds.storing import Gap, Pass, store
from parser_service.game_servers import Served
from parser_service.grammar.replies import parse_game_log
from parser_service.stopping import Stop
from parser_service.storable import storable
from shared.rcon.errors import RconError
from shared.rcon.link import RconLink
from shared.runtime.loops import run_guarded
from shared.runtime.resources import Resources
from shared.store.events import FeedCursor, NewEvent

log = logging.getLogger(__name__)

SOURCE = "rcon"

# What the cursor says instead of a file: a process that ended without saying so may have taken lines with it.
READING = "reading"
STOPPED = "stopped"

# A call hands out at most 100 lines (ark-interfaces, section 1.3): then there may be more.
_FULL_REPLY = 100
# The cursor of a quiet server is moved so often, so that a gap is no longer than it must be.
_HEARTBEAT = timedelta(seconds=15)

# A server keeps its last 600 lines for whoever asks (RCONServerGameLogBuffer's usual value): minutes, on a busy one.
_BUFFERED = timedelta(minutes=2)

_KILLED = "The reader ended without a word; what it had taken from the server and not stored is lost."
_STOPPED_LONG = "The reader was stopped for longer than the server is sure to keep its lines."
_BROKEN = "The connection broke before the server's lines had arrived."
_AWAY = "RCON was away; a server that restarted has forgotten the lines of that time."


class RconFeed:
    """Reads one game server's lines by RCON. ``run`` it under the server's lock."""

    def __init__(
        self,
        server: Served,
        link: RconLink,
        resources: Resources,
        *,
        stop: Stop,
        status: FeedStatus,
        interval: timedelta,
        stored: Callable[[Sequence[NewEvent]], None],
    ) -> None:
        self._server = server
        self._link = link
        self._resources = resources
        self._stop = stop
        self._status = status
        self._interval = interval.total_seconds()
        self._stored = stored
        self._place: FeedPlace | None = None
        self._stored_upto: datetime | None = None
        self._is_loaded = False
        self._gap_reason: str | None = None
        # taken from the server, and stored nowhere but here
        self._taken: list[NewEvent] = []
        self._up_since: datetime | None = None

    async def run(self) -> None:
        """Read until the stop, and say then that nothing was left unstored."""
        while not self._stop.is_requested:
            went_well = await run_guarded(f"RCON log of {self._server.key}", self.read_once)
            if not went_well:
                self._is_loaded = False
            await self._stop.within(self._interval)
        if self._is_loaded and not self._taken and self._gap_reason is None:
            await run_guarded(f"RCON log of {self._server.key}", self._sign_off)

    async def read_once(self) -> None:
        """Take and store what the server has, until it has no more."""
        if not self._is_loaded:
            await self._load()
        while not self._stop.is_requested:
            began = time.monotonic()
            if not self._taken and not await self._take():
                return
            count = len(self._taken)
            await self._store()
            self._status.looked(began=began, found_everything=count < _FULL_REPLY)
            if count < _FULL_REPLY:
                return

    async def _load(self) -> None:
        is_first = self._place is None
        async with self._resources.db.connection() as conn:
            place = await find_feed_place(conn, self._server.id, SOURCE)
            self._stored_upto = await find_last_stamp(conn, self._server.id, SOURCE)
        now = self._resources.clock.now()
        self._place = place
        if place is not None and is_first:
            was_killed = place.cursor.file_identity == READING
            if was_killed or now - place.moved_at > _BUFFERED:
                self._gap_reason = _KILLED if was_killed else _STOPPED_LONG
        if place is None:
            # from here on, lines may be in this process alone
            await self._move([], now, gap=None)
        self._is_loaded = True

    async def _take(self) -> bool:
        """Take the server's lines, and tell whether it could be asked."""
        state = self._link.state
        if self._up_since is not None and state.since_at != self._up_since:
            # it broke since the last reply, and may be another run of the server by now
            self._gap_reason = self._gap_reason or _AWAY
        if not state.is_up:
            return False
        self._up_since = state.since_at
        try:
            reply = await self._link.execute("GetGameLog")
        except RconError as error:
            self._gap_reason = _BROKEN if error.was_sent else self._gap_reason or _AWAY
            return False
        parsed = parse_game_log(storable(reply.text), game=self._server.game)
        self._taken = to_events(parsed, previous_at=self._stored_upto, now=self._resources.clock.now())
        return True

    async def _store(self) -> None:
        assert self._place is not None
        now, events, gap = self._resources.clock.now(), self._taken, None
        if self._gap_reason is not None:
            began_at = self._place.moved_at
            gap = Gap(began_at=began_at, ended_at=max(now, began_at), reason=self._gap_reason)
        is_stopped = self._place.cursor.file_identity == STOPPED
        if events or gap is not None or is_stopped or now - self._place.moved_at >= _HEARTBEAT:
            await self._move(events, now, gap=gap)
        self._gap_reason, self._taken = None, []
        if events:
            self._stored_upto = events[-1].occurred_at
            self._status.events_stored += len(events)
            self._stored(events)

    async def _move(
        self, events: Sequence[NewEvent], now: datetime, *, gap: Gap | None, identity: str = READING
    ) -> None:
        before = None if self._place is None else self._place.cursor
        count = len(events) + (0 if before is None else before.byte_offset)
        after = FeedCursor(file_identity=identity, byte_offset=count)
        done = Pass(before=before, after=after, events=events, gap=gap)
        await store(self._resources.db, self._server.id, SOURCE, done)
        self._place = FeedPlace(cursor=after, moved_at=now)

    async def _sign_off(self) -> None:
        await self._move([], self._resources.clock.now(), gap=None, identity=STOPPED)

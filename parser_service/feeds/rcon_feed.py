"""What a game server hands out by RCON: ``GetGameLog`` and ``GetChat``, asked for once a second.

What the server hands out is gone from it, so a line that was taken and not stored is lost. Where that can have
happened, a gap is recorded with its two times.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from parser_service.feeds.chat_pairing import ChatPairing
from parser_service.feeds.lines import to_events
from parser_service.feeds.queries import FeedPlace, find_feed_place, find_read_at, list_said
from parser_service.feeds.server_feed import ServerFeed
from parser_service.feeds.source import Reading, SourceName
from parser_service.feeds.status import FeedStatus
from parser_service.feeds.storing import FeedWriter, Gap, Pass
from parser_service.game_servers import Served
from parser_service.grammar.replies import parse_chat, parse_game_log
from parser_service.stopping import Stop
from parser_service.storable import storable
from shared.rcon.errors import RconError
from shared.rcon.link import RconLink
from shared.runtime.resources import Resources
from shared.store.events import FeedCursor, FeedProgress, NewEvent

log = logging.getLogger(__name__)

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
    """Reads one game server's lines by RCON, as one of a ``ServerFeed``'s sources; ``run`` reads them alone."""

    name = SourceName.RCON

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
        writer: FeedWriter | None = None,
    ) -> None:
        self._server = server
        self._link = link
        self._resources = resources
        self._stop = stop
        self._status = status
        self._interval = interval
        self._stored = stored
        self._writer = writer or FeedWriter(resources.db, server.id, resources.clock)
        self._place: FeedPlace | None = None
        self._is_loaded = False
        self._is_leading = False
        self._gap_reason: str | None = None
        self._covered_at: datetime | None = None
        # taken from the server, and stored nowhere but here
        self._taken: list[NewEvent] = []
        self._heard: list[NewEvent] = []
        self._attempted: FeedCursor | None = None
        self._is_full = False
        self._up_since: datetime | None = None
        self._pairing = ChatPairing()

    async def run(self) -> None:
        """Read until the stop, and say then that nothing was left unstored.

        Raises
        ------
        FeedFencedError
            When another process has claimed the server's log.
        """
        feed = ServerFeed(self._server, self._resources, self._writer, stop=self._stop, status=self._status)
        feed.add_rcon(self, every=self._interval)
        await feed.run()

    def forget_place(self) -> None:
        """Ask the database again where the cursor stands before the next look."""
        self._is_loaded = False

    def note_connection(self) -> None:
        """Follow the connection while another source leads: what it missed then, that source has."""
        if self._link.state.is_up:
            self._up_since = self._link.state.since_at

    async def lead(self, covered_at: datetime | None) -> None:
        """Become the source lines come by; another one has shown them up to an instant, if any did."""
        if not self._is_loaded:
            await self._load()
        self._is_leading = True
        self._covered_at = covered_at or self._covered_at
        if self._place is not None:
            # what it has read before it led says nothing of the time between
            self._place = FeedPlace(
                cursor=self._place.cursor,
                moved_at=self._place.moved_at,
                progress=FeedProgress(
                    last_at=self._place.progress.last_at, newest_at=self._place.progress.newest_at
                ),
            )
            now = self._resources.clock.now()
            if self._gap_reason is None and now - self._began_at() > _BUFFERED:
                self._gap_reason = _STOPPED_LONG

    async def stop_leading(self) -> None:
        """Say that nothing was left unstored: another source leads, or the process ends in order."""
        self._is_leading = False
        if not self._is_loaded or self._taken or self._heard or self._gap_reason is not None:
            return
        if self._place is not None and self._place.cursor.file_identity == READING:
            await self._move([], gap=None, identity=STOPPED)

    async def read_once(self) -> Reading:
        """Take and store what the server has, until it has no more.

        Raises
        ------
        OperationalError
            When the database is away, or another process writes this log.
        """
        fresh = 0
        while True:
            if not await self.take():
                return Reading(is_working=False, problem=self._link.state.problem)
            reading = await self.store()
            fresh += reading.fresh
            if not reading.has_more or self._stop.is_requested:
                return Reading(
                    is_working=True,
                    is_caught_up=not reading.has_more,
                    fresh=fresh,
                    newest_at=reading.newest_at,
                )

    async def take(self) -> bool:
        """Take what the server has, unless something taken waits to be stored; tell whether it could be asked."""
        if not self._is_loaded:
            await self._load()
        if self._taken:
            return True
        if not self._is_connected():
            return False
        if self._place is None or self._place.cursor.file_identity != READING:
            # from here on, lines may be in this process alone
            await self._move([], gap=None)
        if not self._is_full and not await self._hear():
            return False
        reply = await self._ask("GetGameLog")
        if reply is None:
            return False
        previous_at = None if self._place is None else self._place.progress.last_at
        parsed = parse_game_log(reply, game=self._server.game)
        self._taken = to_events(parsed, previous_at=previous_at, now=self._resources.clock.now())
        self._is_full = len(parsed) >= _FULL_REPLY
        self._pairing.logged(self._taken, now=time.monotonic())
        if not self._is_full:
            # they were said before the log was asked
            self._taken[:0] = self._pairing.leftovers(self._heard, now=time.monotonic())
            self._heard = []
            self._report_thieves()
        return True

    async def _hear(self) -> bool:
        """Take the chat, before the log: so that what it hands out is in the log by then."""
        reply = await self._ask("GetChat")
        if reply is None:
            return False
        now = self._resources.clock.now()
        self._heard += to_events(parse_chat(reply), previous_at=now, now=now)
        return True

    @property
    def has_taken(self) -> bool:
        """Tell whether lines were taken and not stored yet."""
        return bool(self._taken or self._heard)

    async def store(self) -> Reading:
        """Store what was taken."""
        now, gap = self._resources.clock.now(), None
        if self._gap_reason is not None and self._is_leading:
            began_at = self._began_at()
            gap = Gap(began_at=began_at, ended_at=max(now, began_at), reason=self._gap_reason)
        fresh: Sequence[NewEvent] = ()
        if self._taken or gap is not None or self._is_beat_due(now):
            fresh = await self._move(self._taken, gap=gap)
        self._gap_reason, self._covered_at, self._taken = None, None, []
        if fresh:
            self._status.events_stored += len(fresh)
            self._stored(fresh)
        newest_at = None if self._place is None else self._place.progress.newest_at
        return Reading(
            is_working=True,
            has_more=self._is_full,
            is_caught_up=not self._is_full,
            fresh=len(fresh),
            newest_at=newest_at,
        )

    async def _load(self) -> None:
        is_first = self._place is None
        async with self._resources.db.connection() as conn:
            place = await find_feed_place(conn, self._server.id, self.name)
            read_at = await find_read_at(conn, self._server.id)
            since = self._resources.clock.now() - _BUFFERED
            said = await list_said(conn, self._server.id, self.name, since=since) if is_first else []
        self._pairing.logged_before(said)
        if place is not None and is_first:
            self._covered_at = read_at
            if place.cursor.file_identity == READING:
                self._gap_reason = _KILLED
        if place is not None and not is_first and place.cursor == self._attempted:
            # the transaction failed at its end, and had happened
            self._gap_reason, self._taken = None, []
        self._place = place
        self._is_loaded = True

    def _is_connected(self) -> bool:
        state = self._link.state
        if self._up_since is not None and state.since_at != self._up_since:
            # it broke since the last reply, and may be another run of the server by now
            self._gap_reason = self._gap_reason or _AWAY
            self._pairing.was_cut()
            self._is_full = False
        if state.is_up:
            self._up_since = state.since_at
        return state.is_up

    async def _ask(self, command: str) -> str | None:
        try:
            reply = await self._link.execute(command)
        except RconError as error:
            self._gap_reason = _BROKEN if error.was_sent else self._gap_reason or _AWAY
            self._is_full = False
            return None
        return storable(reply.text)

    async def _move(
        self, events: Sequence[NewEvent], *, gap: Gap | None, identity: str = READING
    ) -> Sequence[NewEvent]:
        place, now = self._place, self._resources.clock.now()
        before = None if place is None else place.cursor
        count = len(events) + (0 if before is None else before.byte_offset)
        after = FeedCursor(file_identity=identity, byte_offset=count)
        progress = FeedProgress() if place is None else place.progress
        done = Pass(before=before, after=after, events=events, progress=progress, gap=gap)
        self._attempted = after
        stored = await self._writer.store(self.name, done)
        self._attempted = None
        self._place = FeedPlace(cursor=after, moved_at=now, progress=stored.progress)
        return stored.fresh

    def _began_at(self) -> datetime:
        """Return since when lines may be missing."""
        known = [at for at in (self._covered_at, self._place.moved_at if self._place else None) if at]
        return max(known, default=self._resources.clock.now())

    def _is_beat_due(self, now: datetime) -> bool:
        """Tell whether the cursor has to say again that somebody reads."""
        return self._is_leading and (self._place is None or now - self._place.moved_at >= _HEARTBEAT)

    def _report_thieves(self) -> None:
        name, suspects = f"rcon-reader:{self._server.key}", self._pairing.suspects(time.monotonic())
        if not suspects:
            self._resources.reporter.solved(name)
            return
        text = f"{self._server.key}: another program reads {' and '.join(suspects)} of this server, and takes lines away. Stop it, or set log_path of '{self._server.key}' in the community file."
        self._resources.reporter.problem(name, text)

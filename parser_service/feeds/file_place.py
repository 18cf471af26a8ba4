"""Where the reading of a file stands, wherever the file lies, and how a piece of it is stored."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from parser_service.feeds.lines import read_lines
from parser_service.feeds.log_files import Piece
from parser_service.feeds.queries import FeedPlace, find_feed_place
from parser_service.feeds.source import Reading, SourceName
from parser_service.feeds.status import FeedStatus
from parser_service.feeds.storing import FeedWriter, Gap, Pass
from parser_service.game_servers import Served
from shared.runtime.resources import Resources
from shared.store.events import FeedCursor, NewEvent

log = logging.getLogger(__name__)

_REPLACED = "The log file was replaced, and the rest of the previous one is not beside it."
# Lines that were written so long before somebody read them came late: people are told.
_LATE = timedelta(minutes=1)


class FilePlace:
    """The place in one server's file; ``load`` it before the first look, and after whatever failed."""

    def __init__(
        self,
        server: Served,
        source: SourceName,
        resources: Resources,
        *,
        writer: FeedWriter,
        status: FeedStatus,
        stored: Callable[[Sequence[NewEvent]], None],
    ) -> None:
        self._server = server
        self._source = source
        self._resources = resources
        self._writer = writer
        self._status = status
        self._stored = stored
        self._place: FeedPlace | None = None
        self._late_before: datetime | None = None
        self.is_loaded = False

    @property
    def cursor(self) -> FeedCursor | None:
        """Return up to where the file has been stored."""
        return None if self._place is None else self._place.cursor

    @property
    def stored_upto(self) -> datetime | None:
        """Return the stamp of the last line that was stored."""
        return None if self._place is None else self._place.progress.last_at

    async def load(self) -> None:
        """Ask the database where the file has been stored up to."""
        async with self._resources.db.connection() as conn:
            self._place = await find_feed_place(conn, self._server.id, self._source)
        # what is read for the first time ever is history, and nobody was away
        self._late_before = None if self._place is None else self._resources.clock.now() - _LATE
        self.is_loaded = True

    async def store(self, piece: Piece) -> Reading:
        """Store a piece's whole lines.

        Raises
        ------
        OperationalError
            When the database is away, or another process writes this log; nothing was stored then.
        """
        now = self._resources.clock.now()
        events, taken = read_lines(piece, game=self._server.game, previous_at=self.stored_upto, now=now)
        if not taken:
            return self._reading(is_caught_up=True)
        after = piece.cursor_after(taken)
        done = self._began_anew(piece, events, now) if piece.follows_loss else self._pass(events, after)
        stored = await self._writer.store(self._source, replace(done, after=after))
        self._place = FeedPlace(cursor=after, moved_at=now, progress=stored.progress)
        if stored.fresh:
            self._status.events_stored += len(stored.fresh)
            self._stored(stored.fresh)
        return self._reading(
            has_more=piece.has_more, is_caught_up=not piece.has_more, fresh=len(stored.fresh)
        )

    def nothing_new(self) -> Reading:
        """Return what a look gave that found the file as it was."""
        self._late_before = None
        return self._reading(is_caught_up=True)

    def uncertain(self) -> Reading:
        """Return what a look gave that has to be repeated before it means anything."""
        return replace(self._reading(is_caught_up=False), again_seconds=0.1)

    def was_away(self) -> None:
        """Take what is found next as late: the file could not be read for a while."""
        if self._place is not None:
            self._late_before = self._resources.clock.now() - _LATE

    def _pass(self, events: Sequence[NewEvent], after: FeedCursor) -> Pass:
        if self._place is None:
            return Pass(before=None, after=after, events=events)
        return Pass(
            before=self._place.cursor,
            after=after,
            events=events,
            progress=self._place.progress,
            late_before=self._late_before,
        )

    def _began_anew(self, piece: Piece, events: Sequence[NewEvent], now: datetime) -> Pass:
        """Return the pass of a file that is not the one that was read: lines are missing, or come once more."""
        done = self._pass(events, piece.cursor_after(0))
        if self._place is None:
            return done
        progress = done.progress
        first_at = events[0].occurred_at if events else now
        if progress.newest_at is not None and events and first_at <= progress.newest_at:
            # the same lines in a new file, as of a log that was cut at its head: nothing is missing
            log.info("log of %s: begun anew with lines that are known", self._server.key)
            return replace(done, progress=replace(progress, reread_upto=progress.newest_at), begins_anew=True)
        began_at = self.stored_upto or self._place.moved_at
        log.warning("log of %s: %s", self._server.key, _REPLACED)
        return replace(done, gap=Gap(began_at=began_at, ended_at=max(first_at, began_at), reason=_REPLACED))

    def _reading(self, *, is_caught_up: bool, has_more: bool = False, fresh: int = 0) -> Reading:
        newest_at = None if self._place is None else self._place.progress.newest_at
        return Reading(
            is_working=True, has_more=has_more, is_caught_up=is_caught_up, fresh=fresh, newest_at=newest_at
        )

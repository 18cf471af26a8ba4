"""Storing what a pass of a feed read: events and cursor in one transaction, or neither.

One writer per game server: it has claimed the log, and holds a number that every transaction compares. A writer that was
paused and wakes up after another one has claimed the log stores nothing more, whatever it still believes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import asyncpg

from parser_service.feeds.overlap import SLACK, Sifted, runs_of, sift
from parser_service.feeds.queries import (
    Horizon,
    add_late_lines,
    add_recovered,
    add_sightings,
    find_horizon,
    forget_sightings,
    list_known_lines,
    lock_log,
    set_feed_state,
    set_gaps_recovered,
)
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.events import Unknown
from shared.errors import OperationalError
from shared.ids import ServerId
from shared.store.events import FeedCursor, FeedProgress, NewEvent, add_events, claim_feed, move_feed_cursor
from shared.store.gaps import add_gap
from shared.store.retention import add_event_months

log = logging.getLogger(__name__)

# A stamp further ahead than this is a forged one, or of a clock that will be set right; it says nothing of progress.
_FUTURE = timedelta(days=1)
# A source shows its lines nearly in order: what lies further back than this, it does not come to again.
_SIGHTINGS_KEPT = timedelta(hours=1)

_LATE = "The reader was away; the lines were read when it was back."


class FeedMovedError(OperationalError):
    """The cursor does not stand where this reader left it: somebody else reads the same feed."""

    code = "FEED-02"


class FeedFencedError(FeedMovedError):
    """Another process has claimed the log since; this one must not write any more."""

    code = "FEED-03"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time whose lines could not be read, and why."""

    began_at: datetime
    ended_at: datetime
    reason: str


_NOTHING_SHOWN = FeedProgress()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one look at a source gave, and what it had shown before.

    ``late_before`` is set while a source is caught up with: lines dated before it came late, and are told of as such.
    ``begins_anew``: this source shows its lines from the beginning again, those it has shown as well as others.
    """

    before: FeedCursor | None
    after: FeedCursor
    events: Sequence[NewEvent]
    progress: FeedProgress = _NOTHING_SHOWN
    gap: Gap | None = None
    late_before: datetime | None = None
    begins_anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of a pass: the events that were new, how many were known, and how far the source has come."""

    fresh: Sequence[NewEvent]
    repeated: int
    progress: FeedProgress


class FeedWriter:
    """The one way into a game server's log, for all its sources. Claim it before the first pass."""

    def __init__(self, db: Database, server_id: ServerId, clock: Clock) -> None:
        self._db = db
        self._server_id = server_id
        self._clock = clock
        self._epoch: int | None = None
        self._late_row: int | None = None

    async def claim(self) -> None:
        """Become the writer; whoever was it before is refused from now on."""
        async with self._db.transaction() as conn:
            await add_event_months(conn)
        async with self._db.transaction() as conn:
            self._epoch = await claim_feed(conn, self._server_id)
        self._late_row = None

    async def tell(
        self, source: str, *, read_at: datetime, newest_at: datetime | None, problem: str | None
    ) -> None:
        """Write down by which source lines come, and how fresh they are."""
        assert self._epoch is not None
        async with self._db.transaction() as conn:
            await set_feed_state(
                conn,
                self._server_id,
                epoch=self._epoch,
                source=source,
                read_at=read_at,
                newest_at=newest_at,
                problem=problem,
            )

    async def store(self, source: str, done: Pass) -> Stored:
        """Store what is new in a pass.

        Raises
        ------
        FeedFencedError
            When another process is the writer now; nothing was stored.
        FeedMovedError
            When the cursor was moved meanwhile; nothing was stored.
        """
        late_row = self._late_row
        async with self._db.transaction() as conn:
            if await lock_log(conn, self._server_id) != self._epoch:
                raise FeedFencedError("Another process reads this server now. Standing by for it.")
            horizon = await find_horizon(conn, self._server_id, source)
            progress = _next_progress(done, self._clock.now())
            if not await move_feed_cursor(
                conn, self._server_id, source, before=done.before, after=done.after, progress=progress
            ):
                raise FeedMovedError("Somebody else reads this feed too. Looking again where it stands.")
            fresh = await self._add_new(conn, source, done, horizon)
            if done.gap is not None:
                await self._add_gap(conn, source, done.gap)
            if _may_fill_gaps(done, horizon):
                await self._fill_gaps(conn, source, fresh, progress)
            if done.late_before is not None:
                late_row = await self._note_late(conn, source, fresh, done.late_before)
        self._late_row = late_row
        return Stored(fresh=fresh, repeated=len(done.events) - len(fresh), progress=progress)

    async def _add_new(
        self, conn: Connection, source: str, done: Pass, horizon: Horizon
    ) -> Sequence[NewEvent]:
        reread_upto = done.progress.reread_upto
        if done.begins_anew:
            await forget_sightings(conn, self._server_id, source, before=None)
        upto = max((at for at in (horizon.others_upto, reread_upto) if at is not None), default=None)
        if upto is None or not done.events or all(e.occurred_at > upto + SLACK for e in done.events):
            if done.events:
                await _add(conn, self._server_id, source, done.events)
            return done.events
        sifted = await self._sift(conn, source, done.events, upto, is_rereading=reread_upto is not None)
        seen = [(line.seq, line.occurred_at) for line in sifted.repeated]
        if sifted.fresh:
            last = await _add(conn, self._server_id, source, sifted.fresh)
            if reread_upto is not None:
                # a line that was new in the second reading must not answer for another one of it
                first = last - len(sifted.fresh) + 1
                seen += [(seq, event.occurred_at) for seq, event in enumerate(sifted.fresh, first)]
        if seen:
            await add_sightings(conn, self._server_id, source, seen)
            oldest = min(at for _, at in seen)
            await forget_sightings(conn, self._server_id, source, before=oldest - _SIGHTINGS_KEPT)
        return sifted.fresh

    async def _sift(
        self, conn: Connection, source: str, events: Sequence[NewEvent], upto: datetime, *, is_rereading: bool
    ) -> Sifted:
        known = {}
        for run in runs_of(events, upto):
            instants = [event.occurred_at for event in run]
            lines = await list_known_lines(
                conn,
                self._server_id,
                source,
                kinds={event.event.kind for event in run},
                since=min(instants) - SLACK,
                until=max(instants) + SLACK,
                with_own=is_rereading,
            )
            known.update({line.seq: line for line in lines})
        return sift(events, [known[seq] for seq in sorted(known)])

    async def _add_gap(self, conn: Connection, source: str, gap: Gap) -> None:
        await add_gap(
            conn,
            self._server_id,
            source,
            began_at=gap.began_at,
            ended_at=gap.ended_at,
            reason=gap.reason,
        )

    async def _fill_gaps(
        self, conn: Connection, source: str, fresh: Sequence[NewEvent], progress: FeedProgress
    ) -> None:
        """Count the lines that lie in holes of other sources, and close the holes that this one has passed whole."""
        if fresh:
            await add_recovered(conn, self._server_id, source, [event.occurred_at for event in fresh])
        if progress.whole_since is not None and progress.newest_at is not None:
            until = min(progress.newest_at, self._clock.now())
            await set_gaps_recovered(conn, self._server_id, source, since=progress.whole_since, until=until)

    async def _note_late(
        self, conn: Connection, source: str, fresh: Sequence[NewEvent], before: datetime
    ) -> int | None:
        """Tell of lines that came late because nobody read: nothing is missing, and people may want to know."""
        late = [event.occurred_at for event in fresh if event.occurred_at < before]
        if not late:
            return self._late_row
        if self._late_row is not None:
            await add_late_lines(conn, self._late_row, lines=len(late), upto=max(late))
            return self._late_row
        return await add_gap(
            conn,
            self._server_id,
            source,
            began_at=min(late),
            ended_at=max(late),
            reason=_LATE,
            recovered=len(late),
            is_whole=True,
        )


def _may_fill_gaps(done: Pass, horizon: Horizon) -> bool:
    before = done.progress.newest_at
    return bool(done.events) and (
        horizon.gaps_upto is not None and (before is None or before <= horizon.gaps_upto)
    )


def _next_progress(done: Pass, now: datetime) -> FeedProgress:
    progress = done.progress
    if done.gap is not None:
        progress = replace(progress, whole_since=done.gap.ended_at)
    if not done.events:
        return progress
    instants = [event.occurred_at for event in done.events if event.occurred_at <= now + _FUTURE]
    newest_at = max([*instants, *([] if progress.newest_at is None else [progress.newest_at])], default=None)
    last_at = done.events[-1].occurred_at
    if progress.reread_upto is not None and last_at > progress.reread_upto + SLACK:
        progress = replace(progress, reread_upto=None)
    if progress.whole_since is None:
        progress = replace(progress, whole_since=done.events[0].occurred_at)
    return replace(progress, last_at=last_at, newest_at=newest_at)


async def _add(conn: Connection, server_id: ServerId, source: str, events: Sequence[NewEvent]) -> int:
    """Add the events, and return the last one's number; one that Postgres refuses is added as a plain unknown line."""
    try:
        async with conn.transaction():
            return await add_events(conn, server_id, source, events)
    except (asyncpg.DataError, ValueError) as error:
        if len(events) > 1:
            middle = len(events) // 2
            await _add(conn, server_id, source, events[:middle])
            return await _add(conn, server_id, source, events[middle:])
        log.warning("an event cannot be stored as it is (%s); stored as a plain line", type(error).__name__)
        return await add_events(conn, server_id, source, [_plain(events[0])])


def _plain(event: NewEvent) -> NewEvent:
    raw = event.raw.replace("\0", "").encode("ascii", "backslashreplace").decode("ascii")
    return NewEvent(occurred_at=event.occurred_at, event=Unknown(text=raw), raw=raw)

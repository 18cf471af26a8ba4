"""Storing what a pass of a feed read: events and cursor in one transaction, or neither."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from shared.db import Connection, Database
from shared.domain.events import Unknown
from shared.errors import OperationalError
from shared.ids import ServerId
from shared.store.events import FeedCursor, NewEvent, add_events, add_gap, move_feed_cursor

log = logging.getLogger(__name__)


class FeedMovedError(OperationalError):
    """The cursor does not stand where this reader left it: somebody else reads the same feed."""

    code = "FEED-02"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time whose lines could not be read, and why."""

    began_at: datetime
    ended_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one look at a source gave."""

    before: FeedCursor | None
    after: FeedCursor
    events: Sequence[NewEvent]
    gap: Gap | None = None


async def store(db: Database, server_id: ServerId, source: str, done: Pass) -> None:
    """Store a pass.

    Raises
    ------
    FeedMovedError
        When another reader moved the cursor meanwhile; nothing was stored then.
    """
    async with db.transaction() as conn:
        if not await move_feed_cursor(conn, server_id, source, before=done.before, after=done.after):
            raise FeedMovedError("Somebody else reads this feed too. Looking again where it stands.")
        if done.gap is not None:
            gap = done.gap
            await add_gap(
                conn, server_id, source, began_at=gap.began_at, ended_at=gap.ended_at, reason=gap.reason
            )
        if done.events:
            await _add(conn, server_id, source, done.events)


async def _add(conn: Connection, server_id: ServerId, source: str, events: Sequence[NewEvent]) -> None:
    """Add the events; one that Postgres refuses is added as an unknown line of plain characters."""
    try:
        async with conn.transaction():
            await add_events(conn, server_id, source, events)
    except (asyncpg.DataError, ValueError) as error:
        if len(events) > 1:
            middle = len(events) // 2
            await _add(conn, server_id, source, events[:middle])
            await _add(conn, server_id, source, events[middle:])
            return
        log.warning("an event cannot be stored as it is (%s); stored as a plain line", type(error).__name__)
        await add_events(conn, server_id, source, [_plain(events[0])])


def _plain(event: NewEvent) -> NewEvent:
    raw = event.raw.replace("\0", "").encode("ascii", "backslashreplace").decode("ascii")
    return NewEvent(occurred_at=event.occurred_at, event=Unknown(text=raw), raw=raw)

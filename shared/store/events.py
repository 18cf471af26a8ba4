"""The event log: one writer per game server, any number of readers, each with a cursor of its own.

``seq`` has no holes and is committed in order: the writer holds the server's row from taking the numbers to its
commit. So a reader that has read up to a number has seen everything below it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.db import Connection
from shared.domain.events import EventKind, GameEvent, decode, encode
from shared.ids import ServerId


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event about to be stored."""

    occurred_at: datetime
    event: GameEvent
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event of the log; ``(server_id, seq)`` is its identity for ever."""

    server_id: ServerId
    seq: int
    occurred_at: datetime
    event: GameEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCursor:
    """The place up to which a source has been stored."""

    file_identity: str
    byte_offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedProgress:
    """What a source has shown up to its cursor.

    ``last_at`` and ``newest_at`` are the instants of the last and of the newest line that were read (a clock may go
    back), ``whole_since`` since when nothing is missing, ``reread_upto`` up to when lines may have been read before.
    """

    last_at: datetime | None = None
    newest_at: datetime | None = None
    whole_since: datetime | None = None
    reread_upto: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderCursor:
    """The place up to which a reader has taken effect, the log's end, and when the reader first looked."""

    seq: int
    last_seq: int
    since: datetime


async def lock_feed(conn: Connection, server_id: ServerId) -> bool:
    """Become the one reader of a game server's feeds for as long as this connection lives."""
    # two keys: the first tells feeds from other advisory locks of Helena
    return bool(await conn.fetchval("SELECT pg_try_advisory_lock(1, $1)", server_id))


async def claim_feed(conn: Connection, server_id: ServerId) -> int:
    """Become the one writer of a game server's log, and return the number that proves it until the next claim."""
    epoch = await conn.fetchval(
        "UPDATE servers SET feed_epoch = feed_epoch + 1 WHERE id = $1 RETURNING feed_epoch", server_id
    )
    return int(epoch)


async def find_feed_cursor(conn: Connection, server_id: ServerId, source: str) -> FeedCursor | None:
    """Return up to where a source has been stored."""
    row = await conn.fetchrow(
        "SELECT file_identity, byte_offset FROM feed_cursors WHERE server_id = $1 AND source = $2",
        server_id,
        source,
    )
    return None if row is None else FeedCursor(**row)


async def move_feed_cursor(
    conn: Connection,
    server_id: ServerId,
    source: str,
    *,
    before: FeedCursor | None,
    after: FeedCursor,
    progress: FeedProgress = FeedProgress(),
) -> bool:
    """Move the cursor if it still stands where the caller read it; ``False`` means that another reader moved it."""
    status = await conn.execute(
        """
        INSERT INTO feed_cursors AS old (
            server_id, source, file_identity, byte_offset, last_at, newest_at, whole_since, reread_upto, moved_at
        )
        SELECT $1, $2, $3, $4, $7, $8, $9, $10, now()
        -- without a cursor to come from, only a source that has none is begun
        WHERE $5::text IS NULL OR EXISTS (SELECT FROM feed_cursors WHERE server_id = $1 AND source = $2)
        ON CONFLICT (server_id, source) DO UPDATE
        SET file_identity = excluded.file_identity, byte_offset = excluded.byte_offset,
            last_at = excluded.last_at, newest_at = excluded.newest_at, whole_since = excluded.whole_since,
            reread_upto = excluded.reread_upto, moved_at = excluded.moved_at
        WHERE old.file_identity = $5 AND old.byte_offset = $6
        """,
        server_id,
        source,
        after.file_identity,
        after.byte_offset,
        None if before is None else before.file_identity,
        None if before is None else before.byte_offset,
        progress.last_at,
        progress.newest_at,
        progress.whole_since,
        progress.reread_upto,
    )
    return status == "INSERT 0 1"


async def add_events(conn: Connection, server_id: ServerId, source: str, events: Sequence[NewEvent]) -> int:
    """Append events in their order, and return the last one's seq."""
    last = await conn.fetchval(
        "UPDATE servers SET last_seq = last_seq + $2 WHERE id = $1 RETURNING last_seq", server_id, len(events)
    )
    encoded = [encode(new.event) for new in events]
    await conn.execute(
        """
        INSERT INTO game_events (server_id, seq, occurred_at, kind, data, raw, source)
        SELECT $1, new.seq, new.occurred_at, new.kind, new.data::jsonb, new.raw, $2
        FROM unnest($3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
            AS new (seq, occurred_at, kind, data, raw)
        """,
        server_id,
        source,
        list(range(last - len(events) + 1, last + 1)),
        [new.occurred_at for new in events],
        [kind.value for kind, _ in encoded],
        [json.dumps(data) for _, data in encoded],
        [new.raw for new in events],
    )
    return int(last)


async def lock_reader(conn: Connection, reader: str, server_id: ServerId) -> ReaderCursor:
    """Return a reader's cursor and hold it until the transaction ends."""
    await conn.execute(
        "INSERT INTO event_cursors (reader, server_id, seq) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING",
        reader,
        server_id,
    )
    row = await conn.fetchrow(
        """
        SELECT c.seq, c.since, s.last_seq
        FROM event_cursors c JOIN servers s ON s.id = c.server_id
        WHERE c.reader = $1 AND c.server_id = $2
        FOR UPDATE OF c
        """,
        reader,
        server_id,
    )
    assert row is not None
    return ReaderCursor(**row)


async def list_behind(conn: Connection, reader: str) -> list[ServerId]:
    """Return the servers that have events this reader has not seen."""
    rows = await conn.fetch(
        """
        SELECT s.id
        FROM servers s
        JOIN communities g ON g.guild_id = s.guild_id AND g.approved_at IS NOT NULL
        LEFT JOIN event_cursors c ON c.server_id = s.id AND c.reader = $1
        WHERE s.last_seq > coalesce(c.seq, 0)
        ORDER BY s.id
        """,
        reader,
    )
    return [ServerId(row["id"]) for row in rows]


async def list_events(
    conn: Connection, server_id: ServerId, *, after: int, upto: int, kinds: Sequence[EventKind]
) -> list[StoredEvent]:
    """Return the events of these kinds with ``after < seq <= upto``, in order."""
    rows = await conn.fetch(
        """
        SELECT server_id, seq, occurred_at, kind, data
        FROM game_events
        WHERE server_id = $1 AND seq > $2 AND seq <= $3 AND kind = ANY ($4)
        ORDER BY seq
        """,
        server_id,
        after,
        upto,
        [kind.value for kind in kinds],
    )
    return [
        StoredEvent(
            server_id=ServerId(row["server_id"]),
            seq=row["seq"],
            occurred_at=row["occurred_at"],
            event=decode(EventKind(row["kind"]), row["data"]),
        )
        for row in rows
    ]


async def set_reader(conn: Connection, reader: str, server_id: ServerId, seq: int) -> None:
    """Move a reader's cursor; call it in the transaction of the effect."""
    await conn.execute(
        "UPDATE event_cursors SET seq = $3, moved_at = now() WHERE reader = $1 AND server_id = $2",
        reader,
        server_id,
        seq,
    )

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
class ReaderCursor:
    """The place up to which a reader has taken effect, the log's end, and when the reader first looked."""

    seq: int
    last_seq: int
    since: datetime


async def lock_feed(conn: Connection, server_id: ServerId) -> bool:
    """Become the one reader of a game server's feeds for as long as this connection lives."""
    # two keys: the first tells feeds from other advisory locks of Helena
    return bool(await conn.fetchval("SELECT pg_try_advisory_lock(1, $1)", server_id))


async def find_feed_cursor(conn: Connection, server_id: ServerId, source: str) -> FeedCursor | None:
    """Return up to where a source has been stored."""
    row = await conn.fetchrow(
        "SELECT file_identity, byte_offset FROM feed_cursors WHERE server_id = $1 AND source = $2",
        server_id,
        source,
    )
    return None if row is None else FeedCursor(**row)


async def move_feed_cursor(
    conn: Connection, server_id: ServerId, source: str, *, before: FeedCursor | None, after: FeedCursor
) -> bool:
    """Move the cursor if it still stands where the caller read it; ``False`` means that another reader moved it."""
    if before is None:
        status = await conn.execute(
            """
            INSERT INTO feed_cursors (server_id, source, file_identity, byte_offset, moved_at)
            VALUES ($1, $2, $3, $4, now())
            ON CONFLICT DO NOTHING
            """,
            server_id,
            source,
            after.file_identity,
            after.byte_offset,
        )
        return status == "INSERT 0 1"
    status = await conn.execute(
        """
        UPDATE feed_cursors
        SET file_identity = $3, byte_offset = $4, moved_at = now()
        WHERE server_id = $1 AND source = $2 AND file_identity = $5 AND byte_offset = $6
        """,
        server_id,
        source,
        after.file_identity,
        after.byte_offset,
        before.file_identity,
        before.byte_offset,
    )
    return status == "UPDATE 1"


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


async def add_gap(
    conn: Connection, server_id: ServerId, source: str, *, began_at: datetime, ended_at: datetime, reason: str
) -> None:
    """Record that what happened between two instants could not be read."""
    await conn.execute(
        "INSERT INTO feed_gaps (server_id, source, began_at, ended_at, reason) VALUES ($1, $2, $3, $4, $5)",
        server_id,
        source,
        began_at,
        ended_at,
        reason,
    )


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
        "UPDATE event_cursors SET seq = $3 WHERE reader = $1 AND server_id = $2", reader, server_id, seq
    )

"""What only feeds ask the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from parser_service.feeds.overlap import KnownLine
from shared.db import Connection
from shared.domain.events import EventKind
from shared.ids import ServerId
from shared.store.events import FeedCursor, FeedProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPlace:
    """Where a source's cursor stands, since when, and what it has shown."""

    cursor: FeedCursor
    moved_at: datetime
    progress: FeedProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """What may have been seen before: how far the other sources have shown lines, and when the last hole ended."""

    others_upto: datetime | None
    gaps_upto: datetime | None


async def find_feed_place(conn: Connection, server_id: ServerId, source: str) -> FeedPlace | None:
    """Return where a source's cursor stands, or ``None`` where it was never read."""
    row = await conn.fetchrow(
        """
        SELECT file_identity, byte_offset, moved_at, last_at, newest_at, whole_since, reread_upto
        FROM feed_cursors
        WHERE server_id = $1 AND source = $2
        """,
        server_id,
        source,
    )
    if row is None:
        return None
    return FeedPlace(
        cursor=FeedCursor(file_identity=row["file_identity"], byte_offset=row["byte_offset"]),
        moved_at=row["moved_at"],
        progress=FeedProgress(
            last_at=row["last_at"],
            newest_at=row["newest_at"],
            whole_since=row["whole_since"],
            reread_upto=row["reread_upto"],
        ),
    )


async def find_read_at(conn: Connection, server_id: ServerId) -> datetime | None:
    """Return up to when the lines of a server are known to have been read, by whatever source."""
    found: datetime | None = await conn.fetchval(
        "SELECT read_at FROM feed_states WHERE server_id = $1", server_id
    )
    return found


async def list_said(conn: Connection, server_id: ServerId, source: str, *, since: datetime) -> list[str]:
    """Return the lines of chat that a source stored lately, as they came."""
    rows = await conn.fetch(
        """
        SELECT raw FROM game_events
        WHERE server_id = $1 AND kind IN ('chat', 'server_chat') AND occurred_at >= $3 AND source = $2
        ORDER BY seq
        LIMIT 1000
        """,
        server_id,
        source,
        since,
    )
    return [row["raw"] for row in rows]


async def lock_log(conn: Connection, server_id: ServerId) -> int:
    """Have a server's log to oneself until the transaction ends, and return the number of its present writer."""
    return int(
        await conn.fetchval("SELECT feed_epoch FROM servers WHERE id = $1 FOR NO KEY UPDATE", server_id)
    )


async def find_horizon(conn: Connection, server_id: ServerId, source: str) -> Horizon:
    """Return what a source may show that is known; ask it after ``lock_log``, which may have waited for another."""
    row = await conn.fetchrow(
        """
        SELECT
            (SELECT max(newest_at) FROM feed_cursors WHERE server_id = $1 AND source <> $2) AS others_upto,
            (SELECT max(ended_at) FROM feed_gaps WHERE server_id = $1) AS gaps_upto
        """,
        server_id,
        source,
    )
    assert row is not None
    return Horizon(others_upto=row["others_upto"], gaps_upto=row["gaps_upto"])


async def list_known_lines(
    conn: Connection,
    server_id: ServerId,
    source: str,
    *,
    kinds: Collection[EventKind],
    since: datetime,
    until: datetime,
    with_own: bool,
) -> list[KnownLine]:
    """Return the lines of a time that other sources stored (or all did) and this one has not shown yet."""
    rows = await conn.fetch(
        """
        SELECT e.seq, e.occurred_at, e.raw
        FROM game_events e
        WHERE e.server_id = $1 AND e.kind = ANY ($3) AND e.occurred_at BETWEEN $4 AND $5 AND (e.source <> $2 OR $6)
            AND NOT EXISTS (
                SELECT FROM feed_sightings g WHERE g.server_id = $1 AND g.source = $2 AND g.seq = e.seq
            )
        ORDER BY e.seq
        """,
        server_id,
        source,
        [kind.value for kind in kinds],
        since,
        until,
        with_own,
    )
    return [KnownLine(**row) for row in rows]


async def add_sightings(
    conn: Connection, server_id: ServerId, source: str, seen: Sequence[tuple[int, datetime]]
) -> None:
    """Remember that a source has shown lines that are in the log, by number and instant."""
    await conn.execute(
        """
        INSERT INTO feed_sightings (server_id, source, seq, occurred_at)
        SELECT $1, $2, seen.seq, seen.at FROM unnest($3::bigint[], $4::timestamptz[]) AS seen (seq, at)
        ON CONFLICT DO NOTHING
        """,
        server_id,
        source,
        [seq for seq, _ in seen],
        [at for _, at in seen],
    )


async def forget_sightings(
    conn: Connection, server_id: ServerId, source: str, *, before: datetime | None
) -> None:
    """Forget what a source will not come to again, or all of it, because it comes to everything again."""
    await conn.execute(
        "DELETE FROM feed_sightings WHERE server_id = $1 AND source = $2 AND ($3::timestamptz IS NULL OR occurred_at < $3)",
        server_id,
        source,
        before,
    )


async def add_recovered(
    conn: Connection, server_id: ServerId, source: str, instants: Sequence[datetime]
) -> None:
    """Count lines of holes that another source left."""
    await conn.execute(
        """
        UPDATE feed_gaps g
        SET recovered = g.recovered + found.lines
        FROM (
            SELECT h.id, count(*)::int AS lines
            FROM feed_gaps h JOIN unnest($3::timestamptz[]) AS line (at) ON line.at BETWEEN h.began_at AND h.ended_at
            WHERE h.server_id = $1 AND h.source <> $2 AND h.recovered_at IS NULL
            GROUP BY h.id
        ) AS found
        WHERE g.id = found.id
        """,
        server_id,
        source,
        list(instants),
    )


async def set_gaps_recovered(
    conn: Connection, server_id: ServerId, source: str, *, since: datetime, until: datetime
) -> None:
    """Close the holes of other sources in a time that this source has shown whole."""
    await conn.execute(
        """
        UPDATE feed_gaps SET recovered_at = now()
        WHERE server_id = $1 AND source <> $2 AND recovered_at IS NULL AND began_at >= $3 AND ended_at < $4
        """,
        server_id,
        source,
        since,
        until,
    )


async def add_late_lines(conn: Connection, gap_id: int, *, lines: int, upto: datetime) -> None:
    """Count lines that came late, on a row that tells of them."""
    await conn.execute(
        "UPDATE feed_gaps SET recovered = recovered + $2, ended_at = greatest(ended_at, $3) WHERE id = $1",
        gap_id,
        lines,
        upto,
    )


async def set_feed_state(
    conn: Connection,
    server_id: ServerId,
    *,
    epoch: int,
    source: str,
    read_at: datetime,
    newest_at: datetime | None,
    problem: str | None,
) -> None:
    """Write down by which source lines come, and how fresh they are, unless another process writes now."""
    await conn.execute(
        """
        INSERT INTO feed_states AS old (server_id, source, since, read_at, newest_at, problem)
        SELECT s.id, $2, $3, $3, $4, $5 FROM servers s WHERE s.id = $1 AND s.feed_epoch = $6
        ON CONFLICT (server_id) DO UPDATE
        SET source = excluded.source, read_at = excluded.read_at, newest_at = excluded.newest_at,
            problem = excluded.problem,
            since = CASE WHEN old.source = excluded.source THEN old.since ELSE excluded.since END
        """,
        server_id,
        source,
        read_at,
        newest_at,
        problem,
        epoch,
    )

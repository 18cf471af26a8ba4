"""Holes in what is known of a game server: from when to when, why, and what came to light later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.db import Connection
from shared.ids import GuildId, ServerId


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedGap:
    """A time whose lines could not be read when they came.

    ``recovered`` lines of it came later by another way; with ``recovered_at`` set, nothing of it is missing any more.
    """

    id: int
    server_id: ServerId
    source: str
    began_at: datetime
    ended_at: datetime
    reason: str
    recorded_at: datetime
    recovered: int
    recovered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapDay:
    """The holes that began on one day (UTC) on one server."""

    server_id: ServerId
    day: datetime
    gaps: int
    open_gaps: int
    missing_seconds: float
    recovered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """By which source a server's lines come, since when, and up to when it is known to have been read."""

    server_id: ServerId
    source: str
    since: datetime
    read_at: datetime
    newest_at: datetime | None
    problem: str | None


async def add_gap(
    conn: Connection,
    server_id: ServerId,
    source: str,
    *,
    began_at: datetime,
    ended_at: datetime,
    reason: str,
    recovered: int = 0,
    is_whole: bool = False,
) -> int:
    """Record a hole, and return its number. One that ``is_whole`` was filled in the same moment: lines came late."""
    number = await conn.fetchval(
        """
        INSERT INTO feed_gaps (server_id, source, began_at, ended_at, reason, recovered, recovered_at)
        VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $7 THEN now() END)
        RETURNING id
        """,
        server_id,
        source,
        began_at,
        ended_at,
        reason,
        recovered,
        is_whole,
    )
    return int(number)


async def list_gaps(
    conn: Connection, server_id: ServerId, *, since: datetime, before: int | None = None, limit: int = 100
) -> list[FeedGap]:
    """Return the holes of a server that ended after an instant, the newest first; ``before`` is for the next page."""
    rows = await conn.fetch(
        """
        SELECT id, server_id, source, began_at, ended_at, reason, recorded_at, recovered, recovered_at
        FROM feed_gaps
        WHERE server_id = $1 AND ended_at >= $2 AND ($3::bigint IS NULL OR id < $3)
        ORDER BY id DESC
        LIMIT $4
        """,
        server_id,
        since,
        before,
        limit,
    )
    return [FeedGap(**row) for row in rows]


async def list_gap_days(conn: Connection, guild_id: GuildId, *, since: datetime) -> list[GapDay]:
    """Return how many holes each server of a community had per day, the newest day first."""
    rows = await conn.fetch(
        """
        SELECT g.server_id, date_trunc('day', g.began_at, 'UTC') AS day,
            count(*)::int AS gaps,
            (count(*) FILTER (WHERE g.recovered_at IS NULL))::int AS open_gaps,
            coalesce(sum(extract(epoch FROM g.ended_at - g.began_at)) FILTER (WHERE g.recovered_at IS NULL), 0)::float8
                AS missing_seconds,
            coalesce(sum(g.recovered), 0)::int AS recovered
        FROM feed_gaps g JOIN servers s ON s.id = g.server_id
        WHERE s.guild_id = $1 AND s.removed_at IS NULL AND g.ended_at >= $2
        GROUP BY g.server_id, day
        ORDER BY day DESC, g.server_id
        """,
        guild_id,
        since,
    )
    return [GapDay(**row) for row in rows]


async def list_settled_gaps(
    conn: Connection, guild_id: GuildId, *, since: datetime, settled_before: datetime
) -> list[FeedGap]:
    """Return the holes of a community that ended after an instant and are filled, or were left alone long enough."""
    rows = await conn.fetch(
        """
        SELECT g.id, g.server_id, g.source, g.began_at, g.ended_at, g.reason, g.recorded_at, g.recovered, g.recovered_at
        FROM feed_gaps g JOIN servers s ON s.id = g.server_id
        WHERE s.guild_id = $1 AND s.removed_at IS NULL AND g.ended_at >= $2
            AND (g.recovered_at IS NOT NULL OR g.recorded_at < $3)
        ORDER BY g.id
        """,
        guild_id,
        since,
        settled_before,
    )
    return [FeedGap(**row) for row in rows]


async def list_feed_states(conn: Connection, guild_id: GuildId) -> list[FeedState]:
    """Return by which source the lines of each server of a community come."""
    rows = await conn.fetch(
        """
        SELECT f.server_id, f.source, f.since, f.read_at, f.newest_at, f.problem
        FROM feed_states f JOIN servers s ON s.id = f.server_id
        WHERE s.guild_id = $1 AND s.removed_at IS NULL
        """,
        guild_id,
    )
    return [FeedState(**row) for row in rows]

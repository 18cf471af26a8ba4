"""What only feeds ask the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.db import Connection
from shared.ids import ServerId
from shared.store.events import FeedCursor


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPlace:
    """Where a source's cursor stands, and since when."""

    cursor: FeedCursor
    moved_at: datetime


async def find_feed_place(conn: Connection, server_id: ServerId, source: str) -> FeedPlace | None:
    """Return where a source's cursor stands, or ``None`` where it was never read."""
    row = await conn.fetchrow(
        "SELECT file_identity, byte_offset, moved_at FROM feed_cursors WHERE server_id = $1 AND source = $2",
        server_id,
        source,
    )
    if row is None:
        return None
    cursor = FeedCursor(file_identity=row["file_identity"], byte_offset=row["byte_offset"])
    return FeedPlace(cursor=cursor, moved_at=row["moved_at"])


async def find_last_stamp(conn: Connection, server_id: ServerId, source: str) -> datetime | None:
    """Return when the newest event of a source happened."""
    found: datetime | None = await conn.fetchval(
        """
        SELECT occurred_at FROM game_events
        WHERE server_id = $1 AND source = $2
        ORDER BY seq DESC
        LIMIT 1
        """,
        server_id,
        source,
    )
    return found

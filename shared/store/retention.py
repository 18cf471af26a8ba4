"""What is done is forgotten after a while, so that queues stay small; the event log, by whole months."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.db import Connection


async def forget_sent_posts(conn: Connection, *, before: datetime) -> int:
    """Remove posts that arrived long ago, but for the newest of each channel, which marks its end."""
    status = await conn.execute(
        """
        DELETE FROM outbox o
        WHERE state = 'sent' AND sent_at < $1
            AND message_id < (
                SELECT max(message_id) FROM outbox n
                WHERE n.channel_id = o.channel_id AND n.bot = o.bot AND n.state = 'sent'
            )
        """,
        before,
    )
    return int(status.split()[-1])


async def forget_settled_commands(conn: Connection, *, before: datetime) -> int:
    """Remove commands for game servers that were settled long ago."""
    status = await conn.execute(
        "DELETE FROM rcon_commands WHERE state NOT IN ('queued', 'sending') AND settled_at < $1", before
    )
    return int(status.split()[-1])


async def forget_player_counts(conn: Connection, *, before: datetime) -> int:
    """Remove old points of the players' curve."""
    status = await conn.execute("DELETE FROM player_counts WHERE at < $1", before)
    return int(status.split()[-1])


async def add_event_months(conn: Connection) -> int:
    """Make the parts of the event log that the coming months need, and return how many were missing."""
    return int(await conn.fetchval("SELECT add_event_months(now() + interval '2 months')"))


async def forget_event_months(conn: Connection, *, before: datetime, given_up_after: timedelta) -> int:
    """Remove the months of the event log that ended long ago, and return how many.

    A month that a reader has not read to its end stays, unless that reader has not moved for ``given_up_after``.
    """
    # readers and writers of other months wait for the moment it takes, and not for longer
    await conn.execute("SET LOCAL lock_timeout = '3s'")
    return int(await conn.fetchval("SELECT drop_event_months($1, $2)", before, given_up_after))

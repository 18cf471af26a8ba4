"""What is done is forgotten after a while, so that queues stay small. Events, points and audit entries are kept."""

from __future__ import annotations

from datetime import datetime

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

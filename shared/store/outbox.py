"""Posts on their way to Discord: decided in one transaction with their cause, sent in order, told from each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.db import Connection
from shared.ids import ChannelId, GuildId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What to say where. With an ``author`` it goes through the channel's webhook under that name."""

    guild_id: GuildId
    bot: str
    channel_id: ChannelId
    dedupe_key: str
    content: str = ""
    author: str | None = None
    embeds: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPost:
    """A post that has not been sent yet."""

    id: int
    author: str | None
    content: str
    embeds: list[dict[str, Any]]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertainBatch:
    """Posts that were being sent when the process ended: they may have arrived or not."""

    batch: int
    posts: list[WaitingPost]
    sending_at: datetime
    last_known: MessageId | None


async def add_post(conn: Connection, post: Post) -> bool:
    """Put a post into the outbox, once: a second one with the same key is not added."""
    status = await conn.execute(
        """
        INSERT INTO outbox (guild_id, bot, channel_id, dedupe_key, author, content, embeds)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (dedupe_key) DO NOTHING
        """,
        post.guild_id,
        post.bot,
        post.channel_id,
        post.dedupe_key,
        post.author,
        post.content,
        [dict(embed) for embed in post.embeds],
    )
    return status == "INSERT 0 1"


async def list_channels(conn: Connection, bot: str) -> list[ChannelId]:
    """Return the channels for which this bot has posts to send."""
    rows = await conn.fetch(
        "SELECT DISTINCT channel_id FROM outbox WHERE bot = $1 AND state IN ('queued', 'sending')", bot
    )
    return [ChannelId(row["channel_id"]) for row in rows]


async def list_waiting(conn: Connection, bot: str, channel_id: ChannelId, *, limit: int) -> list[WaitingPost]:
    """Return the oldest queued posts of a channel."""
    rows = await conn.fetch(
        """
        SELECT id, author, content, embeds, created_at
        FROM outbox
        WHERE bot = $1 AND channel_id = $2 AND state = 'queued'
        ORDER BY id
        LIMIT $3
        """,
        bot,
        channel_id,
        limit,
    )
    return [WaitingPost(**row) for row in rows]


async def set_sending(conn: Connection, ids: Sequence[int]) -> int:
    """Mark posts as one message about to be sent, and return the batch's number."""
    batch = await conn.fetchval("SELECT nextval('outbox_batches')")
    await conn.execute(
        "UPDATE outbox SET state = 'sending', batch = $2, sending_at = now() WHERE id = ANY ($1)",
        list(ids),
        batch,
    )
    return int(batch)


async def set_sent(conn: Connection, batch: int, message_id: MessageId) -> None:
    """Mark a batch as arrived, as this message."""
    await conn.execute(
        "UPDATE outbox SET state = 'sent', sent_at = now(), message_id = $2, failure = NULL WHERE batch = $1",
        batch,
        message_id,
    )


async def set_queued(conn: Connection, batch: int, failure: str) -> None:
    """Put a batch back: it is certain that it did not arrive."""
    await conn.execute(
        "UPDATE outbox SET state = 'queued', batch = NULL, failure = $2 WHERE batch = $1 AND state = 'sending'",
        batch,
        failure,
    )


async def set_parked(conn: Connection, batch: int, failure: str) -> None:
    """Give a batch up that Discord will never accept; it stays on record."""
    await conn.execute(
        "UPDATE outbox SET state = 'parked', failure = $2 WHERE batch = $1 AND state = 'sending'",
        batch,
        failure,
    )


async def find_uncertain(conn: Connection, bot: str, channel_id: ChannelId) -> UncertainBatch | None:
    """Return the batch that was in flight when the last process ended, if any."""
    rows = await conn.fetch(
        """
        SELECT id, author, content, embeds, created_at, batch, sending_at
        FROM outbox
        WHERE bot = $1 AND channel_id = $2 AND state = 'sending'
        ORDER BY id
        """,
        bot,
        channel_id,
    )
    if not rows:
        return None
    last = await conn.fetchval(
        "SELECT max(message_id) FROM outbox WHERE channel_id = $1 AND bot = $2 AND state = 'sent'",
        channel_id,
        bot,
    )
    posts = [
        WaitingPost(
            id=row["id"],
            author=row["author"],
            content=row["content"],
            embeds=row["embeds"],
            created_at=row["created_at"],
        )
        for row in rows
    ]
    return UncertainBatch(
        batch=rows[0]["batch"],
        posts=posts,
        sending_at=rows[0]["sending_at"],
        last_known=None if last is None else MessageId(last),
    )

"""Messages, what they said before, and files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bots.tickets.domain import Role
from bots.tickets.keeping.domain import Copy, Heard, HeardFile, KeptFile, KeptMessage
from shared.db import Connection
from shared.ids import MemberId, MessageId, TicketId


async def add_message(conn: Connection, ticket_id: TicketId, heard: Heard) -> bool:
    """Keep a message; ``False`` when it is kept already."""
    status = await conn.execute(
        """
        INSERT INTO tickets.messages
            (message_id, ticket_id, author_id, author_name, content, reply_to, sent_at, edited_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (message_id) DO NOTHING
        """,
        heard.message_id,
        ticket_id,
        heard.author_id,
        heard.author_name,
        heard.content,
        heard.reply_to,
        heard.sent_at,
        heard.edited_at,
    )
    return status == "INSERT 0 1"


async def add_version(conn: Connection, heard: Heard) -> None:
    """Keep what a message said until now, if it says something else and the news is not older than what is known."""
    await conn.execute(
        """
        INSERT INTO tickets.message_versions (message_id, number, content, replaced_at)
        SELECT m.message_id, (SELECT count(*) FROM tickets.message_versions v WHERE v.message_id = $1), m.content, $3
        FROM tickets.messages m
        WHERE m.message_id = $1 AND m.content <> $2 AND (m.edited_at IS NULL OR m.edited_at < $3)
        """,
        heard.message_id,
        heard.content,
        heard.edited_at,
    )


async def set_content(conn: Connection, heard: Heard) -> None:
    """Take over what a message says now, if that is not older than what is known."""
    await conn.execute(
        """
        UPDATE tickets.messages SET content = $2, edited_at = $3
        WHERE message_id = $1 AND (edited_at IS NULL OR edited_at < $3)
        """,
        heard.message_id,
        heard.content,
        heard.edited_at,
    )


async def set_deleted(conn: Connection, ids: Sequence[MessageId], now: datetime) -> None:
    """Mark messages as deleted in Discord; they stay on record."""
    await conn.execute(
        "UPDATE tickets.messages SET deleted_at = $2 WHERE message_id = ANY ($1) AND deleted_at IS NULL",
        list(ids),
        now,
    )


async def set_missing_deleted(
    conn: Connection,
    ticket_id: TicketId,
    *,
    after: MessageId,
    upto: MessageId,
    seen: Sequence[MessageId],
    now: datetime,
) -> None:
    """Mark as deleted what is kept of a part of a thread and is no longer in it."""
    await conn.execute(
        """
        UPDATE tickets.messages SET deleted_at = $5
        WHERE ticket_id = $1 AND message_id > $2 AND message_id <= $3 AND message_id <> ALL ($4)
            AND deleted_at IS NULL
        """,
        ticket_id,
        after,
        upto,
        list(seen),
        now,
    )


async def set_heard_upto(conn: Connection, ticket_id: TicketId, message_id: MessageId) -> bool:
    """Move the mark of who spoke last; ``False`` for a message from before it."""
    status = await conn.execute(
        "UPDATE tickets.tickets SET heard_upto = $2 WHERE id = $1 AND heard_upto < $2", ticket_id, message_id
    )
    return status == "UPDATE 1"


async def get_read_upto(conn: Connection, ticket_id: TicketId) -> MessageId:
    """Return up to which message a thread has been read without a hole."""
    found = await conn.fetchval("SELECT read_upto FROM tickets.tickets WHERE id = $1", ticket_id)
    return MessageId(found)


async def set_read_upto(conn: Connection, ticket_id: TicketId, message_id: MessageId) -> None:
    """Note up to which message a thread has been read without a hole."""
    await conn.execute(
        "UPDATE tickets.tickets SET read_upto = greatest(read_upto, $2) WHERE id = $1", ticket_id, message_id
    )


async def find_role(conn: Connection, ticket_id: TicketId, member_id: MemberId) -> Role | None:
    """Return as what somebody is in a ticket."""
    found = await conn.fetchval(
        "SELECT role FROM tickets.people WHERE ticket_id = $1 AND member_id = $2", ticket_id, member_id
    )
    return None if found is None else Role(found)


async def list_messages(conn: Connection, ticket_id: TicketId) -> list[KeptMessage]:
    """Return what was said in a ticket, in order."""
    rows = await conn.fetch(
        """
        SELECT m.message_id, m.author_id, m.author_name, m.content, m.reply_to, m.sent_at, m.edited_at,
            m.deleted_at,
            ARRAY(
                SELECT v.content FROM tickets.message_versions v
                WHERE v.message_id = m.message_id ORDER BY v.number
            ) AS earlier
        FROM tickets.messages m
        WHERE m.ticket_id = $1
        ORDER BY m.message_id
        """,
        ticket_id,
    )
    return [KeptMessage(**{**row, "earlier": tuple(row["earlier"])}) for row in rows]


async def add_file(
    conn: Connection,
    ticket_id: TicketId,
    message_id: MessageId,
    file: HeardFile,
    *,
    state: Copy,
    problem: str,
) -> None:
    """Note a file that came with a message."""
    await conn.execute(
        """
        INSERT INTO tickets.attachments
            (attachment_id, message_id, ticket_id, name, content_type, size_bytes, state, problem)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (attachment_id) DO NOTHING
        """,
        file.id,
        message_id,
        ticket_id,
        file.name,
        file.content_type,
        file.size_bytes,
        state,
        problem,
    )


async def set_kept(conn: Connection, file_id: int, sha256: str) -> None:
    """Note that a file is copied, and under which hash."""
    await conn.execute(
        "UPDATE tickets.attachments SET state = 'kept', sha256 = $2, problem = '' WHERE attachment_id = $1",
        file_id,
        sha256,
    )


async def set_problem(conn: Connection, file_id: int, state: Copy, problem: str) -> None:
    """Note why a file is not copied, or not yet."""
    await conn.execute(
        "UPDATE tickets.attachments SET state = $2, problem = $3 WHERE attachment_id = $1 AND state = 'pending'",
        file_id,
        state,
        problem,
    )


async def list_files(conn: Connection, ticket_id: TicketId) -> list[KeptFile]:
    """Return the files that came with a ticket's messages, in order."""
    rows = await conn.fetch(
        """
        SELECT attachment_id AS id, message_id, ticket_id, name, content_type, size_bytes, state, sha256, problem
        FROM tickets.attachments
        WHERE ticket_id = $1
        ORDER BY attachment_id
        """,
        ticket_id,
    )
    return [KeptFile(**{**row, "state": Copy(row["state"])}) for row in rows]

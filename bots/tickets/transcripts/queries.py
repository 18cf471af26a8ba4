"""Where transcripts went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bots.tickets.transcripts.domain import Target
from shared.db import Connection
from shared.ids import MessageId, TicketId


class Progress(StrEnum):
    """How far a transcript has come."""

    WAITING = "waiting"
    """There is nowhere to send it yet."""
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    """Who it is for does not take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A transcript on its way."""

    state: Progress
    sending_at: datetime | None
    problem: str


async def find_delivery(
    conn: Connection, ticket_id: TicketId, closing: int, target: Target
) -> Delivery | None:
    """Return how far a transcript has come."""
    row = await conn.fetchrow(
        """
        SELECT state, sending_at, problem FROM tickets.deliveries
        WHERE ticket_id = $1 AND closing = $2 AND target = $3
        """,
        ticket_id,
        closing,
        target,
    )
    return None if row is None else Delivery(**{**row, "state": Progress(row["state"])})


async def set_delivery(
    conn: Connection,
    ticket_id: TicketId,
    closing: int,
    target: Target,
    state: Progress,
    *,
    sending_at: datetime | None = None,
    message_id: MessageId | None = None,
    problem: str = "",
) -> None:
    """Note how far a transcript has come."""
    await conn.execute(
        """
        INSERT INTO tickets.deliveries AS old (ticket_id, closing, target, state, sending_at, message_id, problem)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (ticket_id, closing, target) DO UPDATE
        SET state = excluded.state, sending_at = coalesce(excluded.sending_at, old.sending_at),
            message_id = excluded.message_id, problem = excluded.problem
        """,
        ticket_id,
        closing,
        target,
        state,
        sending_at,
        message_id,
        problem,
    )


async def list_waiting(conn: Connection) -> list[TicketId]:
    """Return the closed tickets whose last transcript has had nowhere to go."""
    rows = await conn.fetch(
        """
        SELECT DISTINCT t.id
        FROM tickets.deliveries d JOIN tickets.tickets t ON t.id = d.ticket_id AND t.closings = d.closing
        WHERE d.state = 'waiting' AND t.state = 'closed'
        ORDER BY t.id
        """
    )
    return [TicketId(row["id"]) for row in rows]

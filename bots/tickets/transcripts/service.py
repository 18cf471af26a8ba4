"""Loads what a transcript is made of, and notes where it went."""

from __future__ import annotations

from bots.tickets.domain import Ticket
from bots.tickets.keeping.files import FileStore
from bots.tickets.keeping.queries import list_files, list_messages
from bots.tickets.transcripts.domain import Target, Transcript, may_inline, transcript_of
from bots.tickets.transcripts.queries import (
    Delivery,
    Progress,
    find_delivery,
    list_waiting,
    set_delivery,
)
from shared.clock import Clock
from shared.db import Database
from shared.ids import MessageId, TicketId


class TranscriptService:
    """The record, as a file."""

    def __init__(self, db: Database, clock: Clock, files: FileStore) -> None:
        self._db = db
        self._clock = clock
        self._files = files

    async def load(self, ticket: Ticket, target: Target) -> Transcript:
        """Return a ticket's transcript for staff, or for who opened it."""
        async with self._db.connection() as conn:
            messages = await list_messages(conn, ticket.id)
            files = await list_files(conn, ticket.id)
        contents: dict[int, bytes] = {}
        for file in may_inline(files):
            content = await self._files.load(file.sha256 or "")
            if content is not None:
                contents[file.id] = content
        return transcript_of(ticket, messages, files, contents, target)

    async def find(self, ticket: Ticket, target: Target) -> Delivery | None:
        """Return how far the transcript of a ticket's last closing has come."""
        async with self._db.connection() as conn:
            return await find_delivery(conn, ticket.id, ticket.closings, target)

    async def sending(self, ticket: Ticket, target: Target) -> None:
        """Note that a transcript is about to be sent: from here on it may have arrived."""
        async with self._db.transaction() as conn:
            await set_delivery(
                conn, ticket.id, ticket.closings, target, Progress.SENDING, sending_at=self._clock.now()
            )

    async def sent(self, ticket: Ticket, target: Target, message_id: MessageId) -> None:
        """Note that a transcript arrived."""
        async with self._db.transaction() as conn:
            await set_delivery(conn, ticket.id, ticket.closings, target, Progress.SENT, message_id=message_id)

    async def held(self, ticket: Ticket, target: Target, state: Progress, problem: str) -> None:
        """Note that a transcript waits, or was refused, and why."""
        async with self._db.transaction() as conn:
            await set_delivery(conn, ticket.id, ticket.closings, target, state, problem=problem)

    async def waiting(self) -> list[TicketId]:
        """Return the tickets whose transcripts have had nowhere to go."""
        async with self._db.connection() as conn:
            return await list_waiting(conn)

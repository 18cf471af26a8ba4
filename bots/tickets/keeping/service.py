"""Puts what is said in tickets on record, each message once, whatever comes live, late or twice."""

from __future__ import annotations

from collections.abc import Sequence

from bots.tickets import domain
from bots.tickets.keeping.domain import TICKET_BYTES, Copy, Heard, HeardFile, KeptFile, fits
from bots.tickets.keeping.queries import (
    add_file,
    add_message,
    add_version,
    find_role,
    get_read_upto,
    list_files,
    set_content,
    set_deleted,
    set_heard_upto,
    set_kept,
    set_missing_deleted,
    set_problem,
    set_read_upto,
)
from bots.tickets.queries import lock_ticket, set_ticket
from shared.clock import Clock
from shared.db import Connection, Database
from shared.ids import MessageId, TicketId


class KeepingService:
    """The record of a ticket's thread."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def take(self, ticket_id: TicketId, heard: Heard) -> tuple[HeardFile, ...]:
        """Keep a message as it is now, and return those of its files that are still to be copied."""
        async with self._db.transaction() as conn:
            ticket = await lock_ticket(conn, ticket_id)
            if await add_message(conn, ticket_id, heard):
                if heard.by_person and await set_heard_upto(conn, ticket_id, heard.message_id):
                    role = await find_role(conn, ticket_id, heard.author_id)
                    await set_ticket(conn, domain.heard(ticket, role, heard.sent_at))
            elif heard.edited_at is not None:
                await add_version(conn, heard)
                await set_content(conn, heard)
            return await self._wanted(conn, ticket_id, heard)

    async def deleted(self, ids: Sequence[MessageId]) -> None:
        """Mark messages as deleted."""
        async with self._db.transaction() as conn:
            await set_deleted(conn, ids, self._clock.now())

    async def read_upto(self, ticket_id: TicketId) -> MessageId:
        """Return up to which message a thread has been read without a hole."""
        async with self._db.connection() as conn:
            return await get_read_upto(conn, ticket_id)

    async def has_read(
        self,
        ticket_id: TicketId,
        *,
        after: MessageId,
        upto: MessageId,
        seen: Sequence[MessageId],
        is_complete: bool,
    ) -> None:
        """Note that a part of a thread was read; what is kept of it and was not seen is deleted.

        Where files are still to be copied it is not complete, and read once more.
        """
        async with self._db.transaction() as conn:
            await set_missing_deleted(
                conn, ticket_id, after=after, upto=upto, seen=seen, now=self._clock.now()
            )
            if is_complete:
                await set_read_upto(conn, ticket_id, upto)

    async def kept(self, file: HeardFile, sha256: str) -> None:
        """Note that a file is copied."""
        async with self._db.transaction() as conn:
            await set_kept(conn, file.id, sha256)

    async def refused(self, file: HeardFile, problem: str) -> None:
        """Note that a file will never be copied, and why."""
        async with self._db.transaction() as conn:
            await set_problem(conn, file.id, Copy.REFUSED, problem)

    async def delayed(self, file: HeardFile, problem: str) -> None:
        """Note that a file is not copied yet, and why."""
        async with self._db.transaction() as conn:
            await set_problem(conn, file.id, Copy.PENDING, problem)

    async def has_pending(self, ticket_id: TicketId) -> bool:
        """Tell whether files are still to be copied."""
        async with self._db.connection() as conn:
            return any(file.state is Copy.PENDING for file in await list_files(conn, ticket_id))

    async def _wanted(self, conn: Connection, ticket_id: TicketId, heard: Heard) -> tuple[HeardFile, ...]:
        if not heard.files:
            return ()
        known: dict[int, KeptFile] = {file.id: file for file in await list_files(conn, ticket_id)}
        for file in heard.files:
            if file.id in known:
                continue
            has_room = fits(file.size_bytes, list(known.values()))
            state = Copy.PENDING if has_room else Copy.REFUSED
            problem = "" if has_room else f"over the ticket's {TICKET_BYTES >> 20} MiB"
            await add_file(conn, ticket_id, heard.message_id, file, state=state, problem=problem)
            known = {one.id: one for one in await list_files(conn, ticket_id)}
        return tuple(file for file in heard.files if known[file.id].state is Copy.PENDING)

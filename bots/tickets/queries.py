"""Tickets and who is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import asyncpg

from bots.tickets.domain import Claim, Closing, Court, Form, Kind, Role, State, Ticket
from shared.db import Connection
from shared.errors import NotFoundError
from shared.ids import ChannelId, GuildId, MemberId, TicketId


class Presence(StrEnum):
    """Whether somebody is in a ticket's thread."""

    TO_ADD = "to_add"
    IN = "in"
    REFUSED = "refused"
    TO_REMOVE = "to_remove"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in a ticket."""

    member_id: MemberId
    role: Role
    state: Presence


async def lock_counter(conn: Connection, guild_id: GuildId) -> None:
    """Make opening in a guild one after the other until the transaction ends."""
    await conn.execute(
        """
        INSERT INTO tickets.counters AS old (guild_id) VALUES ($1)
        ON CONFLICT (guild_id) DO UPDATE SET last_number = old.last_number
        """,
        guild_id,
    )


async def next_number(conn: Connection, guild_id: GuildId) -> int:
    """Return the next number of a guild; a transaction that fails gives it back."""
    found = await conn.fetchval(
        "UPDATE tickets.counters SET last_number = last_number + 1 WHERE guild_id = $1 RETURNING last_number",
        guild_id,
    )
    return int(found)


async def add_ticket(
    conn: Connection,
    *,
    guild_id: GuildId,
    number: int,
    form_key: int,
    kind: Kind,
    opener_id: MemberId,
    opener_name: str,
    form: Form,
    now: datetime,
) -> TicketId:
    """Put a ticket on record, and return its id."""
    found = await conn.fetchval(
        """
        INSERT INTO tickets.tickets (
            guild_id, number, form_key, kind, opener_id, opener_name, subject, server_name, happened, body,
            opened_at, state, waits_on, waits_since, version
        )
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'opening', 'staff', $11, 1)
        RETURNING id
        """,
        guild_id,
        number,
        form_key,
        kind,
        opener_id,
        opener_name,
        form.subject,
        form.server_name,
        form.happened,
        form.text,
        now,
    )
    return TicketId(found)


async def list_tickets(
    conn: Connection,
    *,
    ids: Sequence[TicketId] | None = None,
    guild_id: GuildId | None = None,
    number: int | None = None,
    form_key: int | None = None,
    opener_id: MemberId | None = None,
    only_open: bool = False,
    limit: int = 100,
) -> list[Ticket]:
    """Return the tickets that fit all that is given: open ones first, who waits longest before the others."""
    rows = await conn.fetch(
        """
        SELECT id, guild_id, number, kind, opener_id, opener_name, subject, server_name, happened, body, state,
            waits_on, waits_since, claimed_by, claimed_name, closed_at, closed_name, close_reason, closings,
            put_away, opened_at, thread_id, rating, version, shown_version
        FROM tickets.tickets
        WHERE ($1::bigint[] IS NULL OR id = ANY ($1)) AND ($2::bigint IS NULL OR guild_id = $2)
            AND ($3::int IS NULL OR number = $3) AND ($4::bigint IS NULL OR form_key = $4)
            AND ($5::bigint IS NULL OR opener_id = $5) AND (state <> 'closed' OR NOT $6)
        ORDER BY state = 'closed', CASE WHEN state <> 'closed' THEN waits_since END, closed_at DESC, id
        LIMIT $7
        """,
        ids,
        guild_id,
        number,
        form_key,
        opener_id,
        only_open,
        limit,
    )
    return [_ticket(row) for row in rows]


async def get_ticket(conn: Connection, ticket_id: TicketId) -> Ticket:
    """Return a ticket.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    found = await list_tickets(conn, ids=[ticket_id])
    if not found:
        raise NotFoundError("This ticket is no longer on record.")
    return found[0]


async def lock_ticket(conn: Connection, ticket_id: TicketId) -> Ticket:
    """Return a ticket and hold it until the transaction ends.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    await conn.execute("SELECT id FROM tickets.tickets WHERE id = $1 FOR UPDATE", ticket_id)
    return await get_ticket(conn, ticket_id)


async def find_ticket_id(conn: Connection, thread_id: ChannelId) -> TicketId | None:
    """Return the ticket of a thread."""
    found = await conn.fetchval("SELECT id FROM tickets.tickets WHERE thread_id = $1", thread_id)
    return None if found is None else TicketId(found)


async def set_ticket(conn: Connection, ticket: Ticket) -> None:
    """Store what can change of a ticket, but not what Discord shows of it."""
    claim, closing = ticket.claim, ticket.closing
    await conn.execute(
        """
        UPDATE tickets.tickets
        SET state = $2, waits_on = $3, waits_since = $4, claimed_by = $5, claimed_name = $6, closed_at = $7,
            closed_name = $8, close_reason = $9, closings = $10, thread_id = $11, rating = $12, version = $13
        WHERE id = $1
        """,
        ticket.id,
        ticket.state,
        ticket.waits_on,
        ticket.waits_since,
        claim.member_id if claim else None,
        claim.name if claim else None,
        closing.at if closing else None,
        closing.name if closing else None,
        closing.reason if closing else None,
        ticket.closings,
        ticket.thread_id,
        ticket.rating,
        ticket.version,
    )


async def set_shown(conn: Connection, ticket_id: TicketId, version: int) -> None:
    """Remember up to which version Discord shows a ticket."""
    await conn.execute("UPDATE tickets.tickets SET shown_version = $2 WHERE id = $1", ticket_id, version)


async def set_put_away(conn: Connection, ticket_id: TicketId, closing: int) -> None:
    """Remember that a ticket's thread was put away after this closing."""
    await conn.execute("UPDATE tickets.tickets SET put_away = $2 WHERE id = $1", ticket_id, closing)


async def set_behind(conn: Connection, ticket_id: TicketId) -> None:
    """Have Discord's side of a ticket looked after once more."""
    await conn.execute("UPDATE tickets.tickets SET version = version + 1 WHERE id = $1", ticket_id)


async def set_thread_asked(conn: Connection, ticket_id: TicketId, now: datetime) -> bool:
    """Note that Discord is about to be asked for a thread, and tell whether it was asked before."""
    row = await conn.fetchrow(
        """
        UPDATE tickets.tickets t
        SET thread_asked_at = $2
        FROM (SELECT id, thread_asked_at FROM tickets.tickets WHERE id = $1 FOR UPDATE) old
        WHERE t.id = old.id
        RETURNING old.thread_asked_at
        """,
        ticket_id,
        now,
    )
    return row is not None and row["thread_asked_at"] is not None


async def list_behind(conn: Connection) -> list[TicketId]:
    """Return the tickets of which Discord does not show the latest."""
    rows = await conn.fetch("SELECT id FROM tickets.tickets WHERE version > shown_version ORDER BY id")
    return [TicketId(row["id"]) for row in rows]


async def list_with_threads(conn: Connection) -> list[tuple[TicketId, ChannelId]]:
    """Return the open tickets that have a thread, and the thread."""
    rows = await conn.fetch(
        "SELECT id, thread_id FROM tickets.tickets WHERE state <> 'closed' AND thread_id IS NOT NULL ORDER BY id"
    )
    return [(TicketId(row["id"]), ChannelId(row["thread_id"])) for row in rows]


async def add_person(conn: Connection, ticket_id: TicketId, member_id: MemberId, role: Role) -> None:
    """Have somebody brought into a ticket's thread; who opened it stays its opener, whatever else they are."""
    await conn.execute(
        """
        INSERT INTO tickets.people AS old (ticket_id, member_id, role, state) VALUES ($1, $2, $3, 'to_add')
        ON CONFLICT (ticket_id, member_id) DO UPDATE
        SET state = 'to_add', role = CASE old.role WHEN 'opener' THEN 'opener' ELSE excluded.role END
        """,
        ticket_id,
        member_id,
        role,
    )


async def set_everybody_to_add(conn: Connection, ticket_id: TicketId) -> None:
    """Have everybody brought in again, into a new thread."""
    await conn.execute(
        "UPDATE tickets.people SET state = 'to_add' WHERE ticket_id = $1 AND state IN ('in', 'refused')",
        ticket_id,
    )


async def set_presence(
    conn: Connection, ticket_id: TicketId, member_id: MemberId, state: Presence, *, was: Presence
) -> bool:
    """Change whether somebody is in a thread, if it is still as thought."""
    status = await conn.execute(
        "UPDATE tickets.people SET state = $3 WHERE ticket_id = $1 AND member_id = $2 AND state = $4",
        ticket_id,
        member_id,
        state,
        was,
    )
    return status == "UPDATE 1"


async def list_people(conn: Connection, ticket_id: TicketId) -> list[Person]:
    """Return who is, was, or is about to be in a ticket."""
    rows = await conn.fetch(
        "SELECT member_id, role, state FROM tickets.people WHERE ticket_id = $1 ORDER BY member_id", ticket_id
    )
    return [
        Person(member_id=MemberId(row["member_id"]), role=Role(row["role"]), state=Presence(row["state"]))
        for row in rows
    ]


def _ticket(row: asyncpg.Record) -> Ticket:
    claim, closing = None, None
    if row["claimed_by"] is not None:
        claim = Claim(member_id=MemberId(row["claimed_by"]), name=row["claimed_name"])
    if row["closed_at"] is not None:
        closing = Closing(at=row["closed_at"], name=row["closed_name"], reason=row["close_reason"])
    form = Form(
        subject=row["subject"],
        server_name=row["server_name"],
        happened=row["happened"],
        text=row["body"],
    )
    return Ticket(
        id=TicketId(row["id"]),
        guild_id=GuildId(row["guild_id"]),
        number=row["number"],
        kind=Kind(row["kind"]),
        opener_id=MemberId(row["opener_id"]),
        opener_name=row["opener_name"],
        form=form,
        state=State(row["state"]),
        waits_on=Court(row["waits_on"]),
        waits_since=row["waits_since"],
        claim=claim,
        closing=closing,
        closings=row["closings"],
        put_away=row["put_away"],
        opened_at=row["opened_at"],
        thread_id=row["thread_id"],
        rating=row["rating"],
        version=row["version"],
        shown_version=row["shown_version"],
    )

"""What members and staff do with tickets. Each use case is one transaction that puts it on record."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bots.tickets import domain
from bots.tickets.domain import SHORT_LIMIT, SUBJECT_LIMIT, TEXT_LIMIT, Form, Kind, Role, Ticket
from bots.tickets.queries import (
    Presence,
    add_person,
    add_ticket,
    find_ticket_id,
    get_ticket,
    list_people,
    list_tickets,
    lock_counter,
    lock_ticket,
    next_number,
    set_behind,
    set_presence,
    set_ticket,
)
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.permissions import Actor, Level, require
from shared.errors import InvalidInputError, NotFoundError
from shared.ids import ChannelId, GuildId, MemberId, TicketId
from shared.store.audit import AuditEntry, add_audit
from shared.store.servers import GameServer, Purpose, find_community, find_route, list_servers

# A list that people page through, and what Discord offers while somebody types.
_LISTED, _CHOICES = 200, 25


class Which(StrEnum):
    """Which tickets staff want listed."""

    OPEN = "open"
    MINE = "mine"
    UNCLAIMED = "unclaimed"
    WAITING = "waiting"
    ALL = "all"


class TicketService:
    """Tickets, as people use them."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def servers(self, guild_id: GuildId) -> list[GameServer]:
        """Return the servers a ticket may be about."""
        async with self._db.connection() as conn:
            return await list_servers(conn, guild_id)

    async def open(self, actor: Actor, kind: Kind, form: Form, *, form_key: int) -> Ticket:
        """Put a ticket on record; a form that is sent in twice gives the same ticket.

        Raises
        ------
        InvalidInputError
            When the member has a ticket of this kind, or too many, or the form cannot be used.
        NotFoundError
            When the community has no channel for tickets.
        """
        checked = _checked(form)
        async with self._db.transaction() as conn:
            await lock_counter(conn, actor.guild_id)
            if known := await list_tickets(conn, guild_id=actor.guild_id, form_key=form_key):
                return known[0]
            if await find_route(conn, actor.guild_id, Purpose.TICKETS) is None:
                raise NotFoundError("No channel for tickets is set up. Ask the owner to run /setup channel.")
            own = await list_tickets(conn, guild_id=actor.guild_id, opener_id=actor.member_id)
            domain.check_may_open(own, kind, self._clock.now())
            ticket_id = await add_ticket(
                conn,
                guild_id=actor.guild_id,
                number=await next_number(conn, actor.guild_id),
                form_key=form_key,
                kind=kind,
                opener_id=actor.member_id,
                opener_name=actor.name,
                form=checked,
                now=self._clock.now(),
            )
            await add_person(conn, ticket_id, actor.member_id, Role.OPENER)
            ticket = await get_ticket(conn, ticket_id)
            await self._audit(conn, actor, ticket, "open", arguments={"kind": kind.value})
        return ticket

    async def claim(self, actor: Actor, ticket_id: TicketId) -> Ticket:
        """Give a ticket to the member of staff who asks."""
        async with self._db.transaction() as conn:
            before = await self._lock(conn, actor, ticket_id)
            ticket = domain.claim(before, actor)
            await set_ticket(conn, ticket)
            await add_person(conn, ticket_id, actor.member_id, Role.STAFF)
            was = {"from": before.claim.name} if before.claim is not None else {}
            await self._audit(conn, actor, ticket, "claim", arguments=was)
        return ticket

    async def close(self, actor: Actor, ticket_id: TicketId, reason: str) -> Ticket:
        """Close a ticket; what is to be done in Discord then follows from its row."""
        async with self._db.transaction() as conn:
            before = await self._lock(conn, actor, ticket_id)
            ticket = domain.close(before, actor, reason, self._clock.now())
            await set_ticket(conn, ticket)
            await self._audit(conn, actor, ticket, "close", reason=reason)
        return ticket

    async def reopen(self, actor: Actor, ticket_id: TicketId) -> Ticket:
        """Open a closed ticket again."""
        async with self._db.transaction() as conn:
            await lock_counter(conn, actor.guild_id)
            before = await self._lock(conn, actor, ticket_id)
            others = await list_tickets(
                conn, guild_id=before.guild_id, opener_id=before.opener_id, only_open=True
            )
            ticket = domain.reopen(before, actor, others, self._clock.now())
            await set_ticket(conn, ticket)
            await self._audit(conn, actor, ticket, "reopen")
        return ticket

    async def add(self, actor: Actor, ticket_id: TicketId, member: Actor, *, is_bot: bool) -> Ticket:
        """Bring somebody into a ticket."""
        async with self._db.transaction() as conn:
            ticket = await self._lock(conn, actor, ticket_id)
            domain.check_may_add(ticket, actor, member.member_id, is_bot=is_bot)
            role = Role.STAFF if member.level >= Level.STAFF else Role.PLAYER
            await add_person(conn, ticket_id, member.member_id, role)
            await set_behind(conn, ticket_id)
            await self._audit(conn, actor, ticket, "add", arguments=_named(member.member_id, member.name))
        return ticket

    async def remove(self, actor: Actor, ticket_id: TicketId, member_id: MemberId, name: str) -> Ticket:
        """Take somebody out of a ticket."""
        async with self._db.transaction() as conn:
            ticket = await self._lock(conn, actor, ticket_id)
            domain.check_may_remove(ticket, actor, member_id)
            states = {one.member_id: one.state for one in await list_people(conn, ticket_id)}
            state = states.get(member_id)
            if state is None:
                # brought in by hand: Discord is told all the same
                await add_person(conn, ticket_id, member_id, Role.PLAYER)
            await set_presence(conn, ticket_id, member_id, Presence.TO_REMOVE, was=state or Presence.TO_ADD)
            await set_behind(conn, ticket_id)
            await self._audit(conn, actor, ticket, "remove", arguments=_named(member_id, name))
        return ticket

    async def is_refused(self, ticket_id: TicketId, member_id: MemberId) -> bool:
        """Tell whether Discord would not let somebody into a ticket."""
        async with self._db.connection() as conn:
            people = await list_people(conn, ticket_id)
        return any(one.member_id == member_id and one.state is Presence.REFUSED for one in people)

    async def rate(self, member_id: MemberId, ticket_id: TicketId, stars: int) -> Ticket:
        """Note what the opener of a closed ticket thinks of the help."""
        async with self._db.transaction() as conn:
            ticket = domain.rate(await lock_ticket(conn, ticket_id), member_id, stars)
            if await find_community(conn, ticket.guild_id) is None:
                raise NotFoundError("This ticket's community is no longer served.")
            await set_ticket(conn, ticket)
        return ticket

    async def get(self, actor: Actor, ticket_id: TicketId) -> Ticket:
        """Return a ticket of the actor's guild."""
        async with self._db.connection() as conn:
            return _here(await get_ticket(conn, ticket_id), actor)

    async def find(self, actor: Actor, number: int | None, thread_id: ChannelId) -> Ticket:
        """Return the ticket with this number; without one, that of the thread somebody is in.

        Raises
        ------
        NotFoundError
            When there is none, or none that the person may know of.
        """
        async with self._db.connection() as conn:
            if number is not None:
                found = await list_tickets(conn, guild_id=actor.guild_id, number=number)
            else:
                ticket_id = await find_ticket_id(conn, thread_id)
                ids = [] if ticket_id is None else [ticket_id]
                found = await list_tickets(conn, ids=ids, guild_id=actor.guild_id)
        if not found or (actor.level < Level.STAFF and found[0].opener_id != actor.member_id):
            if number is None:
                raise NotFoundError("This is not a ticket's thread. Give the ticket's number.")
            raise NotFoundError(f"There is no ticket #{number} that you take part in.")
        return found[0]

    async def listed(self, actor: Actor, which: Which) -> list[Ticket]:
        """Return tickets for staff; for everybody else, their own.

        Raises
        ------
        ForbiddenError
            For members who ask for what only staff have.
        """
        if which in {Which.MINE, Which.UNCLAIMED, Which.WAITING}:
            require(actor, Level.STAFF)
        own = None if actor.level >= Level.STAFF else actor.member_id
        async with self._db.connection() as conn:
            found = await list_tickets(
                conn, guild_id=actor.guild_id, opener_id=own, only_open=which is not Which.ALL, limit=_LISTED
            )
        return [ticket for ticket in found if _fits(ticket, which, actor)]

    async def suggest(self, actor: Actor, typed: str, *, only_open: bool) -> list[Ticket]:
        """Return the tickets whose number or subject somebody may be typing."""
        wanted = typed.strip().lstrip("#").casefold()
        found = await self.listed(actor, Which.OPEN if only_open else Which.ALL)
        fitting = [
            one
            for one in found
            if str(one.number).startswith(wanted) or wanted in one.form.subject.casefold()
        ]
        return fitting[:_CHOICES]

    async def _lock(self, conn: Connection, actor: Actor, ticket_id: TicketId) -> Ticket:
        return _here(await lock_ticket(conn, ticket_id), actor)

    async def _audit(
        self,
        conn: Connection,
        actor: Actor,
        ticket: Ticket,
        step: str,
        *,
        reason: str = "",
        arguments: Mapping[str, str] | None = None,
    ) -> None:
        entry = AuditEntry(
            guild_id=ticket.guild_id,
            at=self._clock.now(),
            actor_id=actor.member_id,
            actor_name=actor.name,
            action=f"ticket.{step}",
            target=f"#{ticket.number}",
            reason=reason,
            arguments=arguments or {},
            result=ticket.state.value,
            reference=actor.reference,
        )
        await add_audit(conn, entry)


def _here(ticket: Ticket, actor: Actor) -> Ticket:
    """Return the ticket of somebody's own guild: a button's id may be made up."""
    if ticket.guild_id != actor.guild_id:
        raise NotFoundError("There is no such ticket here.")
    return ticket


def _checked(form: Form) -> Form:
    """Return a form with its answers trimmed; the form itself keeps people within the limits."""
    trimmed = Form(
        subject=" ".join(_storable(form.subject).split()),
        server_name=_storable(form.server_name).strip(),
        happened=" ".join(_storable(form.happened).split()),
        text=_storable(form.text).strip(),
    )
    if not 1 <= len(trimmed.subject) <= SUBJECT_LIMIT:
        raise InvalidInputError(f"Give a subject of at most {SUBJECT_LIMIT} characters.")
    if max(len(trimmed.happened), len(trimmed.server_name)) > SHORT_LIMIT or len(trimmed.text) > TEXT_LIMIT:
        raise InvalidInputError("That is too long. Say the rest in the ticket's thread.")
    return trimmed


def _storable(text: str) -> str:
    # Postgres has no text with a zero character
    return text.replace("\x00", "")


def _named(member_id: MemberId, name: str) -> dict[str, str]:
    return {"member": str(member_id), "name": name}


def _fits(ticket: Ticket, which: Which, actor: Actor) -> bool:
    match which:
        case Which.MINE:
            return ticket.claim is not None and ticket.claim.member_id == actor.member_id
        case Which.UNCLAIMED:
            return ticket.claim is None
        case Which.WAITING:
            return ticket.waits_on is domain.Court.STAFF
        case Which.OPEN | Which.ALL:
            return True

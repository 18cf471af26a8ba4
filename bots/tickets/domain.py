"""The rules of tickets: who may open, claim, close and reopen, and whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.domain.permissions import Actor, Level, require
from shared.errors import ForbiddenError, InvalidInputError
from shared.ids import ChannelId, GuildId, MemberId, TicketId

BOT = "tickets"
"""The bot's name in tables that several programs read."""
OPEN_LIMIT = 3
"""So many open tickets may a member have, whatever their kinds."""
HOURLY_LIMIT = 6
"""So many tickets may a member open in an hour; each calls staff."""
SUBJECT_LIMIT, SHORT_LIMIT, TEXT_LIMIT, REASON_LIMIT = 80, 100, 2000, 300
"""How long the answers of the forms may be; all of a form fits on one card."""
# Discord's limit for the name of a thread.
_THREAD_NAME = 100


class Kind(StrEnum):
    """What a ticket is about."""

    HELP = "help"
    REPORT = "report"
    LOST = "lost"
    APPEAL = "appeal"


class State(StrEnum):
    """How far a ticket has come."""

    OPENING = "opening"
    """On record, but its thread is not there yet, or was deleted."""
    OPENED = "opened"
    CLAIMED = "claimed"
    CLOSED = "closed"


class Court(StrEnum):
    """Who is to speak next."""

    STAFF = "staff"
    PLAYER = "player"


class Role(StrEnum):
    """As what somebody is in a ticket."""

    OPENER = "opener"
    PLAYER = "player"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What somebody wrote to open a ticket."""

    subject: str
    server_name: str = ""
    happened: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who of staff looks after a ticket."""

    member_id: MemberId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """When a ticket was closed, by whom, and why."""

    at: datetime
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket. ``version`` grows with each change that people see; ``shown_version`` is what Discord shows."""

    id: TicketId
    guild_id: GuildId
    number: int
    kind: Kind
    opener_id: MemberId
    opener_name: str
    form: Form
    state: State
    waits_on: Court
    waits_since: datetime
    claim: Claim | None
    closing: Closing | None
    closings: int
    put_away: int
    opened_at: datetime
    thread_id: ChannelId | None
    rating: int | None
    version: int
    shown_version: int

    @property
    def is_open(self) -> bool:
        """Return whether it is not closed."""
        return self.state is not State.CLOSED

    @property
    def is_put_away(self) -> bool:
        """Return whether its thread was read to its end and locked after its last closing."""
        return not self.is_open and self.put_away == self.closings


def check_may_open(own: Sequence[Ticket], kind: Kind, now: datetime) -> None:
    """Let pass who has room for one more ticket of this kind; ``own`` are theirs, closed ones too.

    Raises
    ------
    InvalidInputError
        For who has one of the kind, or too many; the message says where to write instead.
    """
    open_tickets = [ticket for ticket in own if ticket.is_open]
    for ticket in open_tickets:
        if ticket.kind is kind:
            raise InvalidInputError(f"You have an open ticket for this already: {place_of(ticket)}.")
    if len(open_tickets) >= OPEN_LIMIT:
        places = ", ".join(place_of(ticket) for ticket in open_tickets)
        raise InvalidInputError(
            f"You have {len(open_tickets)} open tickets, and {OPEN_LIMIT} is the limit: {places}. Close one first."
        )
    if sum(now - ticket.opened_at < timedelta(hours=1) for ticket in own) >= HOURLY_LIMIT:
        raise InvalidInputError(
            f"You opened {HOURLY_LIMIT} tickets within an hour. Ask staff to reopen one of them, or wait a little."
        )


def place_of(ticket: Ticket) -> str:
    """Return a ticket's number, and its thread where there is one."""
    return f"#{ticket.number}" + (f" <#{ticket.thread_id}>" if ticket.thread_id is not None else "")


def thread_name(ticket: Ticket) -> str:
    """Return the name of the ticket's thread; it begins with what ``is_thread_of`` looks for."""
    subject = " ".join("".join(c for c in ticket.form.subject if c.isprintable()).split())
    return f"{_prefix(ticket)}{subject or ticket.kind.value}"[:_THREAD_NAME].rstrip()


def is_thread_of(ticket: Ticket, name: str) -> bool:
    """Tell whether a thread of this name was made for the ticket."""
    return name.startswith(_prefix(ticket))


def _prefix(ticket: Ticket) -> str:
    return f"#{ticket.number} · "


def made(ticket: Ticket, thread_id: ChannelId) -> Ticket:
    """Return the ticket with its thread; one that was closed meanwhile stays closed, and its thread with it."""
    opened = State.OPENED if ticket.claim is None else State.CLAIMED
    return _changed(replace(ticket, thread_id=thread_id, state=opened if ticket.is_open else State.CLOSED))


def claim(ticket: Ticket, actor: Actor) -> Ticket:
    """Return the ticket in the hands of a member of staff; who has it may be relieved.

    Raises
    ------
    ForbiddenError
        For everybody but staff.
    InvalidInputError
        When the ticket is not open, or they have it already.
    """
    require(actor, Level.STAFF)
    _check_open(ticket)
    if ticket.claim is not None and ticket.claim.member_id == actor.member_id:
        raise InvalidInputError(f"Ticket #{ticket.number} is yours already.")
    state = State.OPENING if ticket.state is State.OPENING else State.CLAIMED
    return _changed(replace(ticket, state=state, claim=Claim(member_id=actor.member_id, name=actor.name)))


def close(ticket: Ticket, actor: Actor, reason: str, now: datetime) -> Ticket:
    """Return the ticket closed by staff or by who opened it.

    Raises
    ------
    ForbiddenError
        For everybody else.
    InvalidInputError
        When it is closed already, or no reason is given.
    """
    check_takes_part(ticket, actor)
    _check_open(ticket)
    text = " ".join(reason.split())
    if not 1 <= len(text) <= REASON_LIMIT:
        raise InvalidInputError(f"Give a reason of at most {REASON_LIMIT} characters.")
    return _closed(ticket, Closing(at=now, name=actor.name, reason=text))


def reopen(ticket: Ticket, actor: Actor, others: Sequence[Ticket], now: datetime) -> Ticket:
    """Return the ticket open again; ``others`` are its opener's open tickets.

    Raises
    ------
    ForbiddenError
        For everybody but staff.
    InvalidInputError
        When it is open, or its opener has another one of the kind.
    """
    require(actor, Level.STAFF)
    if ticket.is_open:
        raise InvalidInputError(f"Ticket #{ticket.number} is open.")
    for other in others:
        if other.kind is ticket.kind:
            raise InvalidInputError(f"Its opener has another open ticket of this kind: {place_of(other)}.")
    opening = replace(
        ticket, state=State.OPENING, closing=None, waits_on=Court.STAFF, waits_since=now, rating=None
    )
    return _changed(opening) if ticket.thread_id is None else made(opening, ticket.thread_id)


def lost_thread(ticket: Ticket, now: datetime) -> Ticket:
    """Return a ticket whose thread was deleted: closed, if it was not."""
    without = replace(ticket, thread_id=None)
    if not ticket.is_open:
        return without
    return _closed(without, Closing(at=now, name="Helena", reason="The thread was deleted in Discord."))


def heard(ticket: Ticket, role: Role | None, at: datetime) -> Ticket:
    """Return the ticket after somebody spoke; who is not one of the players in it is staff."""
    court = Court.STAFF if role in {Role.OPENER, Role.PLAYER} else Court.PLAYER
    if not ticket.is_open or court is ticket.waits_on:
        return ticket
    return _changed(replace(ticket, waits_on=court, waits_since=at))


def rate(ticket: Ticket, member_id: MemberId, stars: int) -> Ticket:
    """Return a closed ticket with what its opener thinks of the help.

    Raises
    ------
    ForbiddenError
        For everybody else.
    InvalidInputError
        While it is open, or for more than five stars.
    """
    if member_id != ticket.opener_id:
        raise ForbiddenError("Only who opened the ticket can rate it.")
    if ticket.is_open:
        raise InvalidInputError(f"Ticket #{ticket.number} is open again; rate it when it is closed.")
    if not 1 <= stars <= 5:
        raise InvalidInputError("Give one to five stars.")
    return _changed(replace(ticket, rating=stars))


def check_takes_part(ticket: Ticket, actor: Actor) -> None:
    """Let pass staff and who opened the ticket.

    Raises
    ------
    ForbiddenError
        For everybody else.
    """
    if actor.level < Level.STAFF and actor.member_id != ticket.opener_id:
        raise ForbiddenError("Only staff and who opened the ticket can do this.")


def check_may_add(ticket: Ticket, actor: Actor, member_id: MemberId, *, is_bot: bool) -> None:
    """Let pass who may bring this member into an open ticket.

    Raises
    ------
    ForbiddenError
        For who takes no part in it.
    InvalidInputError
        For bots, for its opener, and when it is closed.
    """
    check_takes_part(ticket, actor)
    _check_open(ticket)
    if is_bot:
        raise InvalidInputError("Bots cannot be added to a ticket. Pick a person.")
    if member_id == ticket.opener_id:
        raise InvalidInputError("They opened the ticket, so they are in it.")


def check_may_remove(ticket: Ticket, actor: Actor, member_id: MemberId) -> None:
    """Let staff take anybody but its opener out of an open ticket.

    Raises
    ------
    ForbiddenError
        For everybody but staff.
    InvalidInputError
        For its opener, and when it is closed.
    """
    require(actor, Level.STAFF)
    _check_open(ticket)
    if member_id == ticket.opener_id:
        raise InvalidInputError("Who opened the ticket stays in it. Close it instead.")


def _check_open(ticket: Ticket) -> None:
    if not ticket.is_open:
        raise InvalidInputError(f"Ticket #{ticket.number} is closed. Staff can run /ticket reopen.")


def _closed(ticket: Ticket, closing: Closing) -> Ticket:
    return _changed(
        replace(ticket, state=State.CLOSED, closing=closing, closings=ticket.closings + 1, rating=None)
    )


def _changed(ticket: Ticket) -> Ticket:
    return replace(ticket, version=ticket.version + 1)

"""Tickets and messages to test with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bots.tickets.domain import Claim, Closing, Court, Form, Kind, State, Ticket
from bots.tickets.keeping.domain import Copy, Heard, HeardFile, KeptFile, KeptMessage
from shared.domain.permissions import Actor, Level
from shared.ids import ChannelId, GuildId, MemberId, MessageId, TicketId

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
GUILD = GuildId(10)
OPENER, STAFF, OTHER = MemberId(100), MemberId(200), MemberId(300)


def actor(member_id: MemberId = OPENER, level: Level = Level.MEMBER, guild_id: GuildId = GUILD) -> Actor:
    return Actor(guild_id=guild_id, member_id=member_id, name=f"M{member_id}", level=level, reference="REF")


def staff(member_id: MemberId = STAFF) -> Actor:
    return actor(member_id, Level.STAFF)


def ticket(**changes: Any) -> Ticket:
    made = Ticket(
        id=TicketId(1),
        guild_id=GUILD,
        number=7,
        kind=Kind.HELP,
        opener_id=OPENER,
        opener_name="Rex",
        form=Form(subject="Lost my raptor"),
        state=State.OPENED,
        waits_on=Court.STAFF,
        waits_since=NOW,
        claim=None,
        closing=None,
        closings=0,
        put_away=0,
        opened_at=NOW,
        thread_id=ChannelId(500),
        rating=None,
        version=3,
        shown_version=3,
    )
    return replace(made, **changes)


def claimed() -> Ticket:
    return ticket(state=State.CLAIMED, claim=Claim(member_id=STAFF, name="Sam"))


def closed() -> Ticket:
    return ticket(state=State.CLOSED, closing=Closing(at=NOW, name="Sam", reason="done"), closings=1)


def message(number: int, content: str = "hello", **changes: Any) -> KeptMessage:
    made = KeptMessage(
        message_id=MessageId(number),
        author_id=OPENER,
        author_name="Rex",
        content=content,
        reply_to=None,
        sent_at=NOW + timedelta(seconds=number),
        edited_at=None,
        deleted_at=None,
        earlier=(),
    )
    return replace(made, **changes)


def kept_file(number: int, size_bytes: int = 100, **changes: Any) -> KeptFile:
    made = KeptFile(
        id=number,
        message_id=MessageId(1),
        ticket_id=TicketId(1),
        name="proof.png",
        content_type="image/png",
        size_bytes=size_bytes,
        state=Copy.KEPT,
        sha256="ab" * 32,
        problem="",
    )
    return replace(made, **changes)


def heard(number: int, content: str = "hello", **changes: Any) -> Heard:
    made = Heard(
        message_id=MessageId(number),
        author_id=OPENER,
        author_name="Rex",
        by_person=True,
        content=content,
        sent_at=NOW + timedelta(seconds=number),
        edited_at=None,
        reply_to=None,
        files=(),
    )
    return replace(made, **changes)


def heard_file(number: int, size_bytes: int = 100) -> HeardFile:
    return HeardFile(
        id=number, name="proof.png", content_type="image/png", size_bytes=size_bytes, url="http://x"
    )

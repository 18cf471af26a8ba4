"""How tickets look in Discord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import discord

from bots.tickets.domain import OPEN_LIMIT, Court, Kind, State, Ticket, place_of
from shared.discord_kit.cards import Colour, ago, card, cut, moment, plain
from shared.discord_kit.pages import chunked
from shared.domain.durations import in_words

_PER_PAGE = 10
# A form's text and its fields together stay below a card's 6,000 characters, whatever is escaped in them.
_TEXT = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLook:
    """What people read about a kind of ticket."""

    title: str
    button: str
    hint: str


KINDS = {
    Kind.HELP: KindLook(title="Help", button="Open a ticket", hint="a question, or anything else"),
    Kind.REPORT: KindLook(title="Report", button="Report a player", hint="somebody breaks the rules"),
    Kind.LOST: KindLook(title="Loss", button="Lost something", hint="a tame, items or a base are gone"),
    Kind.APPEAL: KindLook(title="Appeal", button="Appeal a ban", hint="a ban or a warning was wrong"),
}
"""How each kind of ticket is called."""


def panel_card() -> discord.Embed:
    """Return the card above the buttons that open tickets."""
    kinds = "\n".join(f"**{look.button}**: {look.hint}" for look in KINDS.values())
    return card(
        "Talk to staff in private",
        f"Press a button and say in a few words what it is about. You get a thread that only you and staff see.\n\n{kinds}",
        footer=f"Tickets · at most {OPEN_LIMIT} open at a time, one of each kind",
    )


def header_card(ticket: Ticket) -> discord.Embed:
    """Return the card at the top of a ticket's thread."""
    form = ticket.form
    fields = [
        ("State", _state(ticket)),
        ("Opened by", f"<@{ticket.opener_id}>"),
        ("Opened", ago(ticket.opened_at)),
    ]
    fields.append(("Looked after by", f"<@{ticket.claim.member_id}>" if ticket.claim else "nobody yet"))
    if form.server_name:
        fields.append(("Server", plain(form.server_name)))
    if form.happened:
        fields.append(("When it was", plain(form.happened)))
    if ticket.closing is not None:
        by = f"{plain(ticket.closing.name)}, {moment(ticket.closing.at)}"
        fields += [("Closed by", by), ("Reason", quoted(ticket.closing.reason))]
    return card(
        f"#{ticket.number} · {plain(form.subject)}",
        cut(quoted(form.text), _TEXT),
        colour=_colour(ticket),
        fields=fields,
        footer=f"Tickets · {KINDS[ticket.kind].title} · everything written here is kept for the transcript",
    )


def desk_card(ticket: Ticket) -> discord.Embed:
    """Return the card by which staff know of a ticket; it says nothing of what is talked about."""
    fields = [
        ("State", _state(ticket)),
        ("Opened by", f"<@{ticket.opener_id}> {ago(ticket.opened_at)}"),
        ("Looked after by", f"<@{ticket.claim.member_id}>" if ticket.claim else "nobody yet"),
    ]
    if ticket.thread_id is not None:
        fields.append(("Thread", f"<#{ticket.thread_id}>"))
    if ticket.closing is not None:
        fields.append(("Closed by", f"{plain(ticket.closing.name)}: {quoted(ticket.closing.reason)}"))
    if ticket.rating is not None:
        fields.append(("Rated", stars(ticket.rating)))
    return card(
        f"Ticket #{ticket.number} · {plain(ticket.form.subject)}",
        colour=_colour(ticket),
        fields=fields,
        footer=f"Tickets · {KINDS[ticket.kind].title}",
    )


def transcript_card(ticket: Ticket, *, note: str) -> discord.Embed:
    """Return the card that staff's transcript comes with."""
    assert ticket.closing is not None  # a transcript is of a closed ticket
    return card(
        f"Transcript of ticket #{ticket.number} · {plain(ticket.form.subject)}",
        quoted(ticket.closing.reason),
        fields=[
            ("Opened by", f"<@{ticket.opener_id}>"),
            ("Closed by", plain(ticket.closing.name)),
            ("Open for", in_words(ticket.closing.at - ticket.opened_at)),
            ("Copy for its opener", note),
        ],
        footer="Tickets · open the file in a browser",
    )


def copy_card(ticket: Ticket, community: str) -> discord.Embed:
    """Return the card that the opener's transcript comes with."""
    assert ticket.closing is not None  # a transcript is of a closed ticket
    return card(
        f"Your ticket #{ticket.number} was closed · {plain(ticket.form.subject)}",
        f"{plain(ticket.closing.name)}: {quoted(ticket.closing.reason)}\n\nHow was the help?",
        footer=f"Tickets · {plain(community)} · the file is what was written, open it in a browser",
    )


def rated_card(ticket: Ticket) -> discord.Embed:
    """Return the card after a rating."""
    return card(
        f"Your ticket #{ticket.number} · {plain(ticket.form.subject)}",
        f"You gave {stars(ticket.rating or 0)}. Thank you!",
        colour=Colour.GOOD,
    )


def unrouted_card() -> discord.Embed:
    """Return what staff are told when a transcript has nowhere to go."""
    return card(
        "The transcript waits",
        "No channel for transcripts can be used. Nothing is lost: set one with `/setup channel` (purpose "
        "transcripts) and give the bot access to it, and the transcript is posted there within the hour.",
        colour=Colour.DOUBTFUL,
    )


def list_cards(tickets: Sequence[Ticket], title: str, now: datetime) -> list[discord.Embed]:
    """Return tickets as a list, page by page."""
    if not tickets:
        return [
            card(title, "There are none. Open one with the buttons in the tickets channel, or /ticket open.")
        ]
    lines = [_line(ticket, now) for ticket in tickets]
    return [
        card(title, "\n".join(page), footer=f"Tickets · {len(tickets)} in all")
        for page in chunked(lines, _PER_PAGE)
    ]


def stars(number: int) -> str:
    """Return a rating as stars."""
    return "★" * number + "☆" * (5 - number)


def quoted(text: str) -> str:
    """Return what a person wrote, line by line, as text that Discord shows and does not interpret."""
    lines = ("".join(c for c in line if c.isprintable()) for line in text.splitlines())
    return discord.utils.escape_markdown("\n".join(lines))


def _line(ticket: Ticket, now: datetime) -> str:
    place = place_of(ticket)
    about = f"**{place}** · {cut(plain(ticket.form.subject), 60)} · {plain(ticket.opener_name)}"
    if ticket.closing is not None:
        return f"⚪ {about} · closed {in_words(now - ticket.closing.at)} ago"
    mark = "🟠" if ticket.waits_on is Court.STAFF else "🟢"
    by = f" · {plain(ticket.claim.name)}" if ticket.claim else " · unclaimed"
    return f"{mark} {about}{by} · waits on {ticket.waits_on} for {in_words(now - ticket.waits_since)}"


def _state(ticket: Ticket) -> str:
    if ticket.state is State.CLOSED:
        return "Closed"
    if ticket.state is State.OPENING:
        return "Its thread is being made"
    return f"Waiting on {ticket.waits_on} since {ago(ticket.waits_since)}"


def _colour(ticket: Ticket) -> Colour:
    if not ticket.is_open:
        return Colour.INFO
    return Colour.DOUBTFUL if ticket.waits_on is Court.STAFF else Colour.GOOD

"""Forms, drawn and read.

They are read from what Discord sends and not from memory, so that a form that was being filled in while the bot
restarted is not lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord

from bots.tickets.cards import KINDS
from bots.tickets.domain import REASON_LIMIT, SHORT_LIMIT, SUBJECT_LIMIT, TEXT_LIMIT, Kind, Ticket
from shared.discord_kit.cards import cut
from shared.ids import TicketId
from shared.store.servers import GameServer

# Discord's limit for the options of a menu.
_OPTIONS = 25
_OPEN = re.compile(r"tickets:form:(\w{1,20}):(\d{1,20})")
_TICKET = re.compile(r"tickets:(closing|adding):(\d{1,19})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form that somebody sent in, by the names of its fields."""

    custom_id: str
    texts: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def opens(self) -> tuple[Kind, int] | None:
        """Return which kind of ticket it opens, and the number of the form itself."""
        match = _OPEN.fullmatch(self.custom_id)
        if match is None or match[1] not in set(Kind):
            return None
        return Kind(match[1]), int(match[2])

    def ticket_if(self, what: str) -> TicketId | None:
        """Return the ticket that a form of this name is about."""
        match = _TICKET.fullmatch(self.custom_id)
        return TicketId(int(match[2])) if match is not None and match[1] == what else None


def open_form(kind: Kind, servers: Sequence[GameServer], form_key: int) -> discord.ui.Modal:
    """Return the form that opens a ticket."""
    form = discord.ui.Modal(title=KINDS[kind].button, custom_id=f"tickets:form:{kind}:{form_key}")
    form.add_item(_text("Subject", "subject", SUBJECT_LIMIT, hint="In a few words, what is it about?"))
    if 0 < len(servers) <= _OPTIONS:
        options = [discord.SelectOption(label=cut(server.name, 100), value=server.key) for server in servers]
        menu: discord.ui.Select[Any] = discord.ui.Select(
            custom_id="server", placeholder="No server in particular", options=options, required=False
        )
        form.add_item(discord.ui.Label(text="Which server", component=menu))
    form.add_item(_text("When was it", "happened", SHORT_LIMIT, hint="today at 18:30", required=False))
    form.add_item(
        _text(
            "What happened",
            "text",
            TEXT_LIMIT,
            hint="You can add pictures in the thread.",
            required=False,
            style=discord.TextStyle.paragraph,
        )
    )
    return form


def close_form(ticket: Ticket) -> discord.ui.Modal:
    """Return the form that closes a ticket."""
    form = discord.ui.Modal(title=f"Close ticket #{ticket.number}", custom_id=f"tickets:closing:{ticket.id}")
    return form.add_item(_text("Reason", "reason", REASON_LIMIT, hint="Its opener reads it, too."))


def add_form(ticket: Ticket) -> discord.ui.Modal:
    """Return the form that brings somebody into a ticket."""
    form = discord.ui.Modal(
        title=f"Add someone to ticket #{ticket.number}", custom_id=f"tickets:adding:{ticket.id}"
    )
    menu: discord.ui.UserSelect[Any] = discord.ui.UserSelect(custom_id="member", required=True)
    return form.add_item(
        discord.ui.Label(text="Who", description="They see everything in the thread.", component=menu)
    )


def sent_in(interaction: discord.Interaction[Any]) -> Sent:
    """Return what somebody filled in."""
    data: Mapping[str, Any] = interaction.data or {}
    texts: dict[str, str] = {}
    chosen: dict[str, list[str]] = {}
    for part in _fields(data.get("components", ())):
        name = str(part["custom_id"])
        if isinstance(part.get("values"), list):
            chosen[name] = [str(value) for value in part["values"]]
        else:
            texts[name] = str(part.get("value") or "")
    return Sent(custom_id=str(data.get("custom_id", "")), texts=texts, chosen=chosen)


def _fields(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the fields of a form: each is in a row of its own or below a label."""
    for component in components:
        inner = [component["component"]] if "component" in component else component.get("components", ())
        yield from (part for part in inner if "custom_id" in part)


def _text(
    label: str,
    custom_id: str,
    limit: int,
    *,
    hint: str,
    required: bool = True,
    style: discord.TextStyle = discord.TextStyle.short,
) -> discord.ui.Label[Any]:
    text: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id=custom_id, max_length=limit, placeholder=hint, required=required, style=style
    )
    return discord.ui.Label(text=label, component=text)

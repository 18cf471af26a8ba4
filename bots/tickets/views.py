"""Which buttons there are. What they do when pressed is in ``buttons.py``.

The views are stopped, which only tells discord.py not to remember them: each button is found by its id.
"""

from __future__ import annotations

import discord

from bots.tickets.cards import KINDS
from bots.tickets.domain import Kind, Ticket


def panel_view() -> discord.ui.View:
    """Return the buttons that open tickets."""
    view = _view()
    for kind, look in KINDS.items():
        style = discord.ButtonStyle.green if kind is Kind.HELP else discord.ButtonStyle.grey
        view.add_item(_button(look.button, f"tickets:open:{kind}", style))
    return view


def header_view(ticket: Ticket) -> discord.ui.View | None:
    """Return the buttons at the top of a ticket's thread."""
    if not ticket.is_open:
        return None
    view = desk_view(ticket)
    view.add_item(_button("Close", f"tickets:close:{ticket.id}", discord.ButtonStyle.red))
    view.add_item(_button("Add person", f"tickets:add:{ticket.id}", discord.ButtonStyle.grey))
    return view


def desk_view(ticket: Ticket) -> discord.ui.View:
    """Return the button under the card by which staff know of a ticket."""
    view = _view()
    if ticket.is_open:
        view.add_item(_button("Claim", f"tickets:claim:{ticket.id}", discord.ButtonStyle.green))
    else:
        view.add_item(_button("Reopen", f"tickets:reopen:{ticket.id}", discord.ButtonStyle.grey))
    return view


def rating_view(ticket: Ticket) -> discord.ui.View:
    """Return the buttons by which the opener says how the help was."""
    view = _view()
    for number in range(1, 6):
        view.add_item(_button(f"{number} ★", f"tickets:rate:{ticket.id}:{number}", discord.ButtonStyle.grey))
    return view


def _button(label: str, custom_id: str, style: discord.ButtonStyle) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(label=label, custom_id=custom_id, style=style)


def _view() -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.stop()
    return view

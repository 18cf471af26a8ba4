"""How links look."""

from __future__ import annotations

import discord

from bots.admin.linking.domain import Outcome
from bots.admin.linking.queries import Settled
from bots.admin.linking.service import Ticket
from shared.discord_kit.cards import Colour, ago, card, plain
from shared.store.links import Link


def code_card(ticket: Ticket) -> discord.Embed:
    """Return a code, and what to do with it."""
    text = (
        f"Join a game server of this community and type this in the chat that everybody on the map sees:\n"
        f"```\n!link {ticket.code}\n```\n"
        f"It works once and expires {ago(ticket.expires_at)}. Type it yourself: whoever types it is taken for you, "
        "and never type a code that somebody else gave you."
    )
    if ticket.links:
        names = ", ".join(f"**{plain(link.name)}**" for link in ticket.links)
        text += f"\n\nTied to you already: {names}."
    return card("Your code", text, footer="Admin · for you alone")


def settled_card(settled: Settled) -> discord.Embed:
    """Return what became of a code."""
    name = plain(settled.player_name)
    match settled.outcome:
        case Outcome.LINKED:
            return card(
                "Linked",
                f"You are **{name}** in the game.",
                colour=Colour.GOOD,
                footer="Admin · from the game's chat",
            )
        case Outcome.ALREADY_YOURS:
            return card(
                "Linked",
                f"**{name}** was tied to you already.",
                colour=Colour.GOOD,
                footer="Admin · from the game's chat",
            )
        case Outcome.TAKEN:
            text = (
                f"**{name}** is tied to another member, and stays so. Staff have been told. "
                "If it is yours, open a ticket."
            )
        case Outcome.UNCLEAR:
            text = (
                f"The server's log does not tell which player called **{name}** typed the code. "
                "Leave the server, join again, and run `/link` for a new code."
            )
        case Outcome.REPLACED:
            text = "You asked for a newer code; this one no longer counts."
    return card("Not linked", text, colour=Colour.DOUBTFUL, footer="Admin · from the game's chat")


def unlinked_card(link: Link) -> discord.Embed:
    """Return that a tie was cut."""
    text = f"**{plain(link.name)}** is no longer tied. `/link` ties a player again. This is on record."
    return card("Unlinked", text, colour=Colour.GOOD, footer="Admin · now")

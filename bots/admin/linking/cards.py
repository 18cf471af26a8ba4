"""How links look."""

from __future__ import annotations

import discord

from bots.admin.linking.domain import Outcome
from bots.admin.linking.queries import Notice, Settled
from bots.admin.linking.service import Accounts, Ticket
from shared.discord_kit.cards import Colour, ago, card, moment, plain
from shared.domain.link_codes import name_of_code
from shared.store.links import Link, LinkProof

_PROOFS = {LinkProof.CHAT: "a code in the chat", LinkProof.SAVE: "a save", LinkProof.STAFF: "staff"}


def code_card(ticket: Ticket) -> discord.Embed:
    """Return a code, and what to do with it."""
    if ticket.claimed:
        return _save_code_card(ticket)
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


def _save_code_card(ticket: Ticket) -> discord.Embed:
    """Return what to rename, and until when."""
    text = (
        f"Rename any tame of yours, or a locked box, to\n```\n{name_of_code(ticket.code)}\n```\n"
        f"before {moment(ticket.expires_at)}, as **{plain(ticket.claimed)}** and while nobody else of your tribe is on "
        "that map. Then stay until the server has saved. The next good save proves it; you are told, and can give the "
        "old name back.\n\nNever name anything after a code that somebody else gave you: it would make you theirs."
    )
    return card("Your code", text, footer="Admin · for you alone")


def notice_card(notice: Notice) -> discord.Embed:
    """Return what a member is told in private."""
    colour = Colour.GOOD if notice.is_good else Colour.DOUBTFUL
    return card(notice.title, notice.text, colour=colour, footer="Admin · about your ties")


def accounts_card(accounts: Accounts, *, whose: str) -> discord.Embed:
    """Return whom somebody has proved to be, and the survivors of their accounts."""
    if not accounts.links:
        return card(f"Players of {whose}", "None. `/link` ties one.", footer="Admin · now")
    lines = [
        f"**{plain(link.name)}** `{link.player}` by {_PROOFS[link.proof]}, {ago(link.linked_at)}"
        for link in accounts.links
    ]
    survivors = [
        f"{plain(one.survivor)} of {plain(one.tribe_name or 'no tribe')} on {plain(one.server_name)}"
        for one in accounts.survivors
    ]
    fields = [("Survivors", "\n".join(survivors))] if survivors else []
    return card(
        f"Players of {whose}",
        "\n".join(lines),
        fields=fields,
        inline=False,
        footer="Admin · survivors from saves",
    )


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
                f"**{name}** is tied to another member, and stays so for now. Staff have been told, and there is a "
                "dispute: prove it once more with a new code. If the other does not within two days, it is yours."
            )
        case Outcome.UNCLEAR:
            text = (
                f"The server's log does not tell which player called **{name}** typed the code. "
                "Leave the server, join again, and run `/link` for a new code."
            )
        case Outcome.QUARANTINED:
            text = (
                "The id of this account is used by several people at once, so nobody can own it. Ask staff."
            )
        case Outcome.REPLACED:
            text = "You asked for a newer code; this one no longer counts."
        case Outcome.EXPIRED | Outcome.UNPROVED:
            text = f"Your code for **{name}** proved nothing. You were told why in a direct message."
    return card("Not linked", text, colour=Colour.DOUBTFUL, footer="Admin · from the game's chat")


def unlinked_card(link: Link) -> discord.Embed:
    """Return that a tie was cut."""
    text = f"**{plain(link.name)}** is no longer tied. `/link` ties a player again. This is on record."
    return card("Unlinked", text, colour=Colour.GOOD, footer="Admin · now")

"""Points as cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import discord

from bots.activity_points.domain import ADJUST, PAY, Account, LedgerLine, Period, Rank, Receipt
from bots.activity_points.earning.domain import ACTIVE_FOR, IDLE_MINUTES, PRICES, Rule
from bots.activity_points.service import Balance, Explanation, Leaderboard
from shared.discord_kit.cards import Colour, ago, card, plain
from shared.discord_kit.pages import chunked
from shared.domain.durations import in_words

_PAGE = 10
_EXPLAINED_PAGE = 12

_TITLES = {
    Period.DAY: "Most points earned in the last 24 hours",
    Period.WEEK: "Most points earned in the last 7 days",
    Period.MONTH: "Most points earned in the last 30 days",
    Period.ALL: "Most points",
}
_WORDS = {
    Rule.PLAYTIME: "playing, per minute with a sign of activity in the last "
    f"{in_words(ACTIVE_FOR)} (chat, taming, fighting, building …)",
    Rule.IDLE: f"being on without one, per {IDLE_MINUTES} minutes",
    Rule.TAME: "taming a creature",
    Rule.KILL_WILD: "killing a wild creature, where the log shows it",
    Rule.KILL_TAME: "killing another tribe's tame",
    Rule.KILL_PLAYER: "killing a survivor of another tribe, each once a day",
}


def balance_card(balance: Balance, now: datetime) -> discord.Embed:
    """Return the points of one player, or of all players of a member."""
    if not balance.accounts:
        text = "No points yet. Play a few minutes, then look again; `/points rules` tells what earns."
        return card("0 points", text, footer=_footer(balance.counted_until, now))
    total = sum(account.balance for account in balance.accounts)
    lines = [f"**{plain(account.name)}**: {account.balance:,}" for account in balance.accounts]
    return card(_points(total), "\n".join(lines), footer=_footer(balance.counted_until, now))


def top_cards(board: Leaderboard, now: datetime) -> list[discord.Embed]:
    """Return a leaderboard, a page at a time, with one's own place on each."""
    title, footer = _TITLES[board.period], _footer(board.counted_until, now)
    if not board.ranks:
        return [card(title, "Nobody has earned points in this time.", footer=footer)]
    own = [f"Your place: {_rank_line(rank)}" for rank in board.own]
    pages = chunked([_rank_line(rank) for rank in board.ranks], _PAGE)
    return [card(title, "\n".join([*page, "", *own] if own else page), footer=footer) for page in pages]


def why_cards(explanation: Explanation, now: datetime) -> list[discord.Embed]:
    """Return where points came from, newest first."""
    footer = _footer(explanation.counted_until, now)
    names = ", ".join(plain(account.name) for account in explanation.accounts)
    title = f"Where the points of {names} came from" if names else "No points yet"
    if not explanation.lines:
        return [card(title, "Nothing has been booked yet. `/points rules` tells what earns.", footer=footer)]
    pages = chunked([ledger_line(line) for line in explanation.lines], _EXPLAINED_PAGE)
    return [card(title, "\n".join(page), footer=footer) for page in pages]


def ledger_line(line: LedgerLine) -> str:
    """Return one entry in words, with the number of the event that proves it."""
    evidence = f" · event {line.server_id}-{line.seq}" if line.seq is not None else ""
    return f"`{line.amount:+,}` {_cause(line)} · {ago(line.at)}{evidence}"


def rules_card() -> discord.Embed:
    """Return what earns points."""
    lines = [
        f"**{PRICES[rule].amount}** for {words}; at most {PRICES[rule].daily_cap} a day on each map"
        for rule, words in _WORDS.items()
    ]
    note = (
        "Doing the same thing over and over is no sign of activity. Kills within a tribe, claiming, unclaiming and "
        "demolishing earn nothing. The day is the day in UTC."
    )
    text = "\n".join([*lines, "", note])
    return card("What earns points", text, footer="Points · rules")


def receipt_card(receipt: Receipt, payee: str) -> discord.Embed:
    """Return that a payment was made."""
    text = f"From **{plain(receipt.payer)}** to **{plain(receipt.payee)}** ({payee})."
    left = f"{receipt.balance:,} left"
    return card(
        f"Paid {_points(receipt.amount)}", text, colour=Colour.GOOD, footer=f"Points · ledger · {left}"
    )


def confirm_card(payer: Account, payee: Account, amount: int, mention: str) -> discord.Embed:
    """Return what is about to be paid."""
    text = f"From **{plain(payer.name)}** ({payer.balance:,}) to **{plain(payee.name)}** ({mention})."
    return card(f"Pay {_points(amount)}?", text, footer="Points · nothing has been paid yet")


def adjusted_card(receipt: Receipt) -> discord.Embed:
    """Return that points were given or taken away."""
    text = f"**{plain(receipt.payee)}** now has {_points(receipt.balance)}. This is in the audit log."
    return card(f"Adjusted by {receipt.amount:+,}", text, colour=Colour.GOOD, footer="Points · ledger · now")


def _cause(line: LedgerLine) -> str:
    if line.rule == PAY:
        return f"paid {'by' if line.amount > 0 else 'to'} {plain(line.others)}"
    if line.rule == ADJUST:
        return f"adjusted: {plain(line.text)}"
    return plain(line.text)


def _rank_line(rank: Rank) -> str:
    return f"{rank.place}. **{plain(rank.name)}** — {rank.points:,}"


def _points(amount: int) -> str:
    return f"{amount:,} point{'' if amount == 1 else 's'}"


def _footer(counted_until: datetime | None, now: datetime) -> str:
    if counted_until is None:
        return "Points · no events counted yet"
    return f"Points · from the game's logs · counted up to {in_words(now - counted_until)} ago"


def names_of(accounts: Sequence[Account]) -> list[str]:
    """Return how accounts are called in a list to pick from, with what tells namesakes apart."""
    return [f"{account.name} ({account.balance:,}, …{account.player[-6:]})" for account in accounts]

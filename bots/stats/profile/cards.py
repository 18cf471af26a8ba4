"""How profiles and leaderboards look."""

from __future__ import annotations

from datetime import datetime, timedelta

import discord

from bots.stats.profile.domain import Board, Leaderboard, Profile, Ranked
from shared.discord_kit.cards import Colour, ago, card, plain
from shared.discord_kit.pages import chunked
from shared.domain.durations import age_in_words, in_words

_TITLES = {Board.PLAYTIME: "Longest playtime", Board.KILLS: "Most kills", Board.TAMES: "Most tames"}
_SOURCES = {
    Board.PLAYTIME: "joins and leaves in the log",
    Board.KILLS: "public lines of the log",
    Board.TAMES: "public lines of the log",
}
_MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
_PER_PAGE = 10


def profile_card(profile: Profile, now: datetime) -> discord.Embed:
    """Return what a player has done."""
    on = profile.on
    seen = (
        f"🟢 On **{plain(on.server)}** since {ago(on.on_since)}"
        if on is not None and on.on_since is not None
        else f"Last seen {ago(profile.last_seen_at)}"
    )
    fields = [
        ("Playtime", f"{in_words(profile.playtime)} in {profile.sessions} finished sessions"),
        ("By server", "\n".join(f"{plain(s.server)}: {in_words(s.playtime)}" for s in profile.servers)),
        *_deeds(profile),
    ]
    return card(
        plain(profile.name),
        f"{seen}\nFirst seen {ago(profile.first_seen_at)}",
        colour=Colour.GOOD if on is not None else Colour.INFO,
        fields=fields,
        inline=False,
        footer=f"Stats · event log · {age_in_words(profile.alive_at, now)}",
    )


def top_cards(top: Leaderboard, now: datetime) -> list[discord.Embed]:
    """Return a leaderboard, a page for every ten places."""
    footer = f"Stats · {_SOURCES[top.board]} · {age_in_words(top.alive_at, now)}"
    if not top.best:
        text = "The log has told of nothing to rank yet. Play a little, then look again."
        return [card(_TITLES[top.board], text, footer=footer)]
    own = "\n".join(_place(top.board, row) for row in top.own)
    fields = [("Your place", own)] if own else []
    return [
        card(_TITLES[top.board], "\n".join(page), fields=fields, inline=False, footer=footer)
        for page in chunked([_place(top.board, row) for row in top.best], _PER_PAGE)
    ]


def _place(board: Board, row: Ranked) -> str:
    count = in_words(timedelta(seconds=row.count)) if board is Board.PLAYTIME else str(row.count)
    detail = f" ({row.detail})" if row.detail else ""
    return f"{_MEDALS.get(row.rank, f'`{row.rank}.`')} **{plain(row.name)}** · {count}{detail}"


def _deeds(profile: Profile) -> list[tuple[str, str]]:
    lines = [
        f"**{plain(one.survivor)}** ({plain(one.server)}): {one.survivor_kills} survivors and "
        f"{one.creature_kills} creatures killed, {one.deaths} deaths, {one.tames} tames"
        for one in profile.survivors
    ]
    if profile.shared_names:
        names = ", ".join(plain(name) for name in profile.shared_names)
        lines.append(f"Not counted, because several players spoke under the name: {names}")
    if not lines:
        lines = ["No survivor known yet. Say something in the game's chat once: that line names both."]
    return [("Survivors", "\n".join(lines))]

"""How the status of servers looks."""

from __future__ import annotations

from datetime import datetime

import discord

from bots.stats.domain import CommunityStatus, Health, ServerStatus
from shared.discord_kit.cards import Colour, ago, card, cut, plain
from shared.discord_kit.pages import chunked
from shared.domain.durations import age_in_words

# A page that a phone shows without much scrolling.
_SERVERS_PER_PAGE = 8
# From here on the panel gives each server one line, so that a hundred fit into one card.
_COMPACT_FROM = 13
# Room for names on a card of 6,000 characters, next to all the rest.
_NAMES = 2_400
_MARKS = {Health.UP: "🟢", Health.DOWN: "🔴", Health.STALE: "🟠", Health.UNKNOWN: "⚪"}

NO_SERVERS = "No game server is set up yet. Name one in the community file, then restart Helena."


def status_cards(status: CommunityStatus) -> list[discord.Embed]:
    """Return the answer to ``/status``, a page for every few servers."""
    if not status.servers:
        return [card("Server status", NO_SERVERS, colour=Colour.DOUBTFUL)]
    pages = [
        status.servers[start : start + _SERVERS_PER_PAGE]
        for start in range(0, len(status.servers), _SERVERS_PER_PAGE)
    ]
    return [
        card(
            "Server status",
            _summary(status),
            colour=_colour(status),
            fields=[
                (_title(one), _details(one, status.at, seconds=1, room=_NAMES // len(page))) for one in page
            ],
            inline=False,
            footer=_footer(status),
        )
        for page in pages
    ]


def panel_card(status: CommunityStatus) -> discord.Embed:
    """Return the status panel; times are cut to the minute, so that it is edited at most so often without news."""
    looked = f"Updated {_ago(status.at, seconds=60)}. If that is long ago, Helena is not running."
    if not status.servers:
        return card("Server status", f"{NO_SERVERS}\n{looked}", colour=Colour.DOUBTFUL)
    if len(status.servers) >= _COMPACT_FROM:
        lines = "\n".join(_line(one) for one in status.servers)
        return card("Server status", f"{_summary(status)}\n{looked}\n\n{lines}", colour=_colour(status))
    return card(
        "Server status",
        f"{_summary(status)}\n{looked}",
        colour=_colour(status),
        fields=[
            (_title(one), _details(one, status.at, seconds=60, room=_NAMES // len(status.servers)))
            for one in status.servers
        ],
        inline=False,
        footer="Stats · refreshed by itself",
    )


def players_cards(status: CommunityStatus) -> list[discord.Embed]:
    """Return who is on, server by server."""
    if not status.servers:
        return [card("Players", NO_SERVERS, colour=Colour.DOUBTFUL)]
    lines = [line for one in status.servers for line in _who(one)]
    return [
        card(
            f"Players · {status.players} on", "\n".join(page), colour=_colour(status), footer=_footer(status)
        )
        for page in chunked(lines, 25)
    ]


def _summary(status: CommunityStatus) -> str:
    servers = len(status.servers)
    return f"**{status.up}** of {servers} server{'' if servers == 1 else 's'} up · **{status.players}** players on"


def _colour(status: CommunityStatus) -> Colour:
    kinds = {one.health for one in status.servers}
    if kinds == {Health.UP}:
        return Colour.GOOD
    return Colour.BAD if kinds == {Health.DOWN} else Colour.DOUBTFUL


def _title(one: ServerStatus) -> str:
    return f"{_MARKS[one.health]} {plain(one.server.name)} · {plain(one.server.map)}"


def _line(one: ServerStatus) -> str:
    count = f" {len(one.players)}" if one.health is Health.UP else f" {one.health}"
    return f"{_MARKS[one.health]} {cut(plain(one.server.name), 24)}{count}"


def _details(one: ServerStatus, now: datetime, *, seconds: int, room: int) -> str:
    lines = [_state(one, seconds=seconds)]
    if one.health is Health.UP:
        names = ", ".join(plain(name) for name in one.players)
        lines.append(f"{len(one.players)} on" + (f": {cut(names, room)}" if names else ""))
    lines.append(_save(one, now))
    return "\n".join(lines)


def _state(one: ServerStatus, *, seconds: int) -> str:
    state = one.state
    if state is None:
        return "Not seen yet: the parser service has not reached it. `/server status` says why."
    seen = f"source: {state.source}, {_ago(state.observed_at, seconds=seconds)}"
    if one.health is Health.STALE:
        was = "up" if state.is_up else "down"
        return f"No news: it was {was} when last looked at ({seen})."
    return f"{'Up' if state.is_up else 'Down'} since {ago(state.since)} ({seen})"


def _save(one: ServerStatus, now: datetime) -> str:
    if one.save is None:
        return "No save read yet."
    text = f"Save from {_ago(one.save.saved_at, seconds=60)}"
    if one.refusal is None:
        return text
    reason = cut(plain(one.refusal.reason), 150)
    return f"{text}; a newer one was refused {age_in_words(one.refusal.refused_at, now).removesuffix(' old')} ago: {reason}"


def _who(one: ServerStatus) -> list[str]:
    head = f"{_MARKS[one.health]} **{plain(one.server.name)}**"
    if one.health is not Health.UP:
        return [f"{head}: {_state(one, seconds=1)}"]
    if not one.players:
        return [f"{head}: nobody is on"]
    return [f"{head}: {len(one.players)}", *(f"- {plain(name)}" for name in one.players)]


def _footer(status: CommunityStatus) -> str:
    looks = [one.state for one in status.servers if one.state is not None]
    if not looks:
        return "Stats · no look at a server yet"
    sources = "+".join(sorted({state.source for state in looks}))
    oldest = min(state.observed_at for state in looks)
    return f"Stats · {sources} · {age_in_words(oldest, status.at)}"


def _ago(at: datetime, *, seconds: int) -> str:
    stamp = int(at.timestamp())
    return f"<t:{stamp - stamp % seconds}:R>"

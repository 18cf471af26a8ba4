"""How servers look to those who run them."""

from __future__ import annotations

from datetime import datetime

import discord

from bots.admin.domain import STALE
from bots.admin.servers.service import Reports, ServerReport
from shared.discord_kit.cards import Colour, ago, card, plain
from shared.domain.durations import in_words
from shared.domain.text import for_discord
from shared.store.states import ServerState

_PER_PAGE = 6
# Names on one server's field of 1,024 characters, beside all the rest.
_NAMES = 400


def status_cards(reports: Reports) -> list[discord.Embed]:
    """Return what is known of servers, a page for every few."""
    pages = [
        reports.servers[start : start + _PER_PAGE] for start in range(0, len(reports.servers), _PER_PAGE)
    ]
    up = sum(_is_up(one.state, reports.at) for one in reports.servers)
    looks = [one.state.observed_at for one in reports.servers if one.state is not None]
    age = f"oldest look {in_words(reports.at - min(looks))} ago" if looks else "no look yet"
    return [
        card(
            f"{up} of {len(reports.servers)} server{'' if len(reports.servers) == 1 else 's'} up",
            colour=Colour.GOOD if up == len(reports.servers) else Colour.BAD if not up else Colour.DOUBTFUL,
            fields=[
                (f"{_mark(one.state, reports.at)} {plain(one.server.name)}", _details(one, reports))
                for one in page
            ],
            inline=False,
            footer=f"Admin · from RCON, logs and saves · {age}",
        )
        for page in pages
    ]


def _is_up(state: ServerState | None, now: datetime) -> bool:
    return state is not None and state.is_up and now - state.observed_at <= STALE


def _mark(state: ServerState | None, now: datetime) -> str:
    if state is None:
        return "⚪"
    if now - state.observed_at > STALE:
        return "🟠"
    return "🟢" if state.is_up else "🔴"


def _details(report: ServerReport, reports: Reports) -> str:
    lines = [f"`{report.server.key}` · {report.server.game.upper()} · {plain(report.server.map)}"]
    lines += _state(report.state, reports)
    lines += _save(report, reports)
    if reports.for_staff and report.waiting is not None:
        waiting = report.waiting
        lines.append(f"{waiting.count} command(s) wait, the oldest since {ago(waiting.oldest_at)}")
    return "\n".join(lines)


def _state(state: ServerState | None, reports: Reports) -> list[str]:
    if state is None:
        return ["Nobody has looked yet. Is the parser service running, and RCON or a log path set for it?"]
    word = "Up" if state.is_up else "Down"
    if reports.at - state.observed_at > STALE:
        word = f"{word} when last seen; nobody has looked since. Is the parser service running?\nThat was"
    lines = [f"{word} since {ago(state.since)} · seen over {state.source} {ago(state.observed_at)}"]
    if state.is_up:
        names = ", ".join(for_discord(name, limit=60) for name in state.players)
        lines.append(_shortened(f"{len(state.players)} on" + (f": {names}" if names else "")))
    if state.problem and reports.for_staff:
        lines.append(f"Problem: {for_discord(state.problem, limit=200)}")
    return lines


def _shortened(text: str) -> str:
    # room is needed for what follows
    return text if len(text) <= _NAMES else text[:_NAMES].rpartition(",")[0] + ", …"


def _save(report: ServerReport, reports: Reports) -> list[str]:
    if report.save is None:
        lines = ["No save has been read yet"]
    else:
        save = report.save
        lines = [f"Save of {ago(save.saved_at)}: {save.structures:,} structures, {save.tribes} tribes"]
    if report.refusal is not None:
        why = f": {for_discord(report.refusal.reason, limit=150)}" if reports.for_staff else ""
        lines.append(f"A newer save was refused {ago(report.refusal.refused_at)}{why}")
    return lines

"""How the holes of a community look."""

from __future__ import annotations

from datetime import datetime, timedelta

import discord

from bots.chat_bridge.gaps.domain import source_text
from bots.chat_bridge.gaps.service import GapReport
from shared.discord_kit.cards import Colour, card, cut, plain
from shared.domain.durations import in_words
from shared.store.gaps import FeedGap, GapDay
from shared.store.servers import GameServer


def gaps_card(report: GapReport, now: datetime) -> discord.Embed:
    """Return what is missing from the last week, by server and day."""
    if not report.bridge.servers:
        return card(
            "Gaps",
            "No game server is set up yet. Name one in the community file, then restart Helena.",
            colour=Colour.DOUBTFUL,
        )
    is_whole = all(day.open_gaps == 0 for day in report.days)
    return card(
        "Gaps",
        "Nothing is missing from the last 7 days."
        if is_whole
        else "What could not be read of the last 7 days, by day (UTC).",
        colour=Colour.GOOD if is_whole else Colour.DOUBTFUL,
        fields=[(plain(server.name), _server(report, server, now)) for server in report.bridge.servers],
        inline=False,
        footer="Chat · from the event log · just now",
    )


def _server(report: GapReport, server: GameServer, now: datetime) -> str:
    days = [day for day in report.days if day.server_id == server.id]
    lines = [source_text(report.states.get(server.id), now)]
    lines += [_day(day) for day in days]
    lines += [_gap(gap) for gap in report.newest.get(server.id, []) if gap.recovered_at is None]
    return "\n".join(lines)


def _day(day: GapDay) -> str:
    parts = []
    if day.open_gaps:
        missing = in_words(timedelta(seconds=day.missing_seconds))
        parts.append(f"{day.open_gaps} gap{'' if day.open_gaps == 1 else 's'}, {missing} missing")
    if day.recovered:
        parts.append(f"{day.recovered} line{'' if day.recovered == 1 else 's'} recovered")
    return f"{day.day:%Y-%m-%d}: {'; '.join(parts) or 'nothing missing'}"


def _gap(gap: FeedGap) -> str:
    began, ended = int(gap.began_at.timestamp()), int(gap.ended_at.timestamp())
    return f"• <t:{began}:f> to <t:{ended}:T>: {cut(plain(gap.reason), 120)}"

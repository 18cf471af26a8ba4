"""Which holes are worth a word in the channels, and how it reads."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.domain.text import for_discord
from shared.store.gaps import FeedGap, FeedState

SETTLED_AFTER = timedelta(minutes=10)
"""Until then a hole may still be filled: a log that was away for a restart is back by now."""
TOLD_FOR = timedelta(days=1)
"""Older holes are history, not news."""
FRESH_FOR = timedelta(minutes=2)
"""A source that was read longer ago than this does not work at present; it says so every 15 seconds."""
# A connection that breaks for a moment leaves a hole of a second or two in which most likely nothing was said.
_WORTH_TELLING = timedelta(seconds=30)

_SOURCES = {"log": "its log file", "nitrado": "its log at Nitrado", "rcon": "RCON"}


def recap_of(gap: FeedGap, server: str) -> str | None:
    """Return what a channel reads of a hole; ``None`` where nothing of interest happened."""
    name = for_discord(server, limit=60)
    if gap.recovered_at is not None:
        if not gap.recovered:
            return None
        return f"🕗 {name}: recovered {_lines(gap.recovered)} of {_span(gap)}."
    if gap.ended_at - gap.began_at < _WORTH_TELLING and not gap.recovered:
        return None
    found = f" Recovered so far: {_lines(gap.recovered)}." if gap.recovered else ""
    return f"⚠️ {name}: gap from {_span(gap)}, not recoverable. {gap.reason}{found}"


def recap_key(gap: FeedGap) -> str:
    """Return what tells one recap from another; a hole that is filled later is told of again."""
    return f"gap:{gap.id}:{'open' if gap.recovered_at is None else 'filled'}"


def source_text(state: FeedState | None, now: datetime) -> str:
    """Return by what a server's lines come at present, for people who ask how fresh they are."""
    if state is None:
        return "Its lines have not been read yet."
    name = _SOURCES.get(state.source, state.source)
    if now - state.read_at > FRESH_FOR:
        return f"Its lines came by {name}, last <t:{int(state.read_at.timestamp())}:R>."
    why = "" if state.problem is None else f" ({state.problem})"
    return f"Its lines come by {name}{why}."


def _lines(count: int) -> str:
    return f"{count} line{'' if count == 1 else 's'}"


def _span(gap: FeedGap) -> str:
    return f"<t:{int(gap.began_at.timestamp())}:T> to <t:{int(gap.ended_at.timestamp())}:T>"

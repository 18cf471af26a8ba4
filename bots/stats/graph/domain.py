"""The players' curve: few enough points to draw, and no line where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.durations import in_words
from shared.store.servers import GameServer
from shared.store.states import PlayerCount

MAX_HOURS = 168
"""A week: what a picture for a phone can show."""
MAX_SERVERS = 7
"""As many colours as colour-blind people tell apart (Okabe and Ito, without the one that is lost on dark)."""

# Points across the picture: about one per pixel column of a phone.
_BINS = 360
# Counts are kept once a minute; where none is for so long, nobody looked, and nothing is drawn.
_GAP = timedelta(minutes=5)
# Where counting began just now, a picture of a minute would be all steps.
_SHORTEST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One server's curve: hours before the end, and players, ``None`` where nothing is known."""

    name: str
    hours_ago: tuple[float, ...]
    players: tuple[int | None, ...]

    @property
    def peak(self) -> int:
        """Return the most players at once."""
        return max((count for count in self.players if count is not None), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What to draw: the time asked for, or less where counting began later."""

    span: timedelta
    until: datetime
    curves: tuple[Curve, ...]
    left_out: int
    latest_at: datetime


def chart_of(
    servers: Sequence[GameServer], counts: Sequence[PlayerCount], *, hours: int, until: datetime
) -> Chart | None:
    """Return the chart of these servers, the busiest ones first; ``None`` where nothing was counted."""
    ids = {server.id for server in servers}
    shown = [count for count in counts if count.server_id in ids]
    if not shown:
        return None
    span = _span(min(count.at for count in shown), hours, until)
    curves = [
        _curve(server.name, [count for count in shown if count.server_id == server.id], span, until)
        for server in servers
    ]
    drawn = sorted((curve for curve in curves if curve.hours_ago), key=lambda curve: -curve.peak)
    return Chart(
        span=span,
        until=until,
        curves=tuple(drawn[:MAX_SERVERS]),
        left_out=max(len(drawn) - MAX_SERVERS, 0),
        latest_at=max(count.at for count in shown),
    )


def span_in_words(chart: Chart) -> str:
    """Return how much time a chart shows, in the unit it was asked for in where that says enough."""
    minutes = round(chart.span / timedelta(minutes=1))
    # minutes matter in a morning, and not in a week
    return in_words(timedelta(minutes=minutes)) if minutes < 600 else f"{round(minutes / 60)} h"


def _span(first_at: datetime, hours: int, until: datetime) -> timedelta:
    """Return how far back to draw: what was asked for, unless counting began clearly later."""
    asked = timedelta(hours=hours)
    known = until - first_at
    # the first count of a full time lies up to a minute inside it
    return asked if asked - known <= max(_GAP, asked / _BINS) else max(known, _SHORTEST)


def _curve(name: str, counts: Sequence[PlayerCount], span: timedelta, until: datetime) -> Curve:
    """Return the highest count of each bin, with a break where nobody looked."""
    width = span / _BINS
    gap = max(_GAP, width * 2)
    xs: list[float] = []
    ys: list[int | None] = []
    last: datetime | None = None
    last_bin: int | None = None
    for count in counts:
        if last is not None and count.at - last > gap:
            xs.append(_hours(until - last))
            ys.append(None)
            last_bin = None
        place = int((until - count.at) / width)
        if place == last_bin:
            ys[-1] = max(ys[-1] or 0, count.players)
        else:
            xs.append(_hours(until - count.at))
            ys.append(count.players)
        last, last_bin = count.at, place
    return Curve(name=name, hours_ago=tuple(xs), players=tuple(ys))


def _hours(span: timedelta) -> float:
    return round(max(span.total_seconds(), 0.0) / 3600, 4)

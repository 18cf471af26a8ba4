"""Draws the players' curve: JSON on standard input, a PNG on standard output.

Run as a program of its own: matplotlib takes a second and a hundred megabytes, which neither the event loop nor the
bot's memory should pay for. It imports nothing of Helena, so that it starts fast.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

# Discord's dark background, and text on it with a contrast above 7:1.
_BACKGROUND, _TEXT, _GRID = "#1e1f22", "#dbdee1", "#3f4147"
# Okabe and Ito's palette for colour-blind people, without black.
_COLOURS = ("#56b4e9", "#e69f00", "#009e73", "#f0e442", "#cc79a7", "#d55e00", "#0072b2")
# Lines differ in their dashes too, for who sees no colours at all.
_DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
_DAY = 24 * 60
# Minutes between the marks below: round ones, and as many marks as fit side by side with their words.
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 480, 720, _DAY)
_MOST_STEPS = 7


def paint(chart: dict[str, Any]) -> Figure:
    """Return the picture of a chart."""
    # names are anybody's: a dollar sign in one is no formula
    mpl.rcParams["text.parse_math"] = False
    mpl.rcParams["font.size"] = 13
    figure = Figure(figsize=(8, 5), dpi=120, facecolor=_BACKGROUND, layout="constrained")
    axes = figure.add_subplot(facecolor=_BACKGROUND)
    for place, curve in enumerate(chart["curves"]):
        players = [float("nan") if count is None else count for count in curve["players"]]
        axes.step(
            [-hours for hours in curve["hours_ago"]],
            players,
            where="post",
            label=f"{curve['name']} (peak {curve['peak']})",
            color=_COLOURS[place % len(_COLOURS)],
            linestyle=_DASHES[place % len(_DASHES)],
            linewidth=2.4,
            marker="o" if len(players) == 1 else None,
        )
    _label(axes, chart)
    return figure


def _label(axes: Any, chart: dict[str, Any]) -> None:
    hours, until = chart["hours"], datetime.fromisoformat(chart["until"])
    minutes = hours * 60
    step = next(step for step in _STEPS if minutes <= _MOST_STEPS * step)
    ticks = range(0, round(minutes) + 1, step)
    axes.set_xlim(-hours, 0)
    axes.set_xticks([-ago / 60 for ago in ticks], [_tick(ago, until, step) for ago in ticks])
    peak = max(curve["peak"] for curve in chart["curves"])
    # room above the curves for the legend
    axes.set_ylim(0, max(peak * 1.3, 4))
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.set_title(chart["title"], color=_TEXT, loc="left", fontsize=15, fontweight="bold")
    axes.set_ylabel("players on", color=_TEXT)
    axes.set_xlabel("UTC", color=_TEXT, loc="right", fontsize=11)
    axes.tick_params(colors=_TEXT)
    axes.grid(visible=True, color=_GRID, linewidth=0.8)
    for spine in axes.spines.values():
        spine.set_color(_GRID)
    axes.legend(
        loc="upper left", ncols=2 if len(chart["curves"]) > 2 else 1, framealpha=0.85,
        facecolor=_BACKGROUND, edgecolor=_GRID, labelcolor=_TEXT, fontsize=11,
    )  # fmt: skip


def _tick(ago: int, until: datetime, step: int) -> str:
    at = until - timedelta(minutes=ago)
    unit, length = ("d", _DAY) if step == _DAY else ("h", 60) if step >= 60 else ("min", 1)
    relative = f"{ago // length} {unit} ago" if ago else "now"
    return f"{relative}\n{at:%d %b}" if step == _DAY else f"{relative}\n{at:%H:%M}"


def main() -> None:
    """Draw what standard input asks for."""
    paint(json.load(sys.stdin)).savefig(sys.stdout.buffer, format="png", backend="agg")


if __name__ == "__main__":
    main()

"""When the bot acts by itself."""

from __future__ import annotations

from datetime import timedelta

from bots.stats.panel import StatusPanel
from shared.runtime.loops import Loop


def loops(panel: StatusPanel) -> list[Loop]:
    """Return the loops of the bot."""
    return [Loop(name="stats panel", interval=timedelta(seconds=15), run=panel.refresh)]

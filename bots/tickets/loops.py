"""When the bot acts by itself."""

from __future__ import annotations

from datetime import timedelta

from bots.tickets.listeners import Listeners
from bots.tickets.panel import TicketPanel
from bots.tickets.upkeep.desk import Desk
from shared.runtime.loops import Loop


def loops(desk: Desk, panel: TicketPanel, listeners: Listeners) -> list[Loop]:
    """Return the loops of the bot. All begin when it is ready: what a crash left undone is done first."""
    return [
        Loop(name="tickets settle", interval=timedelta(seconds=15), run=desk.settle_all),
        Loop(name="tickets panel", interval=timedelta(seconds=30), run=panel.refresh),
        Loop(name="tickets read up", interval=timedelta(seconds=5), run=listeners.read_up),
        Loop(name="tickets reconcile", interval=timedelta(hours=1), run=desk.reconcile),
        Loop(name="tickets panel check", interval=timedelta(hours=1), run=panel.check),
    ]

"""How a restart looks while it goes on."""

from __future__ import annotations

import discord

from bots.admin.restarting.domain import LONGEST_RETURN, State
from bots.admin.restarting.queries import Restart
from bots.admin.restarting.service import OrderView
from bots.admin.restarting.words import ending
from shared.discord_kit.cards import Colour, ago, card, plain
from shared.domain.durations import in_words
from shared.domain.text import for_discord

_MARKS = {
    State.COUNTING: "⏳",
    State.SAVING: "💾",
    State.EXITING: "🚪",
    State.RETURNING: "🔄",
    State.DONE: "✅",
    State.ABORTED: "⏹️",
    State.FAILED: "⚠️",
}


def restart_card(view: OrderView) -> discord.Embed:
    """Return how an order stands, a line for each server."""
    lines = [
        f"{_MARKS[restart.state]} **{plain(view.names[restart.server_id])}**: {_state(restart)}"
        for restart in view.restarts
    ]
    intro = f"Ordered by <@{view.order.member_id}> {ago(view.order.ordered_at)}: {for_discord(view.order.reason, limit=200)}"
    return card(
        _title(view),
        f"{intro}\n\n" + "\n".join(lines),
        colour=_colour(view),
        footer=f"Admin · from the command queue and the latest looks · audit entry {view.order.audit_id}",
    )


def _state(restart: Restart) -> str:
    match restart.state:
        case State.COUNTING:
            return f"restarts {ago(restart.due_at)}"
        case State.SAVING:
            return "writes its world; it exits only when that is confirmed"
        case State.EXITING:
            return "world saved, is told to exit"
        case State.RETURNING:
            when = f" since {ago(restart.exited_at)}" if restart.exited_at is not None else ""
            doubt = f" ({for_discord(restart.note, limit=200)})" if restart.note else ""
            return f"awaited back{when}, for up to {in_words(LONGEST_RETURN)}{doubt}"
        case _:
            return ending(restart)


def _title(view: OrderView) -> str:
    states = {restart.state for restart in view.restarts}
    if not view.is_over:
        return "Restart"
    if states == {State.DONE}:
        return "Restarted"
    return "Restart stopped" if states == {State.ABORTED} else "Restart ended"


def _colour(view: OrderView) -> Colour:
    states = {restart.state for restart in view.restarts}
    if State.FAILED in states:
        return Colour.BAD
    if states == {State.DONE}:
        return Colour.GOOD
    return Colour.DOUBTFUL if not view.is_over else Colour.INFO

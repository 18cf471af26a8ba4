"""How restarts read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bots.admin.restarting.domain import State
from bots.admin.restarting.queries import Restart
from shared.domain.text import for_discord
from shared.ids import ServerId

_MARKS = {State.DONE: "✅", State.ABORTED: "⏹️", State.FAILED: "⚠️"}


def summary(restarts: Sequence[Restart], names: Mapping[ServerId, str]) -> str:
    """Return how each server's restart ended, with its downtime."""
    return "\n".join(
        f"{_MARKS[restart.state]} {for_discord(names[restart.server_id], limit=60)}: {ending(restart)}"
        for restart in restarts
    )


def ending(restart: Restart) -> str:
    """Return how a restart ended."""
    if restart.state is State.DONE and restart.exited_at is not None and restart.up_at is not None:
        return f"is back, was away for {downtime(restart.up_at - restart.exited_at)}."
    return for_discord(restart.note, limit=300) or restart.state.value


def downtime(span: timedelta) -> str:
    """Return a span to the second.

    Examples
    --------
    >>> downtime(timedelta(minutes=3, seconds=5))
    '3 min 5 s'
    """
    seconds = max(round(span.total_seconds()), 0)
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"

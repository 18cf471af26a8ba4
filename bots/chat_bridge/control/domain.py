"""What channels are told of a pause."""

from __future__ import annotations

from datetime import datetime

from bots.chat_bridge.queries import Skipped
from shared.domain.text import for_discord


def notice_of_pause(reason: str) -> str:
    """Return what a channel reads when the bridge stops carrying."""
    why = f" Reason: {for_discord(reason, limit=500)}" if reason.strip() else ""
    return f"⏸️ The bridge to the game is paused: nothing is carried either way.{why}"


def notice_of_resumption(paused_at: datetime, skipped: Skipped | None) -> str:
    """Return what a channel reads when the bridge carries again."""
    since = f"since <t:{int(paused_at.timestamp())}:f>"
    if skipped is None:
        return f"▶️ The bridge to the game carries again. Nothing was left out {since}."
    left_out = " and ".join(
        text
        for text in (
            _lines(skipped.from_game, "from the game"),
            _lines(skipped.from_discord, "from here"),
        )
        if text
    )
    return f"▶️ The bridge to the game carries again. Left out {since}: {left_out}."


def _lines(count: int, source: str) -> str:
    return "" if not count else f"{count} line{'' if count == 1 else 's'} {source}"

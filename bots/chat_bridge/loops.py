"""When the bridge looks after itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bots.chat_bridge.from_discord.listeners import BridgeListeners
from bots.chat_bridge.from_discord.receipts import Receipts
from bots.chat_bridge.from_discord.service import FromDiscord
from shared.runtime.loops import Loop


def loops(
    service: FromDiscord,
    listeners: BridgeListeners,
    receipts: Receipts,
    tell_gaps: Callable[[], Awaitable[None]],
) -> list[Loop]:
    """Return the loops of the bot."""
    return [
        Loop(name="chat_bridge keep up", interval=timedelta(seconds=2), run=listeners.keep_up),
        Loop(name="chat_bridge receipts", interval=timedelta(seconds=0.5), run=receipts.show),
        Loop(name="chat_bridge gaps", interval=timedelta(seconds=30), run=tell_gaps),
        Loop(name="chat_bridge sweep", interval=timedelta(hours=1), run=service.sweep),
    ]

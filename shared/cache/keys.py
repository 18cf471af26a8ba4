"""Every key and channel in Redis, with its lifetime: ``helena:<owner>:<thing>:<id>``."""

from __future__ import annotations

from datetime import timedelta

EVENTS_STORED = "helena:shared:events"
"""Channel: new events are in the log."""

COMMANDS_QUEUED = "helena:shared:rcon"
"""Channel: something waits to be sent to a game server."""

SAVE_DECODED = "helena:shared:saves"
"""Channel: a save was decoded and stored."""

NITRADO_LIFETIME = timedelta(seconds=45)


def outbox_filled(bot: str) -> str:
    """Return the channel that says: posts of this bot wait in the outbox."""
    return f"helena:{bot}:outbox"


def nitrado_answer(service: int, thing: str) -> str:
    """Return the key of a cached answer of Nitrado."""
    return f"helena:nitrado:{thing}:{service}"

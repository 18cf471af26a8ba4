"""Which classes of posts may be routed how, in words."""

from __future__ import annotations

from shared.errors import InvalidInputError
from shared.store.servers import Purpose

POSTED: dict[Purpose, str] = {
    Purpose.CHAT: "chat with the game",
    Purpose.STATUS: "the panel of servers and players",
    Purpose.DECAY: "the panel of bases that decay",
    Purpose.AUDIT: "who did what (staff should be alone there)",
    Purpose.TICKETS: "the button that opens tickets",
    Purpose.TRANSCRIPTS: "transcripts of closed tickets (staff should be alone there)",
}
"""What each class of posts is."""

BOT_OF: dict[Purpose, str] = {
    Purpose.CHAT: "chat_bridge",
    Purpose.STATUS: "stats",
    Purpose.DECAY: "decay",
    Purpose.AUDIT: "admin",
    Purpose.TICKETS: "tickets",
    Purpose.TRANSCRIPTS: "tickets",
}
"""Which bot posts it."""


def check_scope(purpose: Purpose, *, has_server: bool) -> None:
    """Let pass what can be routed like this.

    Raises
    ------
    InvalidInputError
        For a server's own channel of something that is the whole community's.
    """
    if has_server and purpose is not Purpose.CHAT:
        raise InvalidInputError(
            f"'{purpose.value}' goes to one channel for the whole community. Leave `server` out."
        )

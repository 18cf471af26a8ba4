"""The values of the RCON client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.ids import PlatformId


@dataclass(frozen=True, slots=True, kw_only=True)
class RconReply:
    """What the server answered, without trailing blanks; empty when the command ran and has no output."""

    text: str

    @property
    def is_empty(self) -> bool:
        """Return whether the command has no output."""
        return not self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long to wait, in seconds."""

    # a game server ticks RCON with the game, so a busy one answers late; 10 s is what tools for ARK use
    connect_seconds: float = 5.0
    login_seconds: float = 10.0
    reply_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """Whether a link is up, since when, and what the last problem was."""

    is_up: bool
    since_at: datetime
    problem: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """One line of ``ListPlayers``; an id that identifies nobody is ``None``."""

    name: str
    platform_id: PlatformId | None

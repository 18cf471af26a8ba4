"""What people in the game read: chat, broadcasts, and messages to one of them."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# The game obeys this in broadcasts (VertycoWiki staff/rich-color.md): the tag is not shown, its text is.
RICH_COLOUR = re.compile(r"<RichColor\b[^>]*>(.*?)</>", re.DOTALL | re.IGNORECASE)
KEPT = 2000


class Shown(StrEnum):
    """Where on the screen."""

    CHAT = "chat"
    BROADCAST = "broadcast"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenLine:
    """One text that was shown; ``to`` is a survivor's name, or ``None`` for everybody."""

    at: datetime
    shown: Shown
    text: str
    to: str | None = None


class Screen:
    """The last texts shown on one server."""

    def __init__(self) -> None:
        self.lines: deque[ScreenLine] = deque(maxlen=KEPT)

    def show(self, at: datetime, shown: Shown, text: str, *, to: str | None = None) -> None:
        """Add a text as a player would read it."""
        readable = RICH_COLOUR.sub(r"\1", text) if shown == Shown.BROADCAST else text
        self.lines.append(ScreenLine(at=at, shown=shown, text=readable, to=to))

    @property
    def texts(self) -> list[str]:
        """The texts alone, oldest first."""
        return [line.text for line in self.lines]

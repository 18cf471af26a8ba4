"""Two of a server's buffers show chat: ``GetGameLog`` with a stamp, ``GetChat`` without. Each line counts once.

``GetChat`` is asked first. So a line it hands out is in the game's log by then: in the reply that follows, or in one
before, since ``GetChat`` was last asked. A line of the log comes by the next ``GetChat`` at the latest. What never comes
by one of the two was taken by somebody else, because each buffer is emptied by whoever reads it (arkmanager#293).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from parser_service.feeds.identity import LineKey
from shared.domain.events import Chat, ServerChat
from shared.store.events import NewEvent

_STOLEN = 3
"""So many lines within ``_WITHIN_SECONDS`` are no accident."""
_WITHIN_SECONDS = 600.0
# A line of the log may be younger than the GetChat before it, never than the one after: that makes two.
_ROUNDS = 2
# No server says more between two rounds; what is beyond is not waited for.
_MOST = 2_000


class ChatPairing:
    """Pairs the lines of both buffers, round by round."""

    def __init__(self) -> None:
        self._round = 0
        self._unheard: deque[tuple[str, int]] = deque(maxlen=_MOST)
        self._missing_chat: deque[float] = deque(maxlen=_STOLEN)
        self._missing_log: deque[float] = deque(maxlen=_STOLEN)
        self._log_shown_at: float | None = None

    def forget(self) -> None:
        """Begin anew: the connection, or the server, is another one."""
        self._unheard.clear()

    def logged(self, events: Sequence[NewEvent], *, now: float) -> None:
        """Take lines of ``GetGameLog``."""
        for event in events:
            if isinstance(event.event, Chat | ServerChat):
                self._unheard.append((LineKey.of(event.raw).text, self._round))
                self._log_shown_at = now

    def leftovers(self, heard: Sequence[NewEvent], *, now: float) -> list[NewEvent]:
        """End a round, and return the lines of its ``GetChat`` that the game's log did not show."""
        self._round += 1
        left = [event for event in heard if not self._pair(LineKey.of(event.raw).text)]
        if self._log_shown_at is not None and now - self._log_shown_at < _WITHIN_SECONDS:
            # a server without -servergamelog shows no chat in it: then nobody has taken it
            self._missing_log.extend(now for _ in left)
        while self._unheard and self._unheard[0][1] <= self._round - _ROUNDS:
            self._unheard.popleft()
            self._missing_chat.append(now)
        return left

    def suspects(self, now: float) -> list[str]:
        """Return the buffers that somebody else reads as well."""
        buffers = (("GetChat", self._missing_chat), ("GetGameLog", self._missing_log))
        return [name for name, times in buffers if len(times) == _STOLEN and now - times[0] < _WITHIN_SECONDS]

    def _pair(self, text: str) -> bool:
        for number, (other, _) in enumerate(self._unheard):
            if other == text:
                del self._unheard[number]
                return True
        return False

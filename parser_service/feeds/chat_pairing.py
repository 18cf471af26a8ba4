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
# Lines from before a break are waited for so many rounds: GetChat hands out what the server held meanwhile.
_KEPT_ROUNDS = 60
# No server says more between two rounds; what is beyond is not waited for.
_MOST = 2_000


class ChatPairing:
    """Pairs the lines of both buffers, round by round."""

    def __init__(self) -> None:
        self._round = 0
        # the text, up to which round it is waited for, and whether its absence means anything
        self._unheard: deque[tuple[str, int, bool]] = deque(maxlen=_MOST)
        self._missing_chat: deque[float] = deque(maxlen=_STOLEN)
        self._missing_log: deque[float] = deque(maxlen=_STOLEN)
        self._log_shown_at: float | None = None

    def was_cut(self) -> None:
        """Note that the connection is another one: what was logged before may be heard yet, or never."""
        until = self._round + _KEPT_ROUNDS
        self._unheard = deque(((text, until, False) for text, _, _ in self._unheard), maxlen=_MOST)

    def logged_before(self, raws: Sequence[str]) -> None:
        """Take lines of chat that an earlier process had from ``GetGameLog``, and may not have heard."""
        keys = [LineKey.of(raw) for raw in raws]
        until = self._round + _KEPT_ROUNDS
        self._unheard.extend((key.text, until, False) for key in keys if key.is_stamped)

    def logged(self, events: Sequence[NewEvent], *, now: float) -> None:
        """Take lines of ``GetGameLog``."""
        for event in events:
            if isinstance(event.event, Chat | ServerChat):
                self._unheard.append((LineKey.of(event.raw).text, self._round + _ROUNDS, True))
                self._log_shown_at = now

    def leftovers(self, heard: Sequence[NewEvent], *, now: float) -> list[NewEvent]:
        """End a round, and return the lines of its ``GetChat`` that the game's log did not show."""
        self._round += 1
        left = [event for event in heard if not self._pair(LineKey.of(event.raw).text)]
        if self._log_shown_at is not None and now - self._log_shown_at < _WITHIN_SECONDS:
            # a server without -servergamelog shows no chat in it: then nobody has taken it
            self._missing_log.extend(now for _ in left)
        self._count_unheard(now)
        return left

    def _count_unheard(self, now: float) -> None:
        """Give up lines that would have been heard by now; after a break that means nothing."""
        over = [entry for entry in self._unheard if entry[1] < self._round]
        if over:
            self._missing_chat.extend(now for _, _, is_certain in over if is_certain)
            self._unheard = deque((e for e in self._unheard if e[1] >= self._round), maxlen=_MOST)

    def suspects(self, now: float) -> list[str]:
        """Return the buffers that somebody else reads as well."""
        buffers = (("GetChat", self._missing_chat), ("GetGameLog", self._missing_log))
        return [name for name, times in buffers if len(times) == _STOLEN and now - times[0] < _WITHIN_SECONDS]

    def _pair(self, text: str) -> bool:
        for number, (other, _, _) in enumerate(self._unheard):
            if other == text:
                del self._unheard[number]
                return True
        return False

"""What RCON's readers may take: chat and game log lines not read yet. Whoever asks first has them."""

from __future__ import annotations

from collections import deque

# RCONServerGameLogBuffer's default, and how many lines one GetGameLog gives (ark.wiki.gg, Server_configuration).
LOG_BUFFER = 600
LOG_PAGE = 100


class Unread:
    """Two queues that reading empties (arkmanager#293: two bots on one server steal each other's lines)."""

    def __init__(self) -> None:
        self._chat: deque[str] = deque(maxlen=LOG_BUFFER)
        self._log: deque[str] = deque(maxlen=LOG_BUFFER)

    def add(self, stamp: str, text: str, *, is_chat: bool) -> None:
        """Remember a line."""
        self._log.append(f"{stamp}: {text}")
        if is_chat:
            self._chat.append(text)

    def take_chat(self) -> str:
        """Return and forget the chat lines, or an empty text."""
        taken = "\n".join(self._chat)
        self._chat.clear()
        return taken

    def take_log(self) -> str:
        """Return and forget up to a page of lines, or an empty text; every line ends in a line feed."""
        count = min(LOG_PAGE, len(self._log))
        return "".join(f"{self._log.popleft()}\n" for _ in range(count))

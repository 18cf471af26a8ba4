"""Lines of the server about itself, by their first word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from parser_service.grammar.loading import Beginning
from parser_service.grammar.masking import mask_line
from parser_service.grammar.quick import quick
from parser_service.grammar.templates import PhraseBook
from shared.domain.events import GameEvent, ServerLine, ServerTopic

# bound once: looking a member of an enumeration up costs as much as making a value
_ENGINE = ServerTopic.ENGINE

_server_line = quick(ServerLine)


class ServerLines:
    """Reads what a server writes about itself, without addresses and passwords."""

    def __init__(self, beginnings: Iterable[Beginning], phrases: PhraseBook) -> None:
        by_first_word: defaultdict[str, list[tuple[str, ServerTopic]]] = defaultdict(list)
        for row in beginnings:
            by_first_word[row.begins.split(" ", 1)[0]].append((row.begins, row.topic))
        self._by_first_word = dict(by_first_word)
        self._phrases = phrases

    def read(self, message: str) -> GameEvent | None:
        """Return the event of a line that the server writes about itself."""
        word = message.split(" ", 1)[0]
        for beginning, topic in self._by_first_word.get(word, ()):
            if message.startswith(beginning):
                return _server_line(topic=topic, text=mask_line(message))
        if word[:3] == "Log" and word[-1:] == ":":
            # Unreal's own categories: LogNet, LogTemp, …
            return _server_line(topic=_ENGINE, text=mask_line(message))
        return self._phrases.read(message, None)

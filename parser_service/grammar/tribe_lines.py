"""Lines of the tribes' logs, as the server's log and as the saves hold them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from parser_service.grammar.loading import Words
from parser_service.grammar.masking import mask_line
from parser_service.grammar.quick import quick
from parser_service.grammar.templates import PhraseBook
from shared.domain.events import GameEvent, TribeLine, TribeStamp, Unknown
from shared.ids import TribeId

# "Tribe Moss, ID 1234567890: Day 3, 01:02:03: …"; German servers write "Day" too
_HEAD = re.compile(r", ID (\d{1,18}): Day (\d{1,9}), (\d\d:\d\d:\d\d): ", re.ASCII)
# mods write the numbers without blanks: <RichColor Color="1,0.5,0,1">
_COLOUR = r"<RichColor [^>]*>"
_ENTRY = re.compile(r"Day (\d{1,9}), (\d\d:\d\d:\d\d): ", re.ASCII)

# entries are as long as lines; the rest is not looked at
_TEXT_LIMIT = 1_024

_to_tribe_id = cast("Callable[[str], TribeId]", int)
_stamp = quick(TribeStamp)
_tribe_line = quick(TribeLine)


class TribeLog:
    """Reads lines of the tribes' logs in all languages."""

    def __init__(self, words: Words, phrases: PhraseBook) -> None:
        prefixes = "|".join(map(re.escape, words.tribe_prefixes))
        self._line = re.compile(rf"(?:{prefixes}) (.*?){_HEAD.pattern}({_COLOUR})?", re.ASCII | re.DOTALL)
        self._phrases = phrases

    def read_line(self, message: str) -> GameEvent | None:
        """Return the event of "Tribe <name>, ID <n>: Day <d>, <time>: <text>)", or ``None`` if it is no such line.

        A tribe may be named so that it imitates a head; a line with two heads is nobody's.
        """
        head = self._line.match(message)
        if head is None:
            return None
        end = head.end()
        if message.find(", ID ", end) >= 0 and _HEAD.search(message, end):
            return Unknown(text=mask_line(message))
        tribe, tribe_id, day, time, colour = head.groups()
        stamp = _stamp(tribe=tribe, tribe_id=_to_tribe_id(tribe_id), day=int(day), time=time)
        # the game closes a bracket here that it never opened
        if colour and message.endswith("</>)"):
            return self._read_plain(message[end:-4], stamp)
        return self.read_text(message[end - len(colour or "") :].removesuffix(")"), stamp)

    def read_entry(self, entry: str, *, tribe: str, tribe_id: TribeId | None) -> GameEvent:
        """Return the event of one entry of the log that a tribe's file or a save holds."""
        entry = entry[:_TEXT_LIMIT]
        head = _ENTRY.match(entry)
        if head is None:
            return Unknown(text=mask_line(entry))
        stamp = TribeStamp(tribe=tribe, tribe_id=tribe_id, day=int(head[1]), time=head[2])
        return self.read_text(entry[head.end() :], stamp)

    def read_text(self, text: str, stamp: TribeStamp) -> GameEvent:
        """Return the event of a line's text, as players read it in the game."""
        text = text[:_TEXT_LIMIT]
        if text.startswith("<RichColor ") and text.endswith("</>"):
            text = text[text.find(">") + 1 : -3]
        return self._read_plain(text, stamp)

    def _read_plain(self, text: str, stamp: TribeStamp) -> GameEvent:
        text = plain = text.rstrip()
        # French has blanks that do not break, and before the mark one or none
        if "\N{NO-BREAK SPACE}" in text:
            plain = text.replace("\N{NO-BREAK SPACE}", " ")
        if plain.endswith(" !"):
            plain = plain[:-2] + "!"
        return self._phrases.read(plain, stamp, text) or _tribe_line(stamp=stamp, text=text)

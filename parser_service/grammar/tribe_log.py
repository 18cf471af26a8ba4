"""Lines of the tribes' logs, as the server's log and as the saves hold them."""

from __future__ import annotations

import dataclasses
import re

from parser_service.grammar.masking import mask_line
from parser_service.grammar.phrases import TRIBE_LOG
from parser_service.grammar.words import TRIBE_PREFIXES
from shared.domain.events import GameEvent, TribeLine, TribeStamp, Unknown
from shared.ids import TribeId

# "Tribe Moss, ID 1234567890: Day 3, 01:02:03: …"; German servers write "Day" too
_HEAD = re.compile(r", ID (\d{1,18}): Day (\d{1,9}), (\d\d:\d\d:\d\d): ", re.ASCII)
_ENTRY = re.compile(r"Day (\d{1,9}), (\d\d:\d\d:\d\d): ", re.ASCII)


def read_tribe_line(message: str) -> GameEvent | None:
    """Return the event of "Tribe <name>, ID <n>: Day <d>, <time>: <text>)", or ``None`` if it is no such line.

    A tribe may be named so that it imitates a head; a line with two heads is nobody's.
    """
    if not message.startswith(TRIBE_PREFIXES):
        return None
    name_start = message.index(" ") + 1
    head = _HEAD.search(message, name_start)
    if head is None:
        return None
    if _HEAD.search(message, head.end()):
        return Unknown(text=mask_line(message))
    stamp = TribeStamp(
        tribe=message[name_start : head.start()],
        tribe_id=TribeId(int(head[1])),
        day=int(head[2]),
        time=head[3],
    )
    # the game closes a bracket here that it never opened
    return _read_text(message[head.end() :].removesuffix(")"), stamp)


def read_tribe_entry(entry: str, *, tribe: str, tribe_id: TribeId | None) -> GameEvent:
    """Return the event of one entry of the log that a tribe's file or a save holds."""
    entry = entry[:1024]
    head = _ENTRY.match(entry)
    if head is None:
        return Unknown(text=mask_line(entry))
    stamp = TribeStamp(tribe=tribe, tribe_id=tribe_id, day=int(head[1]), time=head[2])
    return _read_text(entry[head.end() :], stamp)


def _read_text(text: str, stamp: TribeStamp) -> GameEvent:
    text = _without_colour(text).rstrip()
    # French has blanks that do not break, and before the mark one or none
    plain = text.replace("\N{NO-BREAK SPACE}", " ")
    if plain.endswith(" !"):
        plain = plain[:-2] + "!"
    for phrase in TRIBE_LOG:
        if phrase.needle in plain and (event := phrase.read(plain, stamp)) is not None:
            return dataclasses.replace(event, text=text) if isinstance(event, TribeLine) else event
    return TribeLine(stamp=stamp, text=text)


def _without_colour(text: str) -> str:
    """Return ``<RichColor Color="1, 0, 0, 1">text</>`` as the text; mods write the numbers without blanks."""
    if text.startswith("<RichColor ") and text.endswith("</>"):
        return text[text.find(">") + 1 : -3]
    return text

"""What lines that nobody knows yet have in common, for whoever extends the grammar.

Unknown lines are kept as they are. Counted by shape, with one example each and when the shape was seen first and last,
they say which row of the tables is worth writing next: a table ``unknown_shapes (server_id, shape, example, times,
first_seen_at, last_seen_at)`` with the key ``(server_id, shape)``, to which each stored unknown line adds one.
"""

from __future__ import annotations

import re

from parser_service.grammar.book import grammar
from parser_service.grammar.stamps import GAME_STAMP_LENGTH, read_bracket_stamp, skip_game_stamp

SHAPE_LIMIT = 200
"""No shape is longer."""

# of a line that nobody knows, the beginning says what it is
_LOOKED_AT = 512

_COLOUR = re.compile(r"<RichColor [^>]{0,64}>|</>")
# 'Stone Wall', "some text", (Tribe of Ada): what stands in quotes and brackets is a name
_QUOTED = re.compile(r"""(?<!\w)'[^'\n]{0,64}'(?!\w)|"[^"\n]{0,128}"|\([^()\n]{0,64}\)""")
_NUMBER = re.compile(r"\d+(?:[.:,_-]\d+)*")
_LONG_HEX = re.compile(r"\b(?=\w*\d)[0-9A-Fa-f]{8,}\b")


def shape_of(line: str) -> str:
    """Return a line without what differs from one line of its kind to the next.

    Stamps and colours go; numbers become ``#``; names become ``*``: what stands in quotes and brackets, and words that
    are not written small, unless the grammar knows them. Names that are written small stay, and make a shape of
    their own.
    """
    text = _COLOUR.sub("", _message_of(line)[:_LOOKED_AT])
    text = _NUMBER.sub("#", _LONG_HEX.sub("#", _QUOTED.sub(_emptied, text)))
    words: list[str] = []
    for word in text.split():
        shown = word if _is_plain(word) else "*"
        if shown != "*" or words[-1:] != ["*"]:
            words.append(shown)
    return " ".join(words)[:SHAPE_LIMIT]


def _message_of(line: str) -> str:
    stamp = read_bracket_stamp(line[:_LOOKED_AT])
    start = stamp[0] if stamp else 0
    if skip_game_stamp(line, start) > start:
        start += GAME_STAMP_LENGTH
    return line[start : start + _LOOKED_AT]


def _emptied(quoted: re.Match[str]) -> str:
    return f"{quoted[0][0]}*{quoted[0][-1]}"


def _is_plain(word: str) -> bool:
    """Tell whether a word is the game's own: small letters, signs and numbers, or known to the grammar."""
    return word == word.lower() or not grammar().known_words.isdisjoint((word, word.rstrip(":,.!")))

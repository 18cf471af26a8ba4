"""Text from the game as Postgres can hold it."""

from __future__ import annotations

# What neither Postgres' text nor its jsonb can hold: NUL, and halves of surrogate pairs.
_UNSTORABLE = {0: "\N{REPLACEMENT CHARACTER}"} | dict.fromkeys(
    range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"
)


def storable(text: str) -> str:
    """Return the text with every character that Postgres refuses replaced by one that says so."""
    return text if text.isascii() and "\0" not in text else text.translate(_UNSTORABLE)

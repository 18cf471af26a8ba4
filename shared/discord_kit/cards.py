"""Embeds that always fit: texts are cut to Discord's limits, with an ellipsis, instead of being refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum

import discord

# Discord's limits of an embed (reference/discord.md, section 3).
TITLE, DESCRIPTION, FIELDS, FIELD_NAME, FIELD_VALUE, FOOTER, TOTAL = 256, 4096, 25, 256, 1024, 2048, 6000
MESSAGE = 2000


class Colour(IntEnum):
    """What a card's colour means, the same in all bots."""

    GOOD = 0x3BA55D
    DOUBTFUL = 0xFAA61A
    BAD = 0xED4245
    INFO = 0x5865F2


def cut(text: str, limit: int) -> str:
    """Return the text, or its beginning with an ellipsis where it is longer than the limit.

    Examples
    --------
    >>> cut("structures", 6)
    'struc…'
    """
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + "…"


def card(
    title: str,
    description: str = "",
    *,
    colour: Colour = Colour.INFO,
    fields: Sequence[tuple[str, str]] = (),
    inline: bool = True,
    footer: str = "",
) -> discord.Embed:
    """Return an embed that Discord accepts whatever the texts are.

    Fields beyond the 25th, or beyond 6,000 characters in total, are left out, and the footer says how many.
    """
    embed = discord.Embed(title=cut(title, TITLE), colour=int(colour))
    footer = cut(footer, FOOTER)
    room = TOTAL - len(embed.title or "") - len(footer) - 40
    embed.description = cut(description, min(DESCRIPTION, room)) or None
    room -= len(embed.description or "")
    left_out = 0
    for name, value in fields:
        short = (cut(name, FIELD_NAME) or "\u200b", cut(value, FIELD_VALUE) or "\u200b")
        if len(embed.fields) == FIELDS or len(short[0]) + len(short[1]) > room:
            left_out += 1
            continue
        embed.add_field(name=short[0], value=short[1], inline=inline)
        room -= len(short[0]) + len(short[1])
    note = f"{left_out} more not shown" if left_out else ""
    text = " · ".join(part for part in (footer, note) if part)
    if text:
        embed.set_footer(text=text)
    return embed


def ago(at: datetime) -> str:
    """Return a Discord timestamp that reads as "3 minutes ago" in the reader's language."""
    return f"<t:{int(at.timestamp())}:R>"


def moment(at: datetime) -> str:
    """Return a Discord timestamp with date and time in the reader's time zone."""
    return f"<t:{int(at.timestamp())}:f>"


def plain(name: str) -> str:
    """Return a name that the game or a person chose, as text that Discord shows and does not interpret."""
    visible = "".join(character for character in name if character.isprintable())
    return discord.utils.escape_markdown(cut(" ".join(visible.split()), 100)) or "(no name)"

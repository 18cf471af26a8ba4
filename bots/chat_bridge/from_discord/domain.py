"""How what people say in Discord reads in the game, and which receipt they get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.domain.text import for_game
from shared.ids import ChannelId, GuildId, MemberId, MessageId
from shared.store.commands import CommandState

LIFETIME = timedelta(minutes=5)
"""What a game server did not take for so long is not said any more."""
CATCH_UP = timedelta(minutes=10)
"""What was said longer ago than this, while nobody listened, is told as a gap instead of being said."""
CATCH_UP_MESSAGES = 200
"""And no more than this many messages of a channel."""
SLOW = timedelta(seconds=3)
"""From here on the author is told that it takes a while."""

# The game's chat shows one line of a few hundred characters; answers keep to 200 as well (peers.md, section 5.0).
LINE_LIMIT = 200
PIECES = 3
# Discord's limit of a display name.
_NAME_LIMIT = 32
# More than the longest message; what is beyond the last piece is cut there.
_BODY_LIMIT = 4_000


class Attachment(StrEnum):
    """What somebody attached."""

    PICTURE = "picture"
    FILE = "file"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """An attachment, by name."""

    kind: Attachment
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A message of a person in Discord; mentions are names already."""

    message_id: MessageId
    guild_id: GuildId
    channel_id: ChannelId
    author_id: MemberId
    author_name: str
    text: str
    attached: tuple[Attached, ...] = ()
    reply_to: str | None = None


class Receipt(StrEnum):
    """The reaction that tells the author how far a message has come."""

    DELIVERED = "✅"
    SLOW = "⏳"
    FAILED = "⚠️"
    PAUSED = "⏸️"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What to show now, and whether that is the end of it."""

    receipt: Receipt | None
    is_settled: bool


def lines_for_game(spoken: Spoken, *, ascii_only: bool) -> list[str]:
    """Return a message as the lines the game shows: at most three, and none where nothing is left to say."""
    body = for_game(_body(spoken, ascii_only=ascii_only), limit=_BODY_LIMIT, ascii_only=ascii_only)
    if not body:
        return []
    name = for_game(spoken.author_name, limit=_NAME_LIMIT, ascii_only=ascii_only) or "somebody"
    head = f"[D] {name}: "
    # the head and a piece may form markup where they meet, so each whole line passes once more
    return [
        for_game(head + piece, limit=LINE_LIMIT, ascii_only=ascii_only)
        for piece in _pieces(body, LINE_LIMIT - len(head))
    ]


def progress(
    states: Sequence[CommandState], *, is_carried: bool, shown: str | None, waited: timedelta
) -> Progress:
    """Return which receipt a message bears now, from the states of its commands."""
    if not is_carried:
        return Progress(receipt=Receipt.PAUSED, is_settled=True)
    if any(state in {CommandState.QUEUED, CommandState.SENDING} for state in states):
        is_slow = waited >= SLOW or shown == Receipt.SLOW
        return Progress(receipt=Receipt.SLOW if is_slow else None, is_settled=False)
    if any(state is not CommandState.CONFIRMED for state in states):
        return Progress(receipt=Receipt.FAILED, is_settled=True)
    return Progress(receipt=Receipt.DELIVERED if states else None, is_settled=True)


def is_too_old(said_at: datetime, now: datetime) -> bool:
    """Tell whether a missed message is too old to be said now."""
    return now - said_at > CATCH_UP


def _body(spoken: Spoken, *, ascii_only: bool) -> str:
    parts = [spoken.text.strip(), *map(_attached, spoken.attached)]
    text = " ".join(part for part in parts if part)
    if not text or spoken.reply_to is None:
        return text
    name = spoken.reply_to[:_NAME_LIMIT]
    # the arrow's transliteration is longer than most answers
    return f"> {name}: {text}" if ascii_only else f"↩ {name}: {text}"


def _attached(attached: Attached) -> str:
    name = attached.name[:40]
    match attached.kind:
        case Attachment.PICTURE:
            return "[picture]"
        case Attachment.STICKER:
            return f"[sticker {name}]"
        case Attachment.FILE:
            return f"[file {name}]"


def _pieces(body: str, size: int) -> list[str]:
    """Return the text in pieces, cut between words where that wastes little; the last one may be too long."""
    pieces: list[str] = []
    while len(body) > size and len(pieces) < PIECES - 1:
        cut = body.rfind(" ", size * 2 // 3, size + 1)
        cut = size if cut == -1 else cut
        pieces.append(body[:cut])
        body = body[cut:].lstrip(" ")
    return [*pieces, body]

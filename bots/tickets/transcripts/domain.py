"""What a transcript shows, to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape

from bots.tickets.domain import Ticket
from bots.tickets.keeping.domain import Copy, KeptFile, KeptMessage
from shared.ids import MessageId

# Discord takes files of 10 MiB (reference/discord.md, section 3). Base64 adds a third, so text and files together
# stay below 9 MiB: 3 MiB of text, 4 MiB of files.
_TEXT_BYTES = 3 << 20
_INLINE_BYTES = 4 << 20
_ONE_INLINE_BYTES = 2 << 20
# The first bytes of pictures that every browser shows and that hold no scripts.
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


class Target(StrEnum):
    """For whom a transcript is."""

    OPENER = "opener"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """A file in a transcript: with its content where that is small enough, else with what is known of it."""

    name: str
    size_bytes: int
    sha256: str
    problem: str
    content: bytes | None
    picture_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message in a transcript."""

    author: str
    is_opener: bool
    at: datetime
    content: str
    reply_to: str
    is_edited: bool
    earlier: tuple[str, ...]
    deleted_at: datetime | None
    files: tuple[ShownFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A ticket from its form to its end."""

    ticket: Ticket
    target: Target
    lines: tuple[Line, ...]
    left_out: int


def file_name(ticket: Ticket) -> str:
    """Return the name of a closing's transcript; no other closing has the same in its guild."""
    again = f"-{ticket.closings}" if ticket.closings > 1 else ""
    return f"ticket-{ticket.number:04}{again}.html"


def may_inline(files: Sequence[KeptFile]) -> list[KeptFile]:
    """Return those of the files that a transcript holds whole: small ones, the earliest first, up to a limit."""
    chosen: list[KeptFile] = []
    room = _INLINE_BYTES
    for file in files:
        if file.state is Copy.KEPT and file.size_bytes <= min(room, _ONE_INLINE_BYTES):
            chosen.append(file)
            room -= file.size_bytes
    return chosen


def picture_type(content: bytes) -> str:
    """Return the type of a picture that a browser may show, told from its bytes and not from what it claims to be."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for mark, kind in _PICTURES.items() if content.startswith(mark)), "")


def transcript_of(
    ticket: Ticket,
    messages: Sequence[KeptMessage],
    files: Sequence[KeptFile],
    contents: Mapping[int, bytes],
    target: Target,
) -> Transcript:
    """Return a ticket's transcript; ``contents`` are those of the files it holds whole, by the file's id.

    Staff see what was deleted, and what was said before it was edited; who opened the ticket sees that of their
    own messages only.
    """
    of_message: dict[MessageId, list[ShownFile]] = {}
    for file in files:
        of_message.setdefault(file.message_id, []).append(_shown(file, contents))
    by_id = {message.message_id: message for message in messages}
    lines: list[Line] = []
    room = _TEXT_BYTES
    for message in reversed(messages):
        line = _line(ticket, message, by_id, tuple(of_message.get(message.message_id, ())), target)
        room -= _weight(line)
        if room < 0:
            break
        lines.append(line)
    lines.reverse()
    return Transcript(ticket=ticket, target=target, lines=tuple(lines), left_out=len(messages) - len(lines))


def _line(
    ticket: Ticket,
    message: KeptMessage,
    by_id: Mapping[MessageId, KeptMessage],
    files: tuple[ShownFile, ...],
    target: Target,
) -> Line:
    is_opener = message.author_id == ticket.opener_id
    sees_past = target is Target.STAFF or is_opener
    is_hidden = message.deleted_at is not None and not sees_past
    original = by_id.get(message.reply_to) if message.reply_to is not None else None
    return Line(
        author=message.author_name,
        is_opener=is_opener,
        at=message.sent_at,
        content="" if is_hidden else message.content,
        reply_to=original.author_name if original is not None else "",
        is_edited=message.edited_at is not None,
        earlier=message.earlier if sees_past and not is_hidden else (),
        deleted_at=message.deleted_at,
        files=() if is_hidden else files,
    )


def _shown(file: KeptFile, contents: Mapping[int, bytes]) -> ShownFile:
    content = contents.get(file.id)
    return ShownFile(
        name=file.name,
        size_bytes=file.size_bytes,
        sha256=file.sha256 or "",
        problem=file.problem or ("not copied in time" if file.sha256 is None else ""),
        content=content,
        picture_type=picture_type(content) if content is not None else "",
    )


def _weight(line: Line) -> int:
    """Return how many bytes a line's texts take in the file; 600 more for what is around them."""
    texts = [line.content, line.author, line.reply_to, *line.earlier, *(file.name for file in line.files)]
    return sum(len(escape(text).encode("utf-8", "replace")) for text in texts) + 600 * (1 + len(line.files))

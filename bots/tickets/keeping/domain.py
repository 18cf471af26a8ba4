"""What is said in a ticket's thread, and how much of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.ids import MemberId, MessageId, TicketId

TICKET_BYTES = 25 << 20
"""So much is copied of a ticket's files: as much as Discord takes in one message of a server that pays."""
READ_LIMIT = 5000
"""So many messages of a thread are read at most; one with more is a chat room."""


class Copy(StrEnum):
    """How far the copy of a file has come."""

    PENDING = "pending"
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardFile:
    """A file that came with a message. Discord's address of it expires within a day."""

    id: int
    name: str
    content_type: str
    size_bytes: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message as Discord has it now."""

    message_id: MessageId
    author_id: MemberId
    author_name: str
    by_person: bool
    content: str
    sent_at: datetime
    edited_at: datetime | None
    reply_to: MessageId | None
    files: tuple[HeardFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage:
    """A message as it is kept; ``earlier`` is what it said before it was edited, oldest first."""

    message_id: MessageId
    author_id: MemberId
    author_name: str
    content: str
    reply_to: MessageId | None
    sent_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    earlier: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file as it is kept, or why it is not."""

    id: int
    message_id: MessageId
    ticket_id: TicketId
    name: str
    content_type: str
    size_bytes: int
    state: Copy
    sha256: str | None
    problem: str


def fits(size_bytes: int, kept: Sequence[KeptFile]) -> bool:
    """Tell whether a file of this size still fits next to what is kept of a ticket, or about to be."""
    taken = sum(file.size_bytes for file in kept if file.state is not Copy.REFUSED)
    return taken + size_bytes <= TICKET_BYTES

"""Codes that prove who plays as whom, and what a line of chat does with one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.domain.events import Chat, Joined
from shared.domain.sessions import SessionBook, player_key
from shared.ids import GuildId, MemberId
from shared.store.events import StoredEvent

LIFETIME = timedelta(minutes=15)
KEPT = timedelta(days=1)
"""A line that was typed in time counts, also when it is read later than the code lived."""

PER_HOUR = 5
"""So many codes a member gets in an hour."""

# Clocks of game servers and of this machine differ by a little.
_SKEW = timedelta(minutes=2)
# Neither 0 and O nor 1, I and L: a code is read on one screen and typed on another, often with a controller.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# 31^6 codes, of which a handful live for 15 minutes; and who guesses one only gives their own player away.
_LENGTH = 6
_LINE = re.compile(rf"(?:!link\s+)?([{_ALPHABET}]{{3}})[- ]?([{_ALPHABET}]{{3}})", re.IGNORECASE | re.ASCII)


class Outcome(StrEnum):
    """What became of a code."""

    LINKED = "linked"
    ALREADY_YOURS = "already_yours"
    TAKEN = "taken"
    UNCLEAR = "unclear"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of a member."""

    id: int
    guild_id: GuildId
    code: str
    member_id: MemberId
    member_name: str
    reference: str
    made_at: datetime
    expires_at: datetime


def new_code() -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def read_code(text: str) -> str | None:
    """Return the code that a line of chat consists of, however it is typed.

    Examples
    --------
    >>> read_code("!link 7kq-4mb"), read_code("see you at 7kq-4mb")
    ('7KQ4MB', None)
    """
    found = _LINE.fullmatch(text.strip())
    return None if found is None else (found[1] + found[2]).upper()


def is_in_time(code: Code, typed_at: datetime) -> bool:
    """Tell whether a line was written while its code lived."""
    return code.made_at - _SKEW <= typed_at <= code.expires_at + _SKEW


def who_typed(chat: Chat, *, is_ase: bool, before: Iterable[StoredEvent]) -> str | None:
    """Return the key of the player who wrote a line, or ``None`` where that is not certain.

    Chat mostly bears a name alone, and names are anybody's: of several accounts with it, none is taken.
    """
    if is_ase:
        # joins of ASE bear no id, so all else of that player is booked on the name
        return player_key(chat.platform_name, None)
    if chat.platform_id is not None:
        return player_key(chat.platform_name, chat.platform_id)
    book = SessionBook()
    accounts: set[str] = set()
    for stored in before:
        book.apply(stored.event, stored.occurred_at)
        if isinstance(stored.event, Joined):
            key = player_key(stored.event.platform_name, stored.event.platform_id)
            accounts |= {key} if key is not None else set()
    session = book.find(chat.platform_name, None)
    if session is not None:
        return session.player
    if accounts:
        # nobody, or more than one, is on by that name as far as the log tells
        return accounts.pop() if len(accounts) == 1 else None
    return player_key(chat.platform_name, None)

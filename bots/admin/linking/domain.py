"""Codes that prove who plays as whom, and what a line of chat does with one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.domain.events import Chat, Joined
from shared.domain.sessions import SessionBook, player_key
from shared.ids import GuildId, MemberId
from shared.store.events import StoredEvent

KEPT = timedelta(days=1)
"""A line that was typed in time counts, also when it is read later than the code lived."""

PER_HOUR = 5
"""So many codes a member gets in an hour."""

NAME_LIMIT = 100
"""Names of survivors and accounts are shorter in both games."""

# Clocks of game servers and of this machine differ by a little.
SKEW = timedelta(minutes=2)


class CodeKind(StrEnum):
    """Where a code has to appear."""

    CHAT = "chat"
    SAVE = "save"


# Servers save every 15 minutes to an hour, and somebody has to be on, alone of their tribe, before that.
LIFETIMES = {CodeKind.CHAT: timedelta(minutes=15), CodeKind.SAVE: timedelta(hours=2)}
# Who renames in the last minute is in the save after that: servers save at least every half an hour.
_SAVE_COMES_WITHIN = timedelta(minutes=30)
# And a save may be fetched and decoded a good while after it was written.
SAVE_READ_WITHIN = timedelta(hours=2)


class Outcome(StrEnum):
    """What became of a code."""

    LINKED = "linked"
    ALREADY_YOURS = "already_yours"
    TAKEN = "taken"
    UNCLEAR = "unclear"
    REPLACED = "replaced"
    QUARANTINED = "quarantined"
    UNPROVED = "unproved"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of a member; ``claimed`` is the name of survivor or account that a save has to prove."""

    id: int
    guild_id: GuildId
    code: str
    member_id: MemberId
    member_name: str
    reference: str
    made_at: datetime
    expires_at: datetime
    kind: CodeKind = CodeKind.CHAT
    claimed: str = ""


def is_in_time(code: Code, typed_at: datetime) -> bool:
    """Tell whether a line was written while its code lived."""
    return code.made_at - SKEW <= typed_at <= code.expires_at + SKEW


def is_shown_in_time(code: Code, saved_at: datetime) -> bool:
    """Tell whether a save can show what was renamed while the code lived."""
    return code.made_at - SKEW <= saved_at <= code.expires_at + _SAVE_COMES_WITHIN


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

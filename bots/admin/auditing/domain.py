"""Deeds in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.domain.text import for_discord
from shared.ids import GuildId, MemberId

# Room in one line of a list; the whole of an entry is in the log.
_VALUE, _RESULT, _REASON = 120, 300, 200
_ARGUMENTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An entry of the audit log, with its number."""

    id: int
    guild_id: GuildId
    at: datetime
    actor_id: MemberId
    actor_name: str
    action: str
    target: str
    reason: str
    arguments: Mapping[str, str]
    result: str
    reference: str


def deed_in_words(deed: Deed) -> str:
    """Return who did what, why, and how it ended, in one line for Discord."""
    parts = [f"**{for_discord(deed.actor_name, limit=80)}** `{_code(deed.action)}`"]
    if deed.target:
        parts.append(for_discord(deed.target, limit=_VALUE))
    parts += [
        f"{for_discord(key, limit=40)}: {for_discord(str(value), limit=_VALUE)}"
        for key, value in list(deed.arguments.items())[:_ARGUMENTS]
        if str(value)
    ]
    if deed.reason:
        parts.append(f"reason: {for_discord(deed.reason, limit=_REASON)}")
    return " · ".join(parts)


def result_in_words(deed: Deed) -> str:
    """Return how a deed ended."""
    return for_discord(deed.result, limit=_RESULT) if deed.result else "no result on record"


def _code(text: str) -> str:
    return (
        "".join(character for character in text if character.isprintable() and character != "`")[:60] or "?"
    )

"""Which saves' columns are kept, and which are forgotten. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.ids import SaveId


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPolicy:
    """How long columns are kept.

    All saves of the last ``everything``, of each day (UTC) of the last ``daily`` the last one, and of a server never
    more than ``most_bytes``. The newest save and the one in use are always kept.
    """

    everything: timedelta = timedelta(hours=48)
    daily: timedelta = timedelta(days=30)
    most_bytes: int = 2 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptColumns:
    """The kept columns of a save."""

    save_id: SaveId
    saved_at: datetime
    bytes: int


def choose_forgotten(
    kept: Sequence[KeptColumns], policy: HistoryPolicy, *, now: datetime, in_use: SaveId | None
) -> list[SaveId]:
    """Return whose columns are to be forgotten, the oldest first."""
    newest_first = sorted(kept, key=lambda save: (save.saved_at, save.save_id), reverse=True)
    spared = {in_use, *(save.save_id for save in newest_first[:1])}
    total = sum(save.bytes for save in newest_first if save.save_id in spared)
    days: set[object] = set()
    forgotten = []
    for save in newest_first:
        day = save.saved_at.astimezone(UTC).date()
        is_last_of_day, age = day not in days, now - save.saved_at
        days.add(day)
        if save.save_id in spared:
            continue
        is_wanted = age <= policy.everything or (is_last_of_day and age <= policy.daily)
        if not is_wanted or total + save.bytes > policy.most_bytes:
            forgotten.append(save.save_id)
        else:
            total += save.bytes
    return forgotten[::-1]

"""Notices ids that several people use at once (peers.md, P-4): the log shows one leave while another plays on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.events import GameEvent, Joined, Left, ServerStarted
from shared.domain.sessions import clean_name, is_platform_id, player_key

# A connection that is lost is noticed within minutes: who renames and comes back meanwhile is one person.
_TIMEOUT = timedelta(minutes=10)
# More names at once would prove nothing more.
_MOST_NAMES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """An account that came under a name and has not left since."""

    player: str
    name: str
    joined_at: datetime


class Presences:
    """Who is on a server, by account and name."""

    def __init__(self, presences: Iterable[Presence] = ()) -> None:
        self._on: dict[str, list[Presence]] = {}
        for presence in sorted(presences, key=lambda one: one.joined_at):
            self._on.setdefault(presence.player, []).append(presence)

    @property
    def all(self) -> frozenset[Presence]:
        """Return who is on."""
        return frozenset(presence for on in self._on.values() for presence in on)

    def apply(self, event: GameEvent, at: datetime) -> str | None:
        """Take the next event, and return the account that it shows to be several people's."""
        if isinstance(event, ServerStarted):
            self._on.clear()
        if not isinstance(event, Joined | Left) or not is_platform_id(event.platform_id):
            return None
        player = player_key(event.platform_name, event.platform_id)
        assert player is not None  # it has an id
        name, on = clean_name(event.platform_name), self._on.pop(player, [])
        rest = [presence for presence in on if presence.name != name]
        if isinstance(event, Joined):
            rest = [*rest, Presence(player=player, name=name, joined_at=at)][-_MOST_NAMES:]
        if rest:
            self._on[player] = rest
        if isinstance(event, Joined):
            return None
        mine = next((presence for presence in on if presence.name == name), None)
        is_shared = mine is not None and any(
            mine.joined_at < other.joined_at <= at - _TIMEOUT for other in rest
        )
        return player if is_shared else None

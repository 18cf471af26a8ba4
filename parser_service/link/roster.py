"""Who is on: what the server last listed, moved on by the joins and leaves of its log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shared.domain.events import Joined, Left, ServerStarted
from shared.rcon.models import Player
from shared.store.events import NewEvent

# The largest servers hold some 200 players; beyond this, leaves are missing from the log, and the oldest are gone.
_MOST_PLAYERS = 500


class Roster:
    """The players of one server, in the order they came."""

    def __init__(self) -> None:
        self._players: list[Player] = []
        self._listed_at: datetime | None = None
        # how RCON writes a name -> the name, as the log told it
        self._names: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Return who is on."""
        return tuple(player.name for player in self._players)

    def set_list(self, players: Sequence[Player], at: datetime) -> None:
        """Take what the server listed at an instant; it knows best who is on, and the log how they are called."""
        self._players = [
            replace(player, name=self._names.get(player.name, player.name))
            for player in players[:_MOST_PLAYERS]
        ]
        self._listed_at = at

    def clear(self) -> None:
        """Nobody is on."""
        self._players = []

    def move(self, events: Sequence[NewEvent]) -> bool:
        """Apply what happened since the list was taken, and tell whether anything changed."""
        before = self.names
        for new in events:
            if isinstance(new.event, Joined):
                self._remember(new.event.platform_name)
            # a feed that catches up tells of a past that the list already knows
            if self._listed_at is None or new.occurred_at > self._listed_at:
                self._apply(new)
        return self.names != before

    def _apply(self, new: NewEvent) -> None:
        match new.event:
            case Joined() as joined:
                self._remove(joined.platform_name, joined.platform_id)
                self._players.append(Player(name=joined.platform_name, platform_id=joined.platform_id))
                del self._players[:-_MOST_PLAYERS]
            case Left() as left:
                self._remove(left.platform_name, left.platform_id)
            case ServerStarted():
                self.clear()
            case _:
                pass

    def _remember(self, name: str) -> None:
        """Note a name that ASE's RCON cannot write: each unit that is not ASCII becomes ``?`` (arkmanager#314)."""
        if name.isascii():
            return
        units = name.encode("utf-16-le", "surrogatepass")
        pairs = [units[start : start + 2] for start in range(0, len(units), 2)]
        listed = "".join(chr(unit[0]) if unit[1] == 0 and unit[0] < 0x80 else "?" for unit in pairs)
        for written in (listed, name.encode("ascii", "replace").decode()):
            self._names.pop(written, None)
            self._names[written] = name
        while len(self._names) > 2 * _MOST_PLAYERS:
            del self._names[next(iter(self._names))]

    def _remove(self, name: str, platform_id: str | None) -> None:
        """Remove a player by id, or by name where one side has no id; several may bear the same name."""
        for player in self._players:
            known = player.platform_id is not None and platform_id is not None
            if (player.platform_id == platform_id) if known else (player.name == name):
                self._players.remove(player)
                return

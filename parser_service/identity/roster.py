"""Everybody who may have named a thing of a tribe: its members, and who its log says was one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from parser_service.decay.instants import to_instant, to_real
from parser_service.grammar.tribe_log import read_tribe_entry
from parser_service.identity.accounts import game_name
from parser_service.saves.columns import TribeSource, World
from shared.domain.accounts import read_platform_id
from shared.domain.events import TribeJoined, TribeLeft
from shared.ids import TribeId
from shared.store.proofs import Person

# The game's largest tribes have some hundreds of members; a longer list would not be read by anybody.
_MOST_PEOPLE: Final = 500
# A log has some hundreds of lines.
_MOST_LINES: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who may have named a thing; ``is_complete``: nobody else can have."""

    people: tuple[Person, ...]
    is_complete: bool


class Rosters:
    """The rosters of one world's tribes."""

    def __init__(self, world: World, saved_at: datetime) -> None:
        self._world = world
        self._seen = to_real(
            world.survivors.last_seen_time, game_time=world.game_time, saved_at=saved_at
        ).tolist()
        self._rows = {player: row for row, player in enumerate(world.survivors.player_id.tolist())}
        self._tribes = {tribe: row for row, tribe in enumerate(world.tribes.tribe_id.tolist())}
        self._known: dict[int, Roster] = {}

    def of(self, tribe_id: int) -> Roster:
        """Return the roster of a tribe, or of a survivor without one."""
        if tribe_id not in self._known:
            is_listed = self._is_listed(tribe_id)
            people = tuple(self._people(tribe_id, is_listed=is_listed))
            self._known[tribe_id] = Roster(
                people=people[:_MOST_PEOPLE],
                is_complete=(is_listed or self._is_alone(tribe_id)) and len(people) <= _MOST_PEOPLE,
            )
        return self._known[tribe_id]

    def _is_listed(self, tribe_id: int) -> bool:
        """Tell whether the tribe's own list of members is there; names of owners are no such list."""
        row = self._tribes.get(tribe_id)
        return row is not None and self._world.tribes.sources[row] is not TribeSource.OWNER_NAMES

    def _is_alone(self, tribe_id: int) -> bool:
        """Tell whether the id is that of a survivor who is in no tribe: the team of what they own alone."""
        row = self._rows.get(tribe_id)
        return row is not None and self._world.survivors.tribe_id[row] in {0, tribe_id}

    def _people(self, tribe_id: int, *, is_listed: bool) -> Iterator[Person]:
        survivors, members = self._world.survivors, self._world.members
        listed = [
            (int(members.player_id[row]), members.names[row])
            for row in np.flatnonzero(members.tribe_id == tribe_id).tolist()
        ]
        own = set(survivors.player_id[survivors.tribe_id == tribe_id].tolist())
        if self._is_alone(tribe_id):
            own.add(tribe_id)
        ids = {player for player, _ in listed}
        for player, name in listed:
            # a member who says that they belong elsewhere may still have been there until a moment ago
            yield self._person(player, name, is_member=player in own)
        for player in sorted(own - ids):
            yield self._person(player, "", is_member=not is_listed)
        yield from self._former(tribe_id, ids | own)

    def _former(self, tribe_id: int, present: set[int]) -> Iterator[Person]:
        """Give the survivors whom the tribe's log names as having come or gone, and who are no members."""
        names = self._names_in_log(tribe_id)
        if not names:
            return
        by_name: defaultdict[str, list[int]] = defaultdict(list)
        for player, row in self._rows.items():
            by_name[self._world.survivors.names[row]].append(player)
        for name in sorted(names):
            for player in by_name.get(name, ()):
                if player not in present:
                    yield self._person(player, name, is_member=False)

    def _names_in_log(self, tribe_id: int) -> set[str]:
        logs, found = self._world.tribe_logs, set()
        for row in np.flatnonzero(logs.tribe_id == tribe_id).tolist()[-_MOST_LINES:]:
            event = read_tribe_entry(logs.lines[row], tribe="", tribe_id=TribeId(tribe_id))
            if isinstance(event, TribeJoined | TribeLeft):
                found.add(event.survivor)
        return found

    def _person(self, player: int, name: str, *, is_member: bool) -> Person:
        row = self._rows.get(player)
        if row is None:
            return Person(
                player_id=player,
                name=game_name(name),
                platform_name="",
                account=None,
                is_member=is_member,
                is_awake=False,
                has_body=False,
                last_seen_at=None,
            )
        survivors = self._world.survivors
        has_body = not np.isnan(survivors.x[row]) and not survivors.is_dead[row]
        return Person(
            player_id=player,
            name=game_name(survivors.names[row] or name),
            platform_name=game_name(survivors.platform_names[row]),
            account=read_platform_id(survivors.accounts[row]),
            is_member=is_member,
            is_awake=bool(has_body and not survivors.is_asleep[row]),
            has_body=bool(has_body),
            last_seen_at=to_instant(self._seen[row]),
        )

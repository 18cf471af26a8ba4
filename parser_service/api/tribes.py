"""One tribe of a save's columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from parser_service.api.origin import Origin
from parser_service.api.schemas import Alliance, Ally, Member, TribeDetail, TribeLog
from parser_service.archive.reading import ArchivedSave
from parser_service.storable import storable
from shared.errors import NotFoundError

TABLES: Final = ("tribes", "members", "alliances", "structures")
"""What ``tribe_of`` needs of a save."""


def tribe_of(save: ArchivedSave, tribe_id: int, origin: Origin) -> TribeDetail:
    """Return a tribe.

    Raises
    ------
    NotFoundError
        When the save has none with that id.
    """
    tribes = save.world.tribes
    row = _row_of(save, tribe_id)
    return TribeDetail(
        **origin.fields(),
        tribe_id=tribe_id,
        name=storable(tribes.names[row]),
        structures=int(np.count_nonzero(save.world.structures.tribe_id == tribe_id)),
        owner_player_id=int(tribes.owner_player_id[row]) or None,
        owner_name=storable(tribes.owner_names[row]) or None,
        source=tribes.sources[row].value,
        members=tuple(_members(save, tribe_id)),
        alliances=tuple(_alliances(save, tribe_id)),
    )


def log_of(save: ArchivedSave, tribe_id: int, origin: Origin, *, after: int, limit: int) -> TribeLog:
    """Return a page of a tribe's log; raises as ``tribe_of``."""
    _row_of(save, tribe_id)
    logs = save.world.tribe_logs
    rows = np.flatnonzero(logs.tribe_id == tribe_id)
    page = rows[after : after + limit]
    end = after + len(page)
    return TribeLog(
        **origin.fields(),
        tribe_id=tribe_id,
        total=len(rows),
        next_after=end if end < len(rows) and len(page) else None,
        lines=tuple(storable(logs.lines[row]) for row in page.tolist()),
    )


def _row_of(save: ArchivedSave, tribe_id: int) -> int:
    found = np.flatnonzero(save.world.tribes.tribe_id == tribe_id)
    if not len(found):
        raise NotFoundError(f"The save has no tribe {tribe_id}.")
    return int(found[0])


def _members(save: ArchivedSave, tribe_id: int) -> Iterator[Member]:
    members = save.world.members
    for row in np.flatnonzero(members.tribe_id == tribe_id).tolist():
        rank, rank_name = int(members.rank[row]), int(members.rank_name_index[row])
        yield Member(
            player_id=int(members.player_id[row]) or None,
            name=storable(members.names[row]),
            rank=rank if rank >= 0 else None,
            rank_name=storable(members.rank_names[rank_name]) if rank_name >= 0 else None,
            is_admin=bool(members.is_admin[row]),
        )


def _alliances(save: ArchivedSave, tribe_id: int) -> Iterator[Alliance]:
    alliances, tribes = save.world.alliances, save.world.tribes
    names: dict[int, Any] = dict(zip(tribes.tribe_id.tolist(), tribes.names, strict=True))
    rows = np.flatnonzero(alliances.tribe_id == tribe_id)
    for alliance_id in np.unique(alliances.alliance_id[rows]).tolist():
        own = rows[alliances.alliance_id[rows] == alliance_id]
        yield Alliance(
            alliance_id=alliance_id,
            name=storable(alliances.names[own[0]]),
            tribes=tuple(
                Ally(tribe_id=ally, name=storable(names[ally]) if ally in names else None)
                for ally in alliances.ally_tribe_id[own].tolist()
            ),
        )

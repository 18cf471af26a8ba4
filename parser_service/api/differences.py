"""What changed between two saves, as it may be shown to whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parser_service.api.origin import Origin
from parser_service.api.rows.kinds import ITEMS, STRUCTURES, TAMES, Kind, Owners
from parser_service.api.rows.writing import tribe_names
from parser_service.api.schemas_things import (
    BaseCounts,
    Compared,
    Counts,
    Difference,
    KindDifference,
    TribeCounts,
)
from parser_service.archive import difference as comparing
from parser_service.archive.reading import ArchivedSave

TABLES: Final = STRUCTURES.tables | TAMES.tables | ITEMS.tables
"""What must be read of both saves."""

_NOTHING = comparing.Counts()


class ThingKind(StrEnum):
    """What can be compared."""

    STRUCTURES = "structures"
    TAMES = "tames"
    ITEMS = "items"


KINDS: Final[Mapping[ThingKind, Kind]] = {
    ThingKind.STRUCTURES: STRUCTURES,
    ThingKind.TAMES: TAMES,
    ThingKind.ITEMS: ITEMS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSaves:
    """Two saves of a server, and where they are from."""

    first: ArchivedSave
    second: ArchivedSave
    origins: tuple[Origin, Origin]

    def fields(self) -> dict[str, Any]:
        """Return what every answer about them carries."""
        return {"first": _compared(self.origins[0]), "second": _compared(self.origins[1])}


def summary(saves: TwoSaves, tribe_id: int | None) -> Difference:
    """Return how much changed, of all or of one tribe."""
    found = comparing.difference(saves.first, saves.second)
    return Difference(
        **saves.fields(),
        structures=_kind_difference(found.structures, saves, tribe_id),
        tames=_kind_difference(found.tames, saves, tribe_id),
        items=_kind_difference(found.items, saves, tribe_id),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRow:
    """A thing that differs: how, and its row in the save that it is shown from."""

    change: str
    is_of_second: bool
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedThings:
    """What differs, and whose the things of both saves are."""

    rows: list[ChangedRow]
    old: Owners
    new: Owners


def changed_things(saves: TwoSaves, kind: Kind, tribe_id: int | None) -> ChangedThings:
    """Return what differs, of all or of one tribe; a thing that went to another tribe is not shown to the first."""
    old, new = kind.owners(saves.first), kind.owners(saves.second)
    assert old.tribe_id is not None
    assert new.tribe_id is not None
    found = getattr(comparing.difference(saves.first, saves.second), kind.table)

    def own(owner: NDArray[np.int64], rows: NDArray[np.int64]) -> list[int]:
        kept: list[int] = (rows if tribe_id is None else rows[owner[rows] == tribe_id]).tolist()
        return kept

    listed = [
        ChangedRow(change="added", is_of_second=True, row=row) for row in own(new.tribe_id, found.added)
    ]
    listed += [
        ChangedRow(change="removed", is_of_second=False, row=row) for row in own(old.tribe_id, found.removed)
    ]
    for change, pairs in (("changed", found.changed), ("moved", found.moved)):
        listed += [
            ChangedRow(change=change, is_of_second=True, row=row) for row in own(new.tribe_id, pairs[:, 1])
        ]
    return ChangedThings(rows=listed, old=old, new=new)


def write_changed(
    saves: TwoSaves, kind: Kind, things: ChangedThings, start: int, end: int
) -> list[dict[str, Any]]:
    """Return some of what differs, as it is answered."""
    wanted = things.rows[start:end]
    written: list[dict[str, Any]] = [{} for _ in wanted]
    for is_of_second, save, owners in ((False, saves.first, things.old), (True, saves.second, things.new)):
        places = [place for place, one in enumerate(wanted) if one.is_of_second is is_of_second]
        rows = np.array([wanted[place].row for place in places], dtype=np.int64)
        # none of the kinds that are compared has accounts of players
        for place, row in zip(places, kind.write(save, rows, owners, False), strict=True):
            written[place] = {**row, "change": wanted[place].change}
    return written


def _kind_difference(changes: comparing.Changes, saves: TwoSaves, tribe_id: int | None) -> KindDifference:
    tribes = {
        tribe: counts for tribe, counts in changes.by_tribe.items() if tribe_id is None or tribe == tribe_id
    }
    bases = changes.by_base
    if tribe_id is not None:
        own = _bases_of(saves.first, tribe_id) | _bases_of(saves.second, tribe_id)
        bases = {base: counts for base, counts in bases.items() if base in own}
    names = dict(zip(tribes, _names(saves, list(tribes)), strict=True))
    total = changes.counts if tribe_id is None else tribes.get(tribe_id, _NOTHING)
    return KindDifference(
        total=Counts(**asdict(total)),
        # of other tribes' things nothing is told, not even how many have no id
        unnamed=changes.unnamed if tribe_id is None else 0,
        tribes=tuple(
            TribeCounts(tribe_id=tribe, tribe_name=names[tribe], **asdict(counts))
            for tribe, counts in tribes.items()
        ),
        bases=tuple(BaseCounts(base_id=base or None, **asdict(counts)) for base, counts in bases.items()),
    )


def _bases_of(save: ArchivedSave, tribe_id: int) -> set[int]:
    if len(save.base_id) != len(save.bases):
        return set()
    return set(save.base_id[save.bases.tribe_id == tribe_id].tolist())


def _names(saves: TwoSaves, tribes: list[int]) -> list[str | None]:
    ids = np.array(tribes, dtype=np.int64)
    older, newer = tribe_names(saves.first, ids), tribe_names(saves.second, ids)
    return [new or old for old, new in zip(older, newer, strict=True)]


def _compared(origin: Origin) -> Compared:
    verdict = "good" if origin.verdict == "stale" else origin.verdict
    return Compared(save_id=origin.save_id, saved_at=origin.saved_at, verdict=verdict)

"""Makes the tables of a world of what was collected: levels to creatures, holders to items, pods to tames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from parser_service.saves.assemble import join
from parser_service.saves.collector import Collector
from parser_service.saves.columns import (
    Coverage,
    Game,
    Items,
    Structures,
    Survivors,
    Tames,
    UInt64Array,
    Wanted,
    WildCreatures,
)
from parser_service.saves.creatures import NO_STATUS, Status, with_status
from parser_service.saves.holders import facts_of, with_holders, without_rows
from parser_service.saves.kinds import ObjectKind
from parser_service.saves.lookup import IdIndex
from parser_service.saves.pawns import with_levels
from parser_service.saves.stored_creatures import PodWorld, tames_in_pods

# What names more components than this that are not where they should be is made up.
_MOST_STRAYS: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What stands, lives and lies in a world; the survivors are those whose bodies are there, one row a body."""

    structures: Structures
    tames: Tames
    survivors: Survivors
    items: Items
    wild: WildCreatures
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSave:
    """What a save says itself; ``store`` is the blob of ASA that may hold tribes and profiles."""

    game: Game
    version: int
    map_name: str
    game_time: float
    save_count: int
    tables: Tables
    coverage: Coverage
    store: bytes | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What differs between the games when all objects are read.

    ``refine`` gives structures their identities and takes out what is written twice; ``fetch`` makes the collector
    read the objects with the given ids as components, whatever their class is called; ``pods`` says how creatures
    in cryopods are kept.
    """

    pods: PodWorld
    refine: Callable[[Structures], Structures]
    fetch: Callable[[UInt64Array], None]


def make_tables(found: Collector, classes: Sequence[str], rules: Rules) -> Tables:
    """Return the tables that are wanted; ``classes`` is what class indices point into."""
    structures = rules.refine(join(Structures, found.structures, classes))
    tames, wild, survivors = _living(found, classes, rules)
    items = join(Items, [part.items for part in found.items], classes)
    items = with_holders(with_holders(items, structures), tames)
    notes: list[str] = []
    if Wanted.TAMES in found.wanted and any(part.customs for part in found.items):
        holders = facts_of(with_holders(items, survivors), (structures, tames, survivors))
        in_pods, notes = tames_in_pods(found.items, items, holders, rules.pods)
        tames = join(Tames, [tames, in_pods])
    if Wanted.STRUCTURES not in found.wanted:
        items, structures = without_rows(items, structures), Structures.empty()
    if Wanted.TAMES not in found.wanted:
        items, tames = without_rows(items, tames), Tames.empty()
    return Tables(
        structures=structures,
        tames=tames,
        survivors=survivors,
        items=items if Wanted.ITEMS in found.wanted else Items.empty(),
        wild=wild if Wanted.WILD in found.wanted else WildCreatures.empty(),
        notes=tuple(notes),
    )


def _living(found: Collector, classes: Sequence[str], rules: Rules) -> tuple[Tames, WildCreatures, Survivors]:
    """Return creatures and bodies, with the levels that are written in components of their own."""
    tames = join(Tames, [part.tames for part in found.creatures], classes)
    wild = join(WildCreatures, [part.wild for part in found.creatures], classes)
    pawns = join(Survivors, [part.survivors for part in found.pawns], ())
    pawn_ids = _stacked([part.status for part in found.pawns])
    tame_ids = _stacked([part.tame_status for part in found.creatures])
    wild_ids = _stacked([part.wild_status for part in found.creatures])
    if not found.needs(ObjectKind.STATUS):
        return tames, wild, pawns
    status_of = _status_reader(found, (tame_ids, wild_ids, pawn_ids), rules)
    levels = status_of(wild_ids)
    return (
        with_status(tames, status_of(tame_ids)),
        replace(wild, level=levels.base_level + levels.extra_level),
        with_levels(pawns, status_of(pawn_ids)),
    )


def _stacked(ids: Sequence[UInt64Array]) -> UInt64Array:
    """Return ids one below the other, as an array of shape (n, 2)."""
    return np.concatenate([np.zeros((0, 2), dtype=np.uint64), *ids])


def _status_reader(
    found: Collector, wanted: Sequence[UInt64Array], rules: Rules
) -> Callable[[UInt64Array], Status]:
    """Return what gives each component's levels by its id, having looked for those that were not met."""
    ids = _stacked(wanted)
    seen = IdIndex(Status.joined([NO_STATUS, *found.status]).object_id).rows(ids) >= 0
    strays = ids[~seen & ids.any(axis=1)]
    if len(strays):
        rules.fetch(np.unique(strays, axis=0)[:_MOST_STRAYS])
    status = Status.joined([NO_STATUS, *found.status])
    index = IdIndex(status.object_id)
    return lambda ids: status.at(index.rows(ids))

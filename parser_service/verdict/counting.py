"""A decoded world to its facts; part of the decoding process."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parser_service.saves.columns import Game, Table, TribeSource, Wanted, World
from parser_service.saves.walk import FAULT_TEXTS, Fault
from parser_service.storable import storable
from parser_service.verdict.facts import Facts, FileFacts

# The largest tribes tell a wipe from a tribe that leaves; a server has some hundred tribes, most of them small.
_MOST_TRIBES: Final = 200
_MOST_NOTES: Final = 20
_NOTE_LENGTH: Final = 200
_NAME_LENGTH: Final = 200
_UNKNOWN_KINDS: Final = (FAULT_TEXTS[Fault.BAD_TYPE], FAULT_TEXTS[Fault.BAD_FLAGS])


def facts_of(world: World, file: FileFacts) -> Facts:
    """Return what is to be remembered of a save."""
    seen = world.coverage
    return Facts(
        game=world.game.value,
        version=world.version,
        map_name=storable(world.map_name[:_NAME_LENGTH]),
        game_time=world.game_time if math.isfinite(world.game_time) else None,
        save_count=world.save_count,
        file=file,
        objects_seen=seen.objects_seen,
        objects_walked=seen.objects_walked,
        objects_failed=seen.objects_failed,
        understood_share=seen.share,
        unknown_classes=seen.unknown_classes,
        structures=len(world.structures),
        tribes=len(world.tribes),
        tribes_known=sum(source is not TribeSource.OWNER_NAMES for source in world.tribes.sources),
        members=len(world.members),
        survivors=_count(world, Wanted.SURVIVORS, world.survivors),
        tames=_count(world, Wanted.TAMES, world.tames),
        wild=_count(world, Wanted.WILD, world.wild),
        items=_count(world, Wanted.ITEMS, world.items),
        objects_of_unknown_kinds=sum(seen.errors.get(text, 0) for text in _UNKNOWN_KINDS),
        names=seen.names,
        damaged_names=seen.damaged_names,
        doubled_objects=seen.duplicates,
        doubled_ids=_doubled_ids(world),
        faults=dict(seen.errors),
        notes=tuple(storable(note[:_NOTE_LENGTH]) for note in seen.notes[:_MOST_NOTES]),
        tribe_structures=_tribe_structures(world),
    )


def _count(world: World, kind: Wanted, table: Table) -> int | None:
    return len(table) if kind in world.wanted else None


def _tribe_structures(world: World) -> dict[int, int]:
    tribes, counts = np.unique(world.structures.tribe_id, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:_MOST_TRIBES]
    return dict(zip(tribes[order].tolist(), counts[order].tolist(), strict=True))


def _doubled_ids(world: World) -> int:
    """Return how many rows have an id that another row has too, of the kinds whose ids are one's own."""
    tames, players = world.tames.dino_id, world.survivors.player_id
    # wild creatures are nobody's: nothing hangs on theirs
    doubled = _repeats(tames[tames != 0]) + _repeats(players[players > 0])
    if world.game is Game.ASA:
        # ASE's objects have no ids but their place in the file
        doubled += _repeats(world.structures.identity)
    return doubled


def _repeats(ids: NDArray[np.generic]) -> int:
    return len(ids) - len(np.unique(ids))

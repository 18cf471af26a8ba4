"""Finds codes among the names that people gave to tames and boxes. It knows no code and asks for nobody's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from parser_service.identity.accounts import read_accounts, shared_accounts
from parser_service.identity.roster import Rosters
from parser_service.saves.columns import BoolArray, Int32Array, Int64Array, World
from parser_service.saves.columns.world import FIRST_PLAYER_TEAM, UNCLAIMED_TEAM
from shared.domain.link_codes import code_in_name
from shared.ids import PlatformId, TribeId
from shared.store.proofs import FoundProof, ProofObject
from shared.store.survivor_accounts import SurvivorAccount

# One tribe that names everything it has after codes must not crowd out the others.
_MOST_OF_A_TRIBE: Final = 20
_MOST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Codes, survivors with their accounts, and the accounts that several survivors have at once."""

    proofs: tuple[FoundProof, ...] = ()
    survivors: tuple[SurvivorAccount, ...] = ()
    shared_accounts: tuple[PlatformId, ...] = ()


def find_identity(world: World, *, saved_at: datetime) -> Identity:
    """Return what a world says about who is who."""
    return Identity(
        proofs=tuple(_proofs(world, saved_at)),
        survivors=read_accounts(world),
        shared_accounts=shared_accounts(world),
    )


def _proofs(world: World, saved_at: datetime) -> Iterator[FoundProof]:
    sightings = dict.fromkeys([*_tames(world), *_boxes(world)])
    if not sightings:
        return
    rosters = Rosters(world, saved_at)
    of_tribe: Counter[int] = Counter()
    seen: set[tuple[str, int]] = set()
    for code, tribe_id, kind in sightings:
        if (code, tribe_id) in seen or of_tribe[tribe_id] >= _MOST_OF_A_TRIBE or len(seen) >= _MOST:
            continue
        seen.add((code, tribe_id))
        of_tribe[tribe_id] += 1
        roster = rosters.of(tribe_id)
        yield FoundProof(
            code=code,
            tribe_id=TribeId(tribe_id),
            object_kind=kind,
            is_complete=roster.is_complete,
            people=roster.people,
        )


def _tames(world: World) -> Iterator[tuple[str, int, ProofObject]]:
    """Give the codes of tames; one in a pod may be in anybody's pocket, so it says nothing."""
    tames = world.tames
    for code, tribe_id in _codes(tames.names, tames.name_index, tames.tribe_id, ~tames.is_cryopodded):
        yield code, tribe_id, ProofObject.TAME


def _boxes(world: World) -> Iterator[tuple[str, int, ProofObject]]:
    """Give the codes of locked boxes: whether strangers may rename an open one is not known for certain."""
    boxes = world.structures
    for code, tribe_id in _codes(boxes.box_names, boxes.box_name_index, boxes.tribe_id, boxes.is_locked):
        yield code, tribe_id, ProofObject.BOX


def _codes(
    names: Sequence[str], name_index: Int32Array, tribe_id: Int64Array, counts: BoolArray
) -> Iterator[tuple[str, int]]:
    codes = {number: code for number, name in enumerate(names) if (code := code_in_name(name)) is not None}
    if not codes:
        return
    is_owned = (tribe_id >= FIRST_PLAYER_TEAM) & (tribe_id != UNCLAIMED_TEAM)
    rows = np.flatnonzero(np.isin(name_index, list(codes)) & is_owned & counts)
    # the same code on many things of one tribe is one sighting
    pairs = np.unique(np.column_stack((tribe_id[rows], name_index[rows])), axis=0)
    for tribe, number in pairs.tolist():
        yield codes[number], tribe

"""The columns of survivors from the bodies that lie in the world, one chunk of walked objects at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from parser_service.saves.columns import STATS, BoolArray, Int64Array, Survivors, SurvivorSource, UInt64Array
from parser_service.saves.creatures import Status
from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.dialect import Field, Generation
from parser_service.saves.placed import Placed, is_owned
from parser_service.saves.values import Values
from parser_service.saves.walk import Fault

PAWN_FIELDS: Final = tuple(
    Field(name=name)
    for name in (
        "LinkedPlayerDataID",
        "TargetingTeam",
        "PlayerName",
        "PlatformProfileName",
        "PlatformProfileID",
        "TribeName",
        "SavedLastTimeHadController",
        "bIsSleeping",
        "bIsDead",
        "MyCharacterStatusComponent",
        "MyInventoryComponent",
    )
)
"""The properties that bodies are read from."""
# ASA's account: a flag, the name of the service, and the id's bytes.
_EOS_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Pawns:
    """Survivors whose levels are not known yet, and where they are written."""

    survivors: Survivors
    status: UInt64Array


def pawn_columns(values: Values, placed: Placed, is_female: BoolArray) -> Pawns:
    """Return the survivors whose bodies are among walked objects, one row a body.

    A body that says no player's number belongs to nobody who can be named: it is left out.
    """
    player_id = values.integers("LinkedPlayerDataID", 0)
    lost = placed.is_nowhere()
    rows = np.flatnonzero((values.walked.fault == Fault.NONE) & (player_id > 0) & ~lost)
    values, placed, player_id = values.take(rows), placed.take(rows), player_id[rows]
    count = len(rows)
    survivors = Survivors(
        player_id=player_id,
        tribe_id=_tribe_id(values, player_id),
        level=np.zeros(count, dtype=np.int32),
        experience=np.full(count, np.nan, dtype=np.float32),
        points=np.zeros((count, len(STATS)), dtype=np.uint8),
        engrams=np.full(count, -1, dtype=np.int32),
        deaths=np.full(count, -1, dtype=np.int32),
        is_female=is_female[rows],
        is_asleep=values.booleans("bIsSleeping"),
        is_dead=values.booleans("bIsDead"),
        x=placed.x,
        y=placed.y,
        z=placed.z,
        last_seen_time=values.reals("SavedLastTimeHadController"),
        inventory_id=values.reference_ids("MyInventoryComponent"),
        names=values.row_texts("PlayerName"),
        platform_names=values.row_texts("PlatformProfileName"),
        accounts=_accounts(values),
        engram_lists=((),) * count,
        sources=(SurvivorSource.PAWN,) * count,
    )
    return Pawns(survivors=survivors, status=values.reference_ids("MyCharacterStatusComponent"))


def _tribe_id(values: Values, player_id: Int64Array) -> Int64Array:
    """Return the tribes; the team of a survivor without one is the player's own number."""
    team = values.integers("TargetingTeam", 0)
    return np.where(is_owned(team) & (team != player_id) & values.has("TribeName"), team, 0)


def _accounts(values: Values) -> tuple[str, ...]:
    accounts = [""] * len(values)
    for row, raw in values.raw("PlatformProfileID"):
        accounts[row] = account_in(raw, values.generation)
    return tuple(accounts)


def account_in(raw: bytes, generation: Generation) -> str:
    """Return the platform account in a ``UniqueNetIdRepl``; empty where it holds none.

    ASE: i32 size, text. ASA: u8, text (the service), u8 size, bytes.
    """
    cursor = Cursor(raw)
    try:
        if generation is Generation.A:
            cursor.i32()
            return cursor.text().lower()
        cursor.u8()
        cursor.skip_text()
        size = cursor.u8()
        if size != _EOS_BYTES:
            return ""
        start = cursor.take(size)
    except FormatError:
        return ""
    return raw[start : start + size].hex()


def with_levels(survivors: Survivors, status: Status) -> Survivors:
    """Return survivors with what their status components say, one row of ``status`` each."""
    return replace(
        survivors,
        level=status.base_level + status.extra_level,
        experience=status.experience,
        points=status.wild_points,
    )

"""The survivors of a world as columns: each from its best source, with the body that lies in the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parser_service.saves.columns import Float64Array, Int64Array, Survivors, SurvivorSource
from parser_service.saves.profile_file import SurvivorRecord
from parser_service.saves.row_columns import number_column

# What the body tells, whatever else is known of the survivor.
_BODY: Final = ("is_asleep", "is_dead", "x", "y", "z", "inventory_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One survivor: what a profile tells, and the body's row; one of them may be missing."""

    source: SurvivorSource
    record: SurvivorRecord | None
    pawn: int


def merge_survivors(
    files: Mapping[int, SurvivorRecord], store: Mapping[int, SurvivorRecord], pawns: Survivors
) -> Survivors:
    """Return all survivors by id: from files, else from the save's own store, else from their bodies.

    The place of the body, whether it sleeps or is dead, and its inventory come from ``pawns``, and the survivor
    was last seen at the latest of all times. Of several bodies of a survivor the living one counts, then the one
    seen last. Bodies without a player's id are left out.
    """
    bodies = _bodies(pawns)
    records = {**store, **files}
    rows = [
        _Row(
            source=_source(player_id, files, store),
            record=records.get(player_id),
            pawn=bodies.get(player_id, -1),
        )
        for player_id in sorted({*records, *bodies})
    ]
    body = np.array([row.pawn for row in rows], dtype=np.int64)
    table = _with_bodies(pawns, body)
    return _with_records(table, rows)


def survivors_of(records: Mapping[int, SurvivorRecord]) -> Survivors:
    """Return survivors that are known from files alone."""
    return merge_survivors(records, {}, Survivors.empty())


def _source(
    player_id: int, files: Mapping[int, SurvivorRecord], store: Mapping[int, SurvivorRecord]
) -> SurvivorSource:
    if player_id in files:
        return SurvivorSource.PROFILE
    return SurvivorSource.SAVE if player_id in store else SurvivorSource.PAWN


def _bodies(pawns: Survivors) -> dict[int, int]:
    """Return the row of each player's body; the last one in the order from dead to living, and early to late."""
    seen = np.nan_to_num(pawns.last_seen_time, nan=-np.inf)
    order = np.lexsort((seen, ~pawns.is_dead))
    return {
        player: row
        for player, row in zip(pawns.player_id[order].tolist(), order.tolist(), strict=True)
        if player > 0
    }


def _with_bodies(pawns: Survivors, body: Int64Array) -> Survivors:
    """Return one row per survivor, of the bodies' values; where there is no body, of unknown ones."""
    unknown = _unknown()
    together: dict[str, Any] = {
        # Row -1, no body, takes the last entry.
        name: np.concatenate((column, getattr(unknown, name)))[body]
        for name, column in pawns.arrays().items()
    }
    together |= {
        name: tuple((*texts, *getattr(unknown, name))[row] for row in body.tolist())
        for name, texts in pawns.row_texts().items()
    }
    return Survivors(**together)


def _unknown() -> Survivors:
    """Return one survivor of whom nothing is known."""
    return Survivors(
        player_id=np.zeros(1, dtype=np.int64),
        tribe_id=np.zeros(1, dtype=np.int64),
        level=np.zeros(1, dtype=np.int32),
        experience=np.full(1, np.nan, dtype=np.float32),
        points=np.zeros((1, 12), dtype=np.uint8),
        engrams=np.full(1, -1, dtype=np.int32),
        deaths=np.full(1, -1, dtype=np.int32),
        is_female=np.zeros(1, dtype=np.bool_),
        is_asleep=np.zeros(1, dtype=np.bool_),
        is_dead=np.zeros(1, dtype=np.bool_),
        x=np.full(1, np.nan),
        y=np.full(1, np.nan),
        z=np.full(1, np.nan),
        last_seen_time=np.full(1, np.nan),
        inventory_id=np.zeros((1, 2), dtype=np.uint64),
        names=("",),
        platform_names=("",),
        accounts=("",),
        engram_lists=((),),
        sources=(SurvivorSource.PAWN,),
    )


def _with_records(table: Survivors, rows: Sequence[_Row]) -> Survivors:
    """Return the rows with what profiles tell in place of what bodies do."""
    at = np.array([number for number, row in enumerate(rows) if row.record is not None], dtype=np.int64)
    records = [row.record for row in rows if row.record is not None]
    columns: dict[str, Any] = {name: getattr(table, name) for name in _BODY}
    for name in ("player_id", "tribe_id", "level", "experience", "deaths", "is_female"):
        columns[name] = _replaced(getattr(table, name), at, [getattr(record, name) for record in records])
    columns["points"] = _replaced(table.points, at, [record.points for record in records])
    columns["engrams"] = _replaced(table.engrams, at, [len(record.engrams) for record in records])
    columns["last_seen_time"] = _latest(
        table.last_seen_time, at, [record.last_seen_time for record in records]
    )
    return Survivors(
        **columns,
        names=_texts(rows, table.names, "name"),
        platform_names=_texts(rows, table.platform_names, "platform_name"),
        accounts=_texts(rows, table.accounts, "account"),
        engram_lists=tuple(() if row.record is None else row.record.engrams for row in rows),
        sources=tuple(row.source for row in rows),
    )


def _replaced(column: NDArray[Any], at: Int64Array, values: Sequence[Any]) -> NDArray[Any]:
    changed = column.copy()
    if len(values):
        changed[at] = number_column(values, column.dtype)
    return changed


def _latest(column: Float64Array, at: Int64Array, times: Sequence[float]) -> Float64Array:
    changed = column.copy()
    # The greater of two numbers, and the number where only one is known.
    changed[at] = np.fmax(changed[at], np.array(times, dtype=np.float64))
    return changed


def _texts(rows: Sequence[_Row], bodies: Sequence[str], name: str) -> tuple[str, ...]:
    """Return what profiles tell, and where they are silent, what bodies do."""
    return tuple(
        (getattr(row.record, name) if row.record is not None else "") or text
        for row, text in zip(rows, bodies, strict=True)
    )

"""Structures, tames and survivors to let decay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from parser_service.saves.columns import Members, Structures, Survivors, SurvivorSource, Table, Tames

NOW = 1_000_000.0
DAY = 86_400.0
NAN = float("nan")


def structures(
    *classes: str,
    ally: list[float] | None = None,
    stasis: list[float] | None = None,
    created: list[float] | None = None,
    tribes: list[int] | None = None,
    snapped: list[bool] | None = None,
    linked: list[bool] | None = None,
) -> Structures:
    """Return structures of these classes; what is not given is unknown."""
    count = len(classes)
    names = tuple(sorted({*classes}))
    given: dict[str, list[Any]] = {
        "class_index": [names.index(name) for name in classes],
        "last_ally_time": ally or [NAN] * count,
        "last_stasis_time": stasis or [NAN] * count,
        "created_time": created or [NAN] * count,
        "tribe_id": tribes or [50_001] * count,
        "was_snapped": snapped or [False] * count,
        "is_linked": linked or [False] * count,
    }
    return Structures(**_arrays(Structures, count, given), classes=names, owner_names=(), box_names=())


def tames(count: int, **columns: list[Any]) -> Tames:
    """Return creatures; what is not given is zero, and of times unknown."""
    times = ("tamed_time", "last_ally_time", "last_stasis_time")
    given = (
        {name: columns.get(name, [NAN] * count) for name in times} | {"tribe_id": [50_001] * count} | columns
    )
    return Tames(
        **_arrays(Tames, count, given | columns),
        classes=("Rex_Character_BP_C",),
        names=(),
        tribe_names=(),
        tamer_names=(),
        imprinter_names=(),
    )


def survivors(*rows: tuple[int, int, float]) -> Survivors:
    """Return survivors of these player ids, tribe ids and times when they were last seen."""
    count = len(rows)
    given: dict[str, list[Any]] = {
        "player_id": [row[0] for row in rows],
        "tribe_id": [row[1] for row in rows],
        "last_seen_time": [row[2] for row in rows],
    }
    return Survivors(
        **_arrays(Survivors, count, given),
        names=("",) * count,
        platform_names=("",) * count,
        accounts=("",) * count,
        engram_lists=((),) * count,
        sources=(SurvivorSource.PROFILE,) * count,
    )


def members(*rows: tuple[int, int]) -> Members:
    """Return the members of tribes, as tribe ids and player ids."""
    count = len(rows)
    given = {"tribe_id": [row[0] for row in rows], "player_id": [row[1] for row in rows]}
    return Members(**_arrays(Members, count, given), names=("",) * count, rank_names=())


def _arrays(table: type[Table], count: int, given: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return the columns of a table that are arrays: those given, and zeros."""
    zeros = {
        name: np.zeros((count, *column.shape[1:]), dtype=column.dtype)
        for name, column in table.empty().arrays().items()
    }
    return zeros | {
        name: np.array(values, dtype=zeros[name].dtype) for name, values in given.items() if name in zeros
    }

"""Columns to values that JSON has: what is not known becomes ``None``, ids beyond 53 bits become text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parser_service.archive.reading import ArchivedSave
from parser_service.decay.instants import to_instant, to_real
from parser_service.saves.columns import STATS, Table
from parser_service.saves.columns.arrays import plural
from parser_service.storable import storable
from shared.saves.classes import display_name
from shared.saves.maps import find_frame

Rows = NDArray[np.int64]


def numbers(column: NDArray[Any], *, digits: int | None = None) -> list[Any]:
    """Return a column's values; floats rounded to so many digits, ``None`` for those that are no number."""
    if column.dtype.kind != "f":
        found: list[Any] = column.tolist()
        return found
    wide = column.astype(np.float64)
    rounded = wide if digits is None else np.round(wide, digits)
    return [
        value if known else None
        for value, known in zip(rounded.tolist(), np.isfinite(wide).tolist(), strict=True)
    ]


def ids(column: NDArray[np.uint64]) -> list[str]:
    """Return 64-bit ids as text: programs in JavaScript would round them."""
    return list(map(str, column.tolist()))


def at_least_zero(column: NDArray[Any]) -> list[int | None]:
    """Return counts of which those below zero are not known."""
    return [value if value >= 0 else None for value in column.tolist()]


def texts(table: Table, index: str, rows: Rows) -> list[str | None]:
    """Return what an index column points at; ``None`` where it points nowhere."""
    entries: tuple[str, ...] = getattr(table, plural(index))
    return [None if place < 0 else storable(entries[place]) for place in getattr(table, index)[rows].tolist()]


def row_texts(entries: tuple[str, ...], rows: Rows) -> list[str]:
    """Return the texts of some rows, of those that have one per row."""
    return [storable(entries[row]) for row in rows.tolist()]


def classes(table: Table, rows: Rows) -> tuple[list[str], list[str]]:
    """Return the class of each row, and what players call it."""
    entries: tuple[str, ...] = table.classes  # type: ignore[attr-defined]  # of tables that have classes
    places = table.class_index[rows]  # type: ignore[attr-defined]  # of tables that have classes
    distinct = {place: storable(entries[place]) if place >= 0 else "" for place in np.unique(places).tolist()}
    shown = {place: display_name(name) if name else "" for place, name in distinct.items()}
    listed = places.tolist()
    return [distinct[place] for place in listed], [shown[place] for place in listed]


def instants(times: NDArray[np.float64], save: ArchivedSave) -> list[datetime | None]:
    """Return instants from times on the world's own clock."""
    seconds = to_real(times, game_time=save.world.game_time, saved_at=save.saved_at)
    return [to_instant(second) for second in seconds.tolist()]


def tribe_names(save: ArchivedSave, tribe_ids: NDArray[np.int64]) -> list[str | None]:
    """Return the names of tribes; ``None`` for what is no tribe that the save knows."""
    tribes = save.world.tribes
    known = dict(zip(tribes.tribe_id.tolist(), tribes.names, strict=True))
    return [storable(known[tribe]) if tribe in known else None for tribe in tribe_ids.tolist()]


def places(
    save: ArchivedSave, x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64]
) -> dict[str, list[Any]]:
    """Return positions in Unreal units, and as latitude and longitude where the map's grid is known."""
    latitude, longitude = np.full(len(x), np.nan), np.full(len(x), np.nan)
    name = save.world.map_name
    # of one map alone the grid depends on the height
    levels = np.unique(z[np.isfinite(z)]) if name == "Genesis_WP" else np.zeros(1)
    frames = {level: find_frame(name, z=level) for level in levels.tolist()}
    for frame in set(frames.values()) - {None}:
        assert frame is not None
        here = np.array([level for level, of in frames.items() if of == frame])
        rows = np.isin(z, here) if len(levels) > 1 else np.ones(len(x), dtype=np.bool_)
        latitude[rows] = frame.latitude_shift + y[rows] / frame.latitude_divisor
        longitude[rows] = frame.longitude_shift + x[rows] / frame.longitude_divisor
    return {
        "x": numbers(x, digits=1),
        "y": numbers(y, digits=1),
        "z": numbers(z, digits=1),
        "latitude": numbers(latitude, digits=3),
        "longitude": numbers(longitude, digits=3),
    }


def points(column: NDArray[np.uint8]) -> list[dict[str, int]]:
    """Return the points in each stat that has any, by the stat's name."""
    return [{stat: count for stat, count in zip(STATS, row, strict=True) if count} for row in column.tolist()]


def lined_up(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Return columns as one object per row."""
    names = tuple(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]

"""The territory of a save: from its kept columns, or from the bases in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from parser_service.archive.reading import ArchivedSave
from parser_service.bases.hull import hulls
from parser_service.pictures.domain import Territory
from shared.saves.maps import find_frame

TABLES = ("structures", "places", "bases", "tribes")
"""The tables of an archive that a territory is made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBase:
    """A base as the database has it; ``hull`` is x, y, x, y …, Unreal units."""

    tribe_id: int
    structures: int
    z: float
    hull: Sequence[float]
    first_decay_at: datetime | None


def territory_of(save: ArchivedSave) -> Territory:
    """Return the territory of a save, from the tables named in ``TABLES``."""
    structures, bases = save.world.structures, save.bases
    count = len(bases)
    base = save.places.base_row if len(save.places) == len(structures) else np.full(len(structures), -1)
    rows = np.flatnonzero((base >= 0) & (base < count))
    rows = rows[np.argsort(base[rows], kind="stable")]
    # a base of which no structure is left in the columns, which only damage makes, is not shown
    present, sizes = np.unique(base[rows], return_counts=True)
    starts = np.append(0, np.cumsum(sizes))
    x, y = structures.x[rows], structures.y[rows]
    corners, corner_starts = hulls(x, y, starts)
    tribes = save.world.tribes
    return _territory(
        save.world.map_name,
        saved_at=save.saved_at,
        corners=np.column_stack((x[corners], y[corners])),
        starts=corner_starts,
        z=bases.z[present],
        tribe_id=bases.tribe_id[present],
        structures=bases.structures[present].astype(np.int64),
        decays_at=bases.first_decay_at[present],
        names=dict(zip(tribes.tribe_id.tolist(), tribes.names, strict=True)),
    )


def territory_from(
    bases: Sequence[StoredBase], *, map_name: str, saved_at: datetime, names: Mapping[int, str]
) -> Territory:
    """Return the territory that stored bases make."""
    shown = [base for base in bases if base.hull]
    lengths = [len(base.hull) // 2 for base in shown]
    flat = [number for base in shown for number in base.hull]
    nothing = float("nan")
    return _territory(
        map_name,
        saved_at=saved_at,
        corners=np.array(flat, dtype=np.float64).reshape(-1, 2),
        starts=np.append(0, np.cumsum(np.array(lengths, dtype=np.int64))).astype(np.int64),
        z=np.array([base.z for base in shown]),
        tribe_id=np.array([base.tribe_id for base in shown], dtype=np.int64),
        structures=np.array([base.structures for base in shown], dtype=np.int64),
        decays_at=np.array(
            [nothing if base.first_decay_at is None else base.first_decay_at.timestamp() for base in shown],
            dtype=np.float64,
        ),
        names=names,
    )


def _territory(
    map_name: str,
    *,
    saved_at: datetime,
    corners: NDArray[np.float64],
    starts: NDArray[np.int64],
    z: NDArray[np.float64],
    tribe_id: NDArray[np.int64],
    structures: NDArray[np.int64],
    decays_at: NDArray[np.float64],
    names: Mapping[int, str],
) -> Territory:
    return Territory(
        saved_at=saved_at,
        is_geographic=find_frame(map_name) is not None,
        tribe_id=tribe_id,
        structures=structures,
        starts=starts,
        corners=_on_map(map_name, corners, np.repeat(z, np.diff(starts))),
        decays_at=decays_at,
        names=names,
    )


def _on_map(map_name: str, corners: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return corners as longitude and latitude where the map's grid is known."""
    placed = corners.copy()
    levels = np.unique(z) if map_name.startswith("Genesis") else np.zeros(1)
    for level in levels.tolist():
        frame = find_frame(map_name, z=level)
        if frame is not None:
            here = (z == level) if len(levels) > 1 else np.ones(len(z), dtype=np.bool_)
            placed[here, 0] = frame.longitude_shift + corners[here, 0] / frame.longitude_divisor
            placed[here, 1] = frame.latitude_shift + corners[here, 1] / frame.latitude_divisor
    return placed

"""From labelled structures to bases: where, how large, of what, and until when."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parser_service.bases.boxes import BoolArray, Float64Array
from parser_service.bases.cluster import cluster
from parser_service.bases.columns import BaseColumns, BaseMembers
from parser_service.bases.contents import contents_of
from parser_service.bases.hull import hulls
from parser_service.bases.inside import Areas, find_areas
from parser_service.bases.union import IndexArray
from parser_service.decay.categories import CATEGORIES
from parser_service.decay.explain import explain
from parser_service.decay.instants import Decay
from parser_service.decay.policy import DecayPolicy
from parser_service.saves.columns import FIRST_PLAYER_TEAM, Structures, Tames, World


def in_bases(structures: Structures) -> BoolArray:
    """Return which structures may be part of a base: owned, in a known place, on no creature's back."""
    known = np.isfinite(structures.x) & np.isfinite(structures.y) & np.isfinite(structures.z)
    return known & ~structures.attached & (structures.tribe_id >= FIRST_PLAYER_TEAM)


def label_structures(
    structures: Structures,
    radius: float,
    *,
    minimum: int = 1,
    dimensions: int = 3,
    min_samples: int = 1,
) -> IndexArray:
    """Return the base of each structure, 0 to k - 1, and -1 for those that are part of none.

    Parameters
    ----------
    structures : Structures
        Of one world.
    radius : float
        How far apart neighbours may be, Unreal units.
    minimum : int
        Fewer structures than this are no base.
    dimensions, min_samples
        See ``cluster``.
    """
    rows = np.flatnonzero(in_bases(structures))
    labels = np.full(len(structures), -1, dtype=np.int64)
    # Column by column, which is how they are clustered fastest.
    positions = np.stack((structures.x[rows], structures.y[rows], structures.z[rows])).T
    found = cluster(
        positions, structures.tribe_id[rows], radius, dimensions=dimensions, min_samples=min_samples
    )
    is_part = found >= 0
    large = np.bincount(found[is_part]) >= minimum
    number = np.where(large, np.cumsum(large) - 1, -1)
    labels[rows[is_part]] = number[found[is_part]]
    return labels


def summarise(
    world: World, labels: IndexArray, *, decay: Decay, policy: DecayPolicy, radius: float = 0.0
) -> BaseColumns:
    """Return the bases that labels (-1 for none) make of a world's structures: base i is label i.

    ``radius`` is how far a base reaches beyond its structures, Unreal units: tames within it are inside.
    """
    structures = world.structures
    rows = np.flatnonzero(labels >= 0)
    count = int(labels.max(initial=-1)) + 1
    base = labels[rows]
    order = np.lexsort((structures.identity[rows], base))
    rows, base = rows[order], base[order]
    starts = np.searchsorted(base, np.arange(count + 1))
    positions = structures.positions()[rows]
    corners, hull_starts = hulls(positions[:, 0], positions[:, 1], starts)
    first_row, first, last = _decay_range(decay, rows, starts)
    low, high = _reduce(np.minimum, positions, starts), _reduce(np.maximum, positions, starts)
    tribe_id, hull = structures.tribe_id[rows[starts[:-1]]], positions[corners, :2]
    areas = Areas(tribe_id, low, high, hull_starts, hull)
    return BaseColumns(
        tribe_id=tribe_id,
        structures=np.diff(starts).astype(np.int32),
        centroid=_reduce(np.add, positions, starts) / np.maximum(np.diff(starts), 1)[:, None],
        low=low,
        high=high,
        hull_starts=hull_starts,
        hull=hull,
        tiers=_tiers(decay, rows, base, count),
        first_decay_time=first,
        last_decay_time=last,
        explanations=tuple(
            explain(decay, row, policy=policy, game_time=world.game_time) for row in first_row.tolist()
        ),
        members=BaseMembers(starts=starts, identity=structures.identity[rows]),
        contents=contents_of(
            structures, labels, world.tames, tames_inside(world.tames, areas, radius), count
        ),
    )


def tames_inside(tames: Tames, areas: Areas, radius: float) -> IndexArray:
    """Return the base of its tribe that each creature is inside of, -1 for none; see ``find_areas``."""
    positions = np.column_stack((tames.x, tames.y, tames.z))
    return find_areas(areas, positions, tames.tribe_id, radius)


def _reduce(ufunc: np.ufunc, values: Float64Array, starts: IndexArray) -> Float64Array:
    """Return the reduction of the rows of each base, none of which is empty."""
    if len(starts) == 1:
        return np.zeros((0, *values.shape[1:]))
    reduced: Float64Array = ufunc.reduceat(values, starts[:-1], axis=0)
    return reduced


def _tiers(decay: Decay, rows: IndexArray, base: IndexArray, count: int) -> NDArray[np.int32]:
    """Return how many structures of each category each base has."""
    cells = base * len(CATEGORIES) + decay.category[rows]
    tiers = np.bincount(cells, minlength=count * len(CATEGORIES)).reshape(count, len(CATEGORIES))
    return tiers.astype(np.int32)


def _decay_range(
    decay: Decay, rows: IndexArray, starts: IndexArray
) -> tuple[IndexArray, Float64Array, Float64Array]:
    """Return each base's first structure to decay, and the first and the last instant."""
    times = decay.decays_time[rows]
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    # NaN sorts last, so the first of a base is unknown only where all are.
    order = np.lexsort((times, owner))
    first_row = rows[order[starts[:-1]]]
    last = _reduce(np.fmax, times, starts)
    return first_row, decay.decays_time[first_row], last

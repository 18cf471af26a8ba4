"""Clusters structures into bases: who stands within a radius of whom, transitively, tribe by tribe."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from parser_service.bases.boxes import Float64Array, judge
from parser_service.bases.density import core_points, nearest_cores
from parser_service.bases.grid import Grid, make_grid
from parser_service.bases.pairs import Pairs, Surroundings, fine_pairs, with_neighbours
from parser_service.bases.refine import settle
from parser_service.bases.sorting import rank
from parser_service.bases.union import Components, IndexArray


def cluster(
    positions: Float64Array,
    tribe_ids: IndexArray,
    radius: float,
    *,
    dimensions: int = 3,
    min_samples: int = 1,
) -> IndexArray:
    """Return the base of each structure: connected components of the radius graph, exact.

    Parameters
    ----------
    positions : ndarray of shape (n, 3), float64
        World positions, Unreal units (1 uu = 1 cm); NaN and infinite ones are refused. Fastest in column order.
    tribe_ids : ndarray of shape (n,), int64
        Structures of different tribes are never in one base.
    radius : float
        How far apart neighbours may be, in uu; a distance of exactly the radius still joins.
    dimensions : {3, 2}
        With 2, height is left out, so that what stands above each other is one base.
    min_samples : int
        With more than 1, only core structures join others: those with at least so many within the radius,
        themselves included (DBSCAN). Any other within the radius of a core structure is part of the base of the
        nearest one, the first of those equally near; what is near none is part of no base.

    Returns
    -------
    ndarray of shape (n,), int64
        Labels 0 to k - 1, numbered by the first structure of each base; -1 for part of none.

    Notes
    -----
    Points are sorted into cells so small that a cell is one piece. Pairs of neighbouring cells are joined, or
    kept apart, by the boxes around their points; the few pairs for which that is not enough are halved until it
    is. The cost is that of the sort and grows linearly, however dense the points. Distances are compared as
    ``(dx * dx + dy * dy) + dz * dz <= radius * radius`` in float64, to the last bit.

    References
    ----------
    Gunawan: A faster algorithm for DBSCAN, TU Eindhoven, 2013 (cells of radius / sqrt(d)).

    Examples
    --------
    >>> here = np.array([[0.0, 0.0, 0.0], [300.0, 0.0, 0.0], [900.0, 0.0, 0.0]])
    >>> cluster(here, np.array([7, 7, 7]), 300.0)
    array([0, 0, 1])
    >>> cluster(here, np.array([7, 7, 7]), 300.0, min_samples=2)
    array([ 0,  0, -1])
    """
    columns = _checked(positions, tribe_ids, radius, dimensions)
    if min_samples < 1:
        message = f"a structure is within the radius of itself: min_samples cannot be {min_samples}"
        raise ValueError(message)
    if not len(tribe_ids):
        return np.zeros(0, dtype=np.int64)
    if min_samples == 1:
        return _components(columns, tribe_ids, radius)
    return _dense_components(columns, tribe_ids, radius, min_samples)


def _components(columns: Sequence[Float64Array], tribes: IndexArray, radius: float) -> IndexArray:
    """Return labels of the components of one or more points."""
    grid = make_grid(columns, rank(tribes), radius)
    return _label(grid, _join(grid, with_neighbours(columns, grid), radius))


def _dense_components(
    columns: Sequence[Float64Array], tribes: IndexArray, radius: float, min_samples: int
) -> IndexArray:
    """Return labels of the components of core points and what is near these, -1 for the rest."""
    grid = make_grid(columns, rank(tribes), radius)
    near = with_neighbours(columns, grid)
    is_core = core_points(grid, near, radius, min_samples)
    labels = np.full(len(tribes), -1, dtype=np.int64)
    core = np.flatnonzero(is_core)
    if not len(core):
        return labels
    labels[core] = _components([column[core] for column in columns], tribes[core], radius)
    if near is not None:
        border, nearest = nearest_cores(grid, near, is_core, radius)
        labels[border] = labels[nearest]
    return _by_first(labels)


def _by_first(labels: IndexArray) -> IndexArray:
    """Return the labels renumbered by the first point of each; -1 stays."""
    rows = np.flatnonzero(labels >= 0)
    _, first, inverse = np.unique(labels[rows], return_index=True, return_inverse=True)
    number = np.empty(len(first), dtype=np.int64)
    number[np.argsort(first)] = np.arange(len(first))
    renumbered = labels.copy()
    renumbered[rows] = number[inverse]
    return renumbered


def _checked(
    positions: Float64Array, tribe_ids: IndexArray, radius: float, dimensions: int
) -> list[Float64Array]:
    """Return the coordinates, axis by axis; raise ``ValueError`` for what cannot be clustered."""
    if dimensions not in {2, 3}:
        message = f"bases have 2 or 3 dimensions, not {dimensions}"
        raise ValueError(message)
    if positions.shape != (len(tribe_ids), 3):
        message = f"positions of shape {positions.shape} do not go with {len(tribe_ids)} tribe ids"
        raise ValueError(message)
    if not (np.isfinite(radius) and radius > 0):
        message = f"a radius of {radius} is none"
        raise ValueError(message)
    return [positions[:, axis].astype(np.float64, copy=False) for axis in range(dimensions)]


def _join(grid: Grid, near: Surroundings | None, radius: float) -> IndexArray:
    """Return the component of each fine cell: the number of its first one."""
    component = np.arange(len(grid.fine_start) - 1)
    if near is None:
        return component
    cells = near.cells
    components = Components(len(cells.number))
    undecided: list[Pairs] = []
    for pairs in fine_pairs(near, radius):
        apart = components.roots(pairs.left) != components.roots(pairs.right)
        left, right = pairs.left[apart], pairs.right[apart]
        verdict = judge(cells.fine, left, right, radius)
        components.join(left[verdict.near], right[verdict.near])
        if verdict.open.any():
            undecided.append(Pairs(left[verdict.open], right[verdict.open]))
    for pairs in undecided:
        settle(cells, pairs, radius, components)
    component[cells.number] = cells.number[components.all_roots()]
    return component


def _label(grid: Grid, component: IndexArray) -> IndexArray:
    """Return labels by point, components numbered by their first point."""
    first = grid.order[grid.fine_start[:-1]]
    joined = np.flatnonzero(component != np.arange(len(component)))
    np.minimum.at(first, component[joined], first[joined])
    is_first = np.zeros(len(grid.order), dtype=np.bool_)
    is_first[first[component]] = True
    number = np.cumsum(is_first) - 1
    labels = np.empty(len(grid.order), dtype=np.int64)
    labels[grid.order] = np.repeat(number[first[component]], np.diff(grid.fine_start))
    return labels

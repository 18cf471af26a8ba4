"""Clusters structures into bases: who stands within a radius of whom, transitively, tribe by tribe."""

from __future__ import annotations

import numpy as np

from parser_service.bases.boxes import Float64Array, judge
from parser_service.bases.grid import Grid, make_grid, rank
from parser_service.bases.pairs import Pairs, fine_pairs
from parser_service.bases.refine import settle
from parser_service.bases.union import Components, IndexArray


def cluster(
    positions: Float64Array, tribe_ids: IndexArray, radius: float, *, dimensions: int = 3
) -> IndexArray:
    """Return the base of each structure: connected components of the radius graph, exact.

    Parameters
    ----------
    positions : ndarray of shape (n, 3), float64
        World positions, Unreal units (1 uu = 1 cm); NaN and infinite ones are refused.
    tribe_ids : ndarray of shape (n,), int64
        Structures of different tribes are never in one base.
    radius : float
        How far apart neighbours may be, in uu; a distance of exactly the radius still joins.
    dimensions : {3, 2}
        With 2, height is left out, so that what stands above each other is one base.

    Returns
    -------
    ndarray of shape (n,), int64
        Labels 0 to k - 1, numbered by the first structure of each base.

    Notes
    -----
    Points are sorted into cells so small that a cell is one piece. Pairs of neighbouring cells are joined, or
    kept apart, by the boxes around their points; the few pairs for which that is not enough are halved until it
    is. The cost is that of the sort and grows linearly, however dense the points. Distances are compared as
    ``(dx * dx + dy * dy) + dz * dz <= radius * radius`` in float64, to the last bit.

    Examples
    --------
    >>> here = np.array([[0.0, 0.0, 0.0], [300.0, 0.0, 0.0], [900.0, 0.0, 0.0]])
    >>> cluster(here, np.array([7, 7, 7]), 300.0)
    array([0, 0, 1])
    """
    columns = _checked(positions, tribe_ids, radius, dimensions)
    if not len(tribe_ids):
        return np.zeros(0, dtype=np.int64)
    grid = make_grid(columns, rank(tribe_ids), radius)
    return _label(grid, _join(grid, radius))


def _checked(positions: Float64Array, tribe_ids: IndexArray, radius: float, dimensions: int) -> Float64Array:
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
    columns = np.ascontiguousarray(positions[:, :dimensions].T, dtype=np.float64)
    if not np.isfinite(columns).all():
        message = "positions are not finite; leave out structures whose place is unknown"
        raise ValueError(message)
    return columns


def _join(grid: Grid, radius: float) -> IndexArray:
    """Return the component of each fine cell."""
    components = Components(len(grid.fine_start) - 1)
    undecided: list[Pairs] = []
    for pairs in fine_pairs(grid, radius):
        verdict = judge(grid.fine, pairs.left, pairs.right, radius)
        components.join(pairs.left[verdict.near], pairs.right[verdict.near])
        if verdict.open.any():
            undecided.append(Pairs(pairs.left[verdict.open], pairs.right[verdict.open]))
    for pairs in undecided:
        settle(grid, pairs, radius, components)
    return components.all_roots()


def _label(grid: Grid, component: IndexArray) -> IndexArray:
    """Return labels by point, components numbered by their first point."""
    first_of_cell = np.minimum.reduceat(grid.order, grid.fine_start[:-1])
    first = np.full(len(component), len(grid.order), dtype=np.int64)
    np.minimum.at(first, component, first_of_cell)
    roots = np.flatnonzero(component == np.arange(len(component)))
    number = np.empty(len(component), dtype=np.int64)
    number[roots[np.argsort(first[roots])]] = np.arange(len(roots))
    labels = np.empty(len(grid.order), dtype=np.int64)
    labels[grid.order] = np.repeat(number[component], np.diff(grid.fine_start))
    return labels

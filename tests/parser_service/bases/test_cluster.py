"""Clusters against brute force, on clouds that hypothesis makes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parser_service.bases import cluster
from parser_service.bases.boxes import BoolArray, Float64Array
from parser_service.bases.grid import make_grid
from parser_service.bases.sorting import rank
from parser_service.bases.union import Components, IndexArray
from tests.parser_service.bases.clouds import CLOUDS, walls


def brute_force(positions: Float64Array, tribes: IndexArray, radius: float, dimensions: int) -> IndexArray:
    """Return the labels by comparing every structure with every other one: the slow, obvious twin."""
    apart = np.zeros((len(positions), len(positions)))
    for axis in range(dimensions):
        apart = apart + np.square(positions[:, axis, None] - positions[None, :, axis])
    near: BoolArray = (apart <= radius * radius) & (tribes[:, None] == tribes[None, :])
    labels = np.arange(len(positions))
    while True:
        smallest = np.where(near, labels[None, :], len(positions)).min(axis=1)
        if np.array_equal(smallest, labels):
            break
        labels = smallest
    return np.unique(labels, return_inverse=True)[1]


@settings(max_examples=400, deadline=None)
@given(
    kind=st.sampled_from(sorted(CLOUDS)),
    count=st.integers(1, 120),
    seed=st.integers(0, 2**32 - 1),
    radius=st.sampled_from([100.0, 300.0, 1000.0, 3000.0]),
    shape=st.tuples(st.sampled_from([2, 3]), st.integers(1, 4)),
)
def test_clusters_are_those_of_brute_force(
    kind: str, count: int, seed: int, radius: float, shape: tuple[int, int]
) -> None:
    dimensions, tribe_count = shape
    rng = np.random.default_rng(seed)
    positions = CLOUDS[kind](rng, count, radius)
    tribes = rng.integers(0, tribe_count, count) * 97 + 1_000_000_000

    labels = cluster(positions, tribes, radius, dimensions=dimensions)

    assert labels.tolist() == brute_force(positions, tribes, radius, dimensions).tolist()


@settings(max_examples=200, deadline=None)
@given(
    points=st.lists(
        st.tuples(*[st.floats(-1e6, 1e6, allow_nan=False, width=32)] * 3, st.integers(-(2**63), 2**63 - 1)),
        min_size=1,
        max_size=30,
    ),
    radius=st.floats(1e-2, 1e7),
)
@example(points=[(0.0, 0.0, 0.0, 0), (0.0, 0.0, 5e-324, 0)], radius=1.0)
def test_any_numbers_at_all_are_clustered_as_brute_force_does(
    points: list[tuple[float, float, float, int]], radius: float
) -> None:
    positions = np.array([point[:3] for point in points], dtype=np.float64).reshape(-1, 3)
    tribes = np.array([point[3] for point in points], dtype=np.int64)

    labels = cluster(positions, tribes, radius)

    assert labels.tolist() == brute_force(positions, tribes, radius, 3).tolist()


def test_a_distance_of_exactly_the_radius_joins_and_a_hair_more_does_not() -> None:
    tribes = np.array([7, 7])
    at_radius = np.array([[0.0, 0.0, 0.0], [3000.0, 0.0, 0.0]])
    beyond = np.array([[0.0, 0.0, 0.0], [np.nextafter(3000.0, 4000.0), 0.0, 0.0]])

    assert cluster(at_radius, tribes, 3000.0).tolist() == [0, 0]
    assert cluster(beyond, tribes, 3000.0).tolist() == [0, 1]


def test_structures_of_different_tribes_are_never_one_base() -> None:
    positions = np.zeros((4, 3))

    assert cluster(positions, np.array([5, 6, 5, 6]), 1000.0).tolist() == [0, 1, 0, 1]


def test_two_dimensions_join_what_stands_above_each_other() -> None:
    stacked = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 50_000.0]])
    tribes = np.array([7, 7])

    assert cluster(stacked, tribes, 3000.0).tolist() == [0, 1]
    assert cluster(stacked, tribes, 3000.0, dimensions=2).tolist() == [0, 0]


def test_no_structures_make_no_bases() -> None:
    assert cluster(np.zeros((0, 3)), np.zeros(0, dtype=np.int64), 3000.0).tolist() == []


def test_labels_do_not_depend_on_chance_and_follow_the_first_structure() -> None:
    rng = np.random.default_rng(5)
    positions = rng.uniform(-50_000, 50_000, (500, 3))
    tribes = rng.integers(0, 5, 500)

    labels = cluster(positions, tribes, 4000.0)

    _, first = np.unique(labels, return_index=True)
    assert (np.diff(first) > 0).all()
    assert np.array_equal(labels, cluster(positions.copy(order="F"), tribes, 4000.0))


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
def test_grids_too_wide_for_one_key_give_the_same_bases(scale: float) -> None:
    """With a radius far below a structure's size, cells no longer fit into one 64-bit key."""
    rng = np.random.default_rng(6)
    near = rng.uniform(-2.0, 2.0, (300, 3)) * scale
    positions = np.vstack((near, near + 1e6, near - 1e6 * np.array([1.0, -1.0, 1.0])))
    tribes = np.tile(rng.integers(0, 3, 300), 3) * 2**61

    labels = cluster(positions, tribes, 0.5 * scale)

    assert labels.tolist() == brute_force(positions, tribes, 0.5 * scale, 3).tolist()


def test_a_key_that_would_overflow_is_renumbered() -> None:
    rng = np.random.default_rng(7)
    positions = rng.uniform(-1e9, 1e9, (400, 3)).round(-7)

    grid = make_grid([*positions.T], rank(rng.integers(0, 400, 400)), 1e-2)

    assert int(grid.row_keys.max()) < 2**62
    assert sorted(grid.order.tolist()) == [*range(400)]


def test_walls_that_boxes_cannot_tell_apart_stay_apart() -> None:
    positions = walls(np.random.default_rng(8), 3000, 3000.0)
    tribes = np.full(len(positions), 7)

    labels = cluster(positions, tribes, 3000.0)

    assert labels.tolist() == brute_force(positions, tribes, 3000.0, 3).tolist()
    assert labels.max() > 0


@pytest.mark.parametrize(
    ("positions", "radius", "words"),
    [
        (np.array([[np.nan, 0.0, 0.0]]), 3000.0, "not finite"),
        (np.array([[0.0, np.inf, 0.0]]), 3000.0, "not finite"),
        (np.zeros((1, 3)), 0.0, "radius"),
        (np.zeros((1, 3)), -1.0, "radius"),
        (np.zeros((1, 3)), float("nan"), "radius"),
        (np.zeros((2, 3)), 3000.0, "shape"),
        (np.zeros((1, 2)), 3000.0, "shape"),
    ],
)
def test_what_cannot_be_clustered_is_refused(positions: Float64Array, radius: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        cluster(positions, np.array([7]), radius)


def test_a_radius_beyond_the_precision_of_the_coordinates_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        cluster(np.array([[0.0, 0.0, 0.0], [1e9, 0.0, 0.0]]), np.array([7, 7]), 1e-9)


def test_heights_that_are_unknown_do_not_matter_in_two_dimensions() -> None:
    positions = np.array([[0.0, 0.0, np.nan], [100.0, 0.0, 0.0]])

    assert cluster(positions, np.array([7, 7]), 300.0, dimensions=2).tolist() == [0, 0]


def test_four_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="2 or 3 dimensions"):
        cluster(np.zeros((1, 3)), np.array([7]), 1.0, dimensions=4)


@settings(max_examples=200, deadline=None)
@given(
    count=st.integers(1, 60),
    edges=st.lists(st.tuples(st.integers(0, 59), st.integers(0, 59)), max_size=120),
    parts=st.integers(1, 4),
)
def test_components_are_joined_as_one_by_one(count: int, edges: list[tuple[int, int]], parts: int) -> None:
    edges = [(left % count, right % count) for left, right in edges]
    labels = [*range(count)]
    for left, right in edges:
        low, high = sorted((labels[left], labels[right]))
        labels = [low if label == high else label for label in labels]

    components = Components(count)
    for part in range(parts):
        pairs = np.array(edges[part::parts], dtype=np.int64).reshape(-1, 2)
        components.join(pairs[:, 0], pairs[:, 1])

    assert components.all_roots().tolist() == labels


def test_ranks_are_those_of_the_distinct_values_even_at_the_ends_of_the_range() -> None:
    values = np.array([2**63 - 1, -(2**63), 0, 0, 2**63 - 1], dtype=np.int64)

    assert rank(values).tolist() == [2, 0, 1, 1, 2]

"""Bases of core structures against brute force and scikit-learn's DBSCAN, on made clouds and on the real saves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from parser_service.bases import cluster, in_bases
from parser_service.bases.boxes import BoolArray, Float64Array
from parser_service.bases.union import IndexArray
from parser_service.saves import SaveError, read_world
from tests.parser_service.bases.clouds import CLOUDS

# In these clouds distances tie with the radius to the last bit, on which scikit-learn's way of rounding decides.
_TYING = {"ties", "lattice", "line"}


def neighbours(
    positions: Float64Array, tribes: IndexArray, radius: float, dimensions: int
) -> tuple[BoolArray, Float64Array]:
    """Return who is within the radius of whom, and all squared distances, by comparing everyone with everyone."""
    apart = np.zeros((len(positions), len(positions)))
    for axis in range(dimensions):
        apart = apart + np.square(positions[:, axis, None] - positions[None, :, axis])
    return (apart <= radius * radius) & (tribes[:, None] == tribes[None, :]), apart


def brute_force(
    positions: Float64Array, tribes: IndexArray, radius: float, dimensions: int, min_samples: int
) -> list[int]:
    """Return the labels by the definition: the slow, obvious twin."""
    near, apart = neighbours(positions, tribes, radius, dimensions)
    core = near.sum(axis=1) >= min_samples
    labels = np.where(core, np.arange(len(core)), len(core))
    while True:
        smallest = np.where(near & core & core[:, None], labels[None, :], len(core)).min(axis=1)
        if np.array_equal(smallest, labels):
            break
        labels = smallest
    for row in np.flatnonzero(~core & (near & core).any(axis=1)).tolist():
        labels[row] = labels[np.argmin(np.where(near[row] & core, apart[row], np.inf))]
    numbers: dict[int, int] = {}
    return [
        -1 if label == len(core) else numbers.setdefault(label, len(numbers)) for label in labels.tolist()
    ]


def assert_same_as_sklearn(
    labels: IndexArray, positions: Float64Array, tribes: IndexArray, radius: float, min_samples: int
) -> None:
    """Compare tribe by tribe: the same core structures, the same partition of these, borders at one of their own."""
    for tribe in np.unique(tribes).tolist():
        rows = np.flatnonzero(tribes == tribe)
        model = DBSCAN(eps=radius, min_samples=min_samples, algorithm="kd_tree").fit(positions[rows])
        core, ours, theirs = model.core_sample_indices_, labels[rows], model.labels_
        assert ((ours < 0) == (theirs < 0)).all()
        pairs = {*zip(ours[core].tolist(), theirs[core].tolist(), strict=True)}
        assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})
        is_core = np.zeros(len(rows), dtype=np.bool_)
        is_core[core] = True
        for row in np.flatnonzero(~is_core & (ours >= 0)).tolist():
            near = np.square(positions[rows[core]] - positions[rows[row]]).sum(axis=1) <= radius * radius
            assert ours[row] in ours[core][near]


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(sorted(CLOUDS)),
    count=st.integers(1, 120),
    seed=st.integers(0, 2**32 - 1),
    radius=st.sampled_from([300.0, 1000.0, 3000.0]),
    min_samples=st.sampled_from([1, 2, 3, 5, 10, 40]),
    shape=st.tuples(st.sampled_from([2, 3]), st.integers(1, 3)),
)
def test_bases_of_core_structures_are_those_of_the_definition(
    kind: str, count: int, seed: int, radius: float, min_samples: int, shape: tuple[int, int]
) -> None:
    dimensions, tribe_count = shape
    rng = np.random.default_rng(seed)
    positions = CLOUDS[kind](rng, count, radius)
    tribes = rng.integers(0, tribe_count, count) * 97 + 1_000_000_000

    labels = cluster(positions, tribes, radius, dimensions=dimensions, min_samples=min_samples)

    assert labels.tolist() == brute_force(positions, tribes, radius, dimensions, min_samples)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted({*CLOUDS} - _TYING)),
    count=st.integers(1, 600),
    seed=st.integers(0, 2**32 - 1),
    min_samples=st.sampled_from([1, 2, 4, 10]),
    dimensions=st.sampled_from([2, 3]),
)
def test_bases_of_core_structures_are_those_of_scikit_learn(
    kind: str, count: int, seed: int, min_samples: int, dimensions: int
) -> None:
    rng = np.random.default_rng(seed)
    positions = CLOUDS[kind](rng, count, 1000.0)
    tribes = rng.integers(0, 3, count)

    labels = cluster(positions, tribes, 1000.0, dimensions=dimensions, min_samples=min_samples)

    assert_same_as_sklearn(labels, positions[:, :dimensions], tribes, 1000.0, min_samples)


def test_a_base_of_core_structures_far_from_each_other_is_none() -> None:
    positions = np.array([[0.0, 0.0, 0.0], [5000.0, 0.0, 0.0]])

    assert cluster(positions, np.array([7, 7]), 1000.0, min_samples=2).tolist() == [-1, -1]


def between(right_edge: float) -> Float64Array:
    """Return a structure at 1,000 with one of a base at 50 to its left, and one of another base to its right."""
    left = [[50.0, 0.0, 0.0], *[[-100.0, 0.0, 0.0]] * 3]
    right = [[right_edge, 0.0, 0.0], *[[right_edge + 150.0, 0.0, 0.0]] * 3]
    return np.array([[1000.0, 0.0, 0.0], *left, *right])


@pytest.mark.parametrize(
    ("right_edge", "expected"),
    [
        (1940.0, [0, 1, 1, 1, 1, 0, 0, 0, 0]),
        (1960.0, [0, 0, 0, 0, 0, 1, 1, 1, 1]),
        (1950.0, [0, 0, 0, 0, 0, 1, 1, 1, 1]),
    ],
    ids=["right", "left", "tie"],
)
def test_a_structure_between_two_bases_is_part_of_the_nearer_one(
    right_edge: float, expected: list[int]
) -> None:
    labels = cluster(between(right_edge), np.full(9, 7), 1000.0, min_samples=4)

    assert labels.tolist() == expected


@pytest.mark.parametrize("min_samples", [2, 10, 30_000, 50_001])
def test_fifty_thousand_within_one_radius_do_not_exhaust_memory(min_samples: int) -> None:
    rng = np.random.default_rng(9)
    positions = (rng.integers(0, 5, (50_000, 3)) * 300.0).astype(np.float64)

    labels = cluster(positions, np.full(50_000, 7), 3000.0, min_samples=min_samples)

    assert (labels == (0 if min_samples <= 50_000 else -1)).all()


def test_few_structures_around_a_crowd_just_out_of_reach_are_no_part_of_it() -> None:
    rng = np.random.default_rng(10)
    crowd = rng.uniform(0.0, 500.0, (20_000, 3))
    angle = rng.uniform(0.0, 2 * np.pi, 100)
    ring = np.column_stack((250 + 1900 * np.cos(angle), 250 + 1900 * np.sin(angle), np.zeros(100)))

    labels = cluster(np.vstack((crowd, ring)), np.full(20_100, 7), 1000.0, min_samples=60)

    assert labels.tolist() == [0] * 20_000 + [-1] * 100


def test_no_structures_make_no_bases_of_core_structures() -> None:
    assert cluster(np.zeros((0, 3)), np.zeros(0, dtype=np.int64), 3000.0, min_samples=10).tolist() == []


def test_fewer_than_oneself_is_refused() -> None:
    with pytest.raises(ValueError, match="min_samples"):
        cluster(np.zeros((1, 3)), np.array([7]), 3000.0, min_samples=0)


def saves_in(folder: Path) -> Iterator[Path]:
    """Yield the saves of the shared data, largest made worlds aside."""
    yield from sorted(path for path in folder.rglob("*.ark") if path.is_file())


def test_bases_of_all_real_saves_are_those_of_scikit_learn(shared_data: Path) -> None:
    compared = 0
    for path in saves_in(shared_data / "saves"):
        try:
            structures = read_world(path).structures
        except SaveError:
            continue
        structures = structures.take(in_bases(structures))
        positions, tribes = structures.positions(), structures.tribe_id
        compared += len(structures)
        for dimensions in (2, 3):
            for min_samples in (1, 10):
                labels = cluster(positions, tribes, 3000.0, dimensions=dimensions, min_samples=min_samples)
                assert_same_as_sklearn(labels, positions[:, :dimensions], tribes, 3000.0, min_samples)

    assert compared > 1000

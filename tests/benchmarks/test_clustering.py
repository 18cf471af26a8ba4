"""Clusters beside a plain sort of as many integers, in one run: read the ratio, not the milliseconds.

python -m pytest tests/benchmarks/test_clustering.py --benchmark-only --benchmark-group-by=param:kind

"core" is with ``min_samples=10``. ``clustering_figures.py`` has the larger sizes, memory, and scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from parser_service.bases import cluster

RADIUS = 3000.0
SIZE = 50_000
MAP = 400_000.0


def towns(rng: np.random.Generator) -> NDArray[np.float64]:
    """Return 120 bases snapped to lattices, with some pillars between them."""
    homes = rng.uniform(-MAP, MAP, (120, 3))
    pieces = homes[rng.integers(0, 120, SIZE)] + rng.integers(0, 12, (SIZE, 3)) * 300.0
    pillars = rng.random(SIZE) < 0.12
    return np.where(pillars[:, None], rng.uniform(-MAP, MAP, (SIZE, 3)), pieces)


def one_blob(rng: np.random.Generator) -> NDArray[np.float64]:
    """Return all within one radius: every pair would be an edge of the graph."""
    return (rng.integers(0, 5, (SIZE, 3)) * 300.0).astype(np.float64)


def pillars(rng: np.random.Generator) -> NDArray[np.float64]:
    """Return nothing but lone pillars: as many bases as structures."""
    return rng.uniform(-MAP, MAP, (SIZE, 3)).astype(np.float64)


def walls(rng: np.random.Generator) -> NDArray[np.float64]:
    """Return diagonal walls a hair too far apart to join, which boxes cannot tell."""
    row, along = rng.integers(0, 8, SIZE) * (RADIUS + 1.0), rng.integers(0, 900, SIZE) * 300.0
    half = np.sqrt(0.5)
    place = (along * half - row * half, along * half + row * half, rng.integers(0, 7, SIZE) * 300.0)
    return np.column_stack(place)


@pytest.mark.parametrize("method", ["cluster", "core", "sort"])
@pytest.mark.parametrize("kind", [towns, one_blob, pillars, walls], ids=lambda kind: kind.__name__)
def test_clusters_beside_a_sort(
    benchmark: BenchmarkFixture, kind: Callable[[np.random.Generator], NDArray[np.float64]], method: str
) -> None:
    rng = np.random.default_rng(1)
    positions = kind(rng)
    tribes = rng.integers(0, 1 if kind in {walls, one_blob} else 100, SIZE) + 1_000_000_000
    integers = rng.integers(0, 2**62, SIZE)

    core = partial(cluster, min_samples=10)
    target, arguments = {
        "cluster": (cluster, (positions, tribes, RADIUS)),
        "core": (core, (positions, tribes, RADIUS)),
        "sort": (np.sort, (integers,)),
    }[method]
    found = benchmark.pedantic(target, args=arguments, rounds=5)  # type: ignore[no-untyped-call]  # it has no types

    assert len(found) == SIZE

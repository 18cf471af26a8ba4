"""Made structures: lone, dense, snapped to lattices, stacked, and arranged against the algorithm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Cloud = Callable[[np.random.Generator, int, float], NDArray[np.float64]]


def uniform(rng: np.random.Generator, count: int, radius: float) -> NDArray[np.float64]:
    """Return pillars anywhere: some near each other, most not."""
    spread = 3 * radius
    return rng.uniform(-spread, spread, (count, 3)).astype(np.float64)


def lattice(rng: np.random.Generator, count: int, radius: float) -> NDArray[np.float64]:
    """Return pieces on a snap lattice of 300 uu, many on the same point; distances tie with the radius."""
    del radius
    return (rng.integers(-4, 5, (count, 3)) * 300.0).astype(np.float64)


def ties(rng: np.random.Generator, count: int, radius: float) -> NDArray[np.float64]:
    """Return pieces exactly a radius apart, and some a hair more."""
    hair = rng.integers(0, 2, (count, 3)) * 1e-9
    return (rng.integers(-2, 3, (count, 3)) * radius + hair).astype(np.float64)


def blob(rng: np.random.Generator, count: int, radius: float) -> NDArray[np.float64]:
    """Return one dense base, far from the origin, in the single precision that ASE writes."""
    cloud = rng.normal(4e5, radius / 2, (count, 3)).astype(np.float32)
    return cloud.astype(np.float64)


def duplicates(rng: np.random.Generator, count: int, radius: float) -> NDArray[np.float64]:
    """Return many pieces at few places."""
    places = rng.uniform(-2 * radius, 2 * radius, (max(1, count // 6), 3))
    return places[rng.integers(0, len(places), count)]


def line(rng: np.random.Generator, count: int, radius: float) -> NDArray[np.float64]:
    """Return a fence: each piece reaches the next one, now and then it does not."""
    steps = rng.choice([radius, radius * 0.7, radius * 1.01], count)
    cloud = np.zeros((count, 3))
    cloud[:, rng.integers(0, 3)] = np.cumsum(steps)
    return cloud[rng.permutation(count)]


def walls(rng: np.random.Generator, count: int, radius: float) -> NDArray[np.float64]:
    """Return parallel diagonal walls a hair farther apart than the radius: their boxes overlap, they do not."""
    row = rng.integers(0, 3, count) * (radius + 1.0)
    along = rng.integers(0, max(2, count // 6), count) * 300.0
    height = rng.integers(0, 3, count) * 300.0
    half = np.sqrt(0.5)
    return np.column_stack((along * half - row * half, along * half + row * half, height))


CLOUDS: Final[dict[str, Cloud]] = {
    cloud.__name__: cloud for cloud in (uniform, lattice, ties, blob, duplicates, line, walls)
}
"""All of them, by name."""

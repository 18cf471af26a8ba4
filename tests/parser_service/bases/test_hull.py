"""Convex hulls of many bases at once against one base at a time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from parser_service.bases.hull import hulls

Point = tuple[float, float]


def one_hull(points: list[Point]) -> list[Point]:
    """Return a hull counter-clockwise by Andrew's monotone chain, as textbooks have it."""
    ordered = sorted({*points})
    if len(ordered) < 3:
        return ordered

    def chain(way: list[Point]) -> list[Point]:
        done: list[Point] = []
        for point in way:
            while len(done) > 1 and turn(done[-2], done[-1], point) <= 0:
                done.pop()
            done.append(point)
        return done[:-1]

    return chain(ordered) + chain(ordered[::-1])


def turn(first: Point, second: Point, third: Point) -> float:
    return (second[0] - first[0]) * (third[1] - first[1]) - (second[1] - first[1]) * (third[0] - first[0])


def corners_of(sets: list[list[Point]]) -> list[list[Point]]:
    """Return the hulls of some sets, all made in one call."""
    points: NDArray[np.float64] = np.array([point for one in sets for point in one], dtype=np.float64)
    starts = np.append(0, np.cumsum([len(one) for one in sets])).astype(np.int64)
    corners, corner_starts = hulls(points[:, 0].copy(), points[:, 1].copy(), starts)
    return [
        [(float(x), float(y)) for x, y in points[corners[a:b]]] for a, b in pairwise(corner_starts.tolist())
    ]


coordinates = st.integers(-20, 20).map(float)
point_sets = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=40)


@settings(max_examples=400, deadline=None)
@given(sets=st.lists(point_sets, min_size=1, max_size=6))
def test_hulls_made_at_once_are_those_made_one_by_one(sets: list[list[Point]]) -> None:
    assert corners_of(sets) == [one_hull(one) for one in sets]


def test_points_on_one_line_give_its_ends() -> None:
    assert corners_of([[(0.0, 0.0), (2.0, 2.0), (1.0, 1.0)], [(5.0, 1.0), (5.0, 3.0), (5.0, 2.0)]]) == [
        [(0.0, 0.0), (2.0, 2.0)],
        [(5.0, 1.0), (5.0, 3.0)],
    ]


def test_equal_points_give_one_corner() -> None:
    assert corners_of([[(1.0, 2.0)] * 5]) == [[(1.0, 2.0)]]


def test_a_chain_made_to_resist_is_finished_all_the_same() -> None:
    """A bowl whose last point lies far below: each pass removes but one point at its end."""
    bowl = [(float(x), float(x * x)) for x in range(200)] + [(200.0, -1e6)]

    assert corners_of([bowl, [(0.0, 0.0)]]) == [one_hull(bowl), [(0.0, 0.0)]]


def test_no_sets_have_no_hulls() -> None:
    corners, starts = hulls(np.zeros(0), np.zeros(0), np.zeros(1, dtype=np.int64))

    assert (corners.tolist(), starts.tolist()) == ([], [0])


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(3.0, 4.0)], [(3.0, 4.0)]),
        ([(3.0, 4.0), (1.0, 2.0)], [(1.0, 2.0), (3.0, 4.0)]),
        ([(1.0, 2.0), (1.0, 2.0), (1.0, 5.0), (1.0, 5.0)], [(1.0, 2.0), (1.0, 5.0)]),
        ([(0.0, 0.0), (-0.0, 1.0), (0.0, 0.5)], [(0.0, 0.0), (0.0, 1.0)]),
        ([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (1.0, 0.0)], [(0.0, 0.0), (2.0, 0.0)]),
    ],
    ids=["one", "two", "two-twice", "signed-zero", "level"],
)
def test_what_has_no_area_gives_its_ends(points: list[Point], expected: list[Point]) -> None:
    assert corners_of([points]) == [expected]


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(3, 200),
    width=st.sampled_from([0.0, 1e-9, 1e-3, 1.0, 1e4]),
)
def test_no_point_is_outside_its_hull_even_where_rounding_decides(
    seed: int, count: int, width: float
) -> None:
    """Points along a slanted line, far from the origin, are off it by rounding alone, or by the given width."""
    rng = np.random.default_rng(seed)
    along, across = rng.uniform(0, 1e5, count), rng.uniform(-width, width, count)
    turn_by = rng.uniform(0, 2 * np.pi)
    x = 4e5 + along * np.cos(turn_by) - across * np.sin(turn_by)
    y = -4e5 + along * np.sin(turn_by) + across * np.cos(turn_by)

    corners, _ = hulls(x, y, np.array([0, count]))

    ring = np.append(corners, corners[0])
    for one, other in pairwise(ring.tolist()):
        outside = (y[one] - y) * (x[other] - x[one]) - (x[one] - x) * (y[other] - y[one])
        # Coordinates have 53 bits: near 5e5 they are right to 6e-11, and so are distances from an edge, nearly.
        length = float(np.hypot(x[other] - x[one], y[other] - y[one]))
        assert outside.max() <= 1e-8 * max(length, 1e-8)

"""Convex hulls of many bases at once against one base at a time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
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

"""Which base a place is inside of, against one place and one base at a time."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parser_service.bases.hull import hulls
from parser_service.bases.inside import Areas, find_areas

Place = tuple[int, int, int]


def make_areas(bases: list[list[Place]], tribes: list[int]) -> Areas:
    points = np.array([place for base in bases for place in base], dtype=np.float64).reshape(-1, 3)
    starts = np.append(0, np.cumsum([len(base) for base in bases])).astype(np.int64)
    corners, hull_starts = hulls(points[:, 0].copy(), points[:, 1].copy(), starts)
    return Areas(
        tribe_id=np.array(tribes, dtype=np.int64),
        low=np.array([np.min(base, axis=0) for base in bases], dtype=np.float64).reshape(-1, 3),
        high=np.array([np.max(base, axis=0) for base in bases], dtype=np.float64).reshape(-1, 3),
        hull_starts=hull_starts,
        hull=points[corners, :2],
    )


def apart(place: Place, hull: list[list[float]]) -> float:
    """Return the squared distance of a place from a polygon, corner by corner."""
    x, y = place[:2]
    edges = [*pairwise([*hull, hull[0]])]
    turns = [(x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) for (x0, y0), (x1, y1) in edges]
    if len(hull) > 2 and all(turn >= 0 for turn in turns):
        return 0.0
    return min(to_edge(x, y, one, other) for one, other in edges)


def to_edge(x: float, y: float, one: list[float], other: list[float]) -> float:
    along, to = (other[0] - one[0], other[1] - one[1]), (x - one[0], y - one[1])
    length = along[0] ** 2 + along[1] ** 2
    share = min(1.0, max(0.0, (to[0] * along[0] + to[1] * along[1]) / length)) if length else 0.0
    return (to[0] - share * along[0]) ** 2 + (to[1] - share * along[1]) ** 2


def one_by_one(
    areas: Areas, bases: list[list[Place]], places: list[Place], tribes: list[int], radius: float
) -> list[int]:
    found = []
    for place, tribe in zip(places, tribes, strict=True):
        best, nearest = -1, math.inf
        for base in range(len(bases)):
            hull = areas.hull[areas.hull_starts[base] : areas.hull_starts[base + 1]].tolist()
            distance = apart(place, hull)
            heights = [z for _, _, z in bases[base]]
            reaches = min(heights) - radius <= place[2] <= max(heights) + radius
            mine = tribe == areas.tribe_id[base] and reaches and distance <= radius * radius
            if mine and distance < nearest:
                best, nearest = base, distance
        found.append(best)
    return found


numbers = st.integers(-12, 12)
places_of = st.tuples(numbers, numbers, numbers)


@settings(max_examples=300, deadline=None)
@given(
    bases=st.lists(st.lists(places_of, min_size=1, max_size=8), max_size=6),
    places=st.lists(places_of, max_size=12),
    radius=st.sampled_from([0.0, 1.0, 5.0]),
    data=st.data(),
)
def test_places_are_inside_of_what_they_are_one_by_one(
    bases: list[list[Place]], places: list[Place], radius: float, data: st.DataObject
) -> None:
    tribe = st.integers(1, 3)
    owners = data.draw(st.lists(tribe, min_size=len(bases), max_size=len(bases)))
    tribes = data.draw(st.lists(tribe, min_size=len(places), max_size=len(places)))
    areas = make_areas(bases, owners)

    found = find_areas(
        areas,
        np.array(places, dtype=np.float64).reshape(-1, 3),
        np.array(tribes, dtype=np.int64),
        radius,
    )

    assert found.tolist() == one_by_one(areas, bases, places, tribes, radius)


SQUARE: list[Place] = [(0, 0, 0), (10, 0, 0), (10, 10, 5), (0, 10, 0)]


@pytest.mark.parametrize(
    ("place", "tribe", "expected"),
    [
        ((5.0, 5.0, 0.0), 7, 0),
        ((12.0, 5.0, 0.0), 7, 0),
        ((12.1, 5.0, 0.0), 7, -1),
        ((11.5, 11.5, 0.0), 7, -1),
        ((11.4, 11.4, 0.0), 7, 0),
        ((5.0, 5.0, 7.0), 7, 0),
        ((5.0, 5.0, 7.1), 7, -1),
        ((5.0, 5.0, 0.0), 8, -1),
        ((np.nan, 5.0, 0.0), 7, -1),
        ((5.0, np.inf, 0.0), 7, -1),
    ],
    ids=[
        "in",
        "beside",
        "out",
        "corner-out",
        "corner",
        "above",
        "too-high",
        "foreign",
        "unknown",
        "infinite",
    ],
)
def test_a_base_reaches_a_radius_beyond_its_hull(
    place: tuple[float, float, float], tribe: int, expected: int
) -> None:
    found = find_areas(make_areas([SQUARE], [7]), np.array([place]), np.array([tribe]), 2.0)

    assert found.tolist() == [expected]


def test_between_two_bases_the_nearer_one_counts() -> None:
    areas = make_areas([[(0, 0, 0)], [(10, 0, 0)]], [7, 7])

    found = find_areas(areas, np.array([[4.0, 0, 0], [6.0, 0, 0], [5.0, 0, 0]]), np.array([7, 7, 7]), 8.0)

    assert found.tolist() == [0, 1, 0]

"""Unreal units to GPS readings."""

from __future__ import annotations

import pytest

from shared.saves.maps import MAP_FRAMES, MapPoint, find_frame, locate


@pytest.mark.parametrize(
    ("map_name", "x", "y", "latitude", "longitude"),
    [
        ("TheIsland", 0.0, 0.0, 50.0, 50.0),
        ("M_TheIsland", 80_000.0, -160_000.0, 30.0, 60.0),
        ("TheIsland_WP", 342_900.0, -342_900.0, 0.0, 100.0),
        ("TheCenter_WP", -524_364.0, 700_189.0, 100.0, 0.0),
        ("CrystalIsles", 17_000.0, 16_000.0, 49.75, 51.0),
    ],
)
def test_y_is_latitude_and_x_is_longitude(
    map_name: str, x: float, y: float, latitude: float, longitude: float
) -> None:
    frame = find_frame(map_name)
    assert frame is not None

    point = locate(frame, x=x, y=y)

    # The table's constants are rounded to five or more digits; a degree has 70 to 220 m.
    assert point.latitude == pytest.approx(latitude, abs=1e-3)
    assert point.longitude == pytest.approx(longitude, abs=1e-3)


def test_an_unknown_map_has_no_frame() -> None:
    assert find_frame("GreenflatMap") is None


def test_the_ocean_of_genesis_has_a_grid_of_its_own() -> None:
    ocean, land = find_frame("Genesis_WP", z=200_000.0), find_frame("Genesis_WP", z=0.0)

    assert ocean is not None
    assert land is not None
    assert locate(ocean, x=0.0, y=221_500.0) == MapPoint(latitude=60.0, longitude=50.00005)
    assert locate(land, x=0.0, y=82_000.0).latitude == 60.0


def test_every_frame_spans_a_map() -> None:
    for frame in MAP_FRAMES.values():
        assert min(frame.latitude_divisor, frame.longitude_divisor) > 0

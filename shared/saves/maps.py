"""Unreal units to the latitude and longitude that players read off their GPS, per map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFrame:
    """Where a map's GPS grid lies: ``degrees = shift + unreal_units / divisor``."""

    latitude_shift: float
    latitude_divisor: float
    longitude_shift: float
    longitude_divisor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoint:
    """A place as the game's GPS shows it."""

    latitude: float
    longitude: float


def _frame(latitude: tuple[float, float], longitude: tuple[float, float] | None = None) -> MapFrame:
    """Return a frame from (shift, divisor) pairs; one pair serves a square map for both axes."""
    east = longitude or latitude
    return MapFrame(
        latitude_shift=latitude[0],
        latitude_divisor=latitude[1],
        longitude_shift=east[0],
        longitude_divisor=east[1],
    )


# ASE: from dumps of the game's assets (origin, scale x 10). ASA: from the maps' bounds, with
# divisor = (max - min) / 100 and shift = -min / divisor. Other tools round some ASA maps differently;
# the largest disagreement is 0.8 of a degree, at the edge of Scorched Earth.
_TABLE: Final = {
    "TheIsland": _frame((50.0, 8000.0)),
    "ScorchedEarth_P": _frame((50.0, 8000.0)),
    "Aberration_P": _frame((50.0, 8000.0)),
    "Extinction": _frame((50.0, 8000.0)),
    "TheCenter": _frame((30.3422363, 9584.00024), (55.1041667, 9600.0)),
    "Ragnarok": _frame((50.0093893, 13100.0)),
    "Valguero_P": _frame((50.0000015, 8161.0)),
    "Genesis": _frame((50.0, 10500.0)),
    "CrystalIsles": _frame((48.75, 16000.0), (50.0, 17000.0)),
    "Gen2": _frame((49.6551724, 14500.0)),
    "LostIsland": _frame((51.6339869, 15300.0), (49.0196078, 15300.0)),
    "Fjordur": _frame((50.0000017, 7141.0)),
    "TheIsland_WP": _frame((50.0, 6858.0)),
    "Extinction_WP": _frame((50.0, 6858.0)),
    "ScorchedEarth_WP": _frame((49.99365, 7874.0)),
    "TheCenter_WP": _frame((32.50566, 10374.04), (50.54580, 10374.04)),
    "Aberration_WP": _frame((50.0, 8000.0)),
    "Ragnarok_WP": _frame((50.0, 13100.0)),
    "Valguero_WP": _frame((50.0, 8160.0)),
    "LostColony_WP": _frame((50.0, 8160.0)),
    "Astraeos_WP": _frame((50.0, 16000.0)),
    "Svartalfheim_WP": _frame((50.0, 4065.0)),
    "BobsMissions_WP": _frame((60.7489, 248.91), (51.4745, 248.90)),
    "Genesis_WP": _frame((50.0, 8200.0), (50.00012, 8200.0)),
}
MAP_FRAMES: Final[Mapping[str, MapFrame]] = MappingProxyType(_TABLE)
"""Frames by the name a save gives its map."""

# Genesis has one GPS grid for its ocean, which lies above the other biomes (z 129,392 to 404,392).
_GENESIS_OCEAN: Final = _frame((50.0, 22150.0), (50.00005, 22150.0))
_GENESIS_OCEAN_FLOOR: Final = 129_392.0


def find_frame(map_name: str, *, z: float = 0.0) -> MapFrame | None:
    """Return the map's frame, or ``None`` for a map whose grid is not known.

    ``z`` matters on Genesis alone, whose biomes are stacked. Mobile's ``M_`` maps are ASE's.
    """
    if map_name == "Genesis_WP" and z >= _GENESIS_OCEAN_FLOOR:
        return _GENESIS_OCEAN
    return MAP_FRAMES.get(map_name) or MAP_FRAMES.get(map_name.removeprefix("M_"))


def locate(frame: MapFrame, *, x: float, y: float) -> MapPoint:
    """Return the GPS reading at a position in Unreal units: x is longitude, y is latitude.

    Examples
    --------
    >>> locate(MAP_FRAMES["TheIsland"], x=80_000.0, y=-160_000.0)
    MapPoint(latitude=30.0, longitude=60.0)
    """
    return MapPoint(
        latitude=frame.latitude_shift + y / frame.latitude_divisor,
        longitude=frame.longitude_shift + x / frame.longitude_divisor,
    )

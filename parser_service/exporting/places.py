"""Positions to the degrees that players read off their GPS."""

from __future__ import annotations

import numpy as np

from parser_service.saves.columns import Float64Array
from shared.saves.maps import find_frame


def degrees(
    map_name: str, x: Float64Array, y: Float64Array, z: Float64Array
) -> tuple[Float64Array, Float64Array]:
    """Return latitudes and longitudes; NaN where the position or the map's grid is not known.

    Parameters
    ----------
    map_name : str
        As the save has it.
    x, y, z : ndarray of shape (n,), float64
        World positions, Unreal units.
    """
    latitude, longitude = np.full(len(x), np.nan), np.full(len(x), np.nan)
    # Genesis alone has two grids, one above the other: a row's height says which is its own.
    low, high = find_frame(map_name), find_frame(map_name, z=np.inf)
    for frame, rows in ((low, ~_is_other(map_name, z)), (high, _is_other(map_name, z))):
        if frame is not None:
            latitude[rows] = frame.latitude_shift + y[rows] / frame.latitude_divisor
            longitude[rows] = frame.longitude_shift + x[rows] / frame.longitude_divisor
    return latitude, longitude


def _is_other(map_name: str, z: Float64Array) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which heights have another grid than the ground."""
    ground = find_frame(map_name)
    if find_frame(map_name, z=np.inf) is ground:
        return np.zeros(len(z), dtype=np.bool_)
    return np.array([find_frame(map_name, z=height) is not ground for height in z.tolist()], dtype=np.bool_)

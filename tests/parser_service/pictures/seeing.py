"""How colours look: their contrast, and how far apart they are, also to people who see fewer of them.

Contrast is that of WCAG 2.2; the simulation is that of Machado, Oliveira and Fernandes (2009) at full severity;
distances are those of CIE 1976 in L*a*b* with daylight (D65), where 2.3 is a just noticeable difference.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

SIGHTS: Final = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _TO_XYZ.sum(axis=1)


def linear(colour: str) -> NDArray[np.float64]:
    """Return the linear RGB values of ``#rrggbb``."""
    values = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Return how bright a colour is, 0 to 1."""
    return float(_TO_XYZ[1] @ linear(colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def distance(one: str, other: str, sight: str) -> float:
    """Return how far apart two colours are to somebody with a kind of sight."""
    seen = [_lab(np.clip(SIGHTS[sight] @ linear(colour), 0, 1)) for colour in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def least_distance(colours: tuple[str, ...]) -> tuple[float, str, str, str]:
    """Return the least distance of any two colours to anybody, and which, and to whom."""
    return min(
        (distance(one, other, sight), one, other, sight)
        for one, other in combinations(colours, 2)
        for sight in SIGHTS
    )


def _lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = (_TO_XYZ @ rgb) / _WHITE
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])

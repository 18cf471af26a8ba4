"""Numbers beside bases, as the legend has them: the larger tribes first, and none upon another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib import patheffects

from parser_service.pictures.domain import Territory
from parser_service.pictures.groups import Group
from parser_service.pictures.lettering import points
from parser_service.pictures.palette import INK, PAPER

_SIZE_PX: Final = 24
# A number takes so much room, two digits wide.
_WIDTH_PX, _HEIGHT_PX = 34, 26
# Its place beside the middle of its base, the best first, in pixels to the east and to the south.
_PLACES: Final = ((0, 0), (0, -28), (0, 28), (30, 0), (-30, 0), (28, -26), (-28, -26), (28, 26), (-28, 26))
_PER_TRIBE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A number, and where it stands on the map."""

    text: str
    east: float
    south: float


def place_labels(frame: Territory, groups: Sequence[Group], *, pixel: float) -> list[Label]:
    """Return the numbers of the largest bases of each group that has one; ``pixel`` is how wide one is on the map."""
    centres, spans = frame.centres(), frame.spans()
    taken: list[tuple[float, float]] = []
    labels = []
    for group, row in _bases(frame, groups):
        east, south = centres[row].tolist()
        # upon a sign a number would hide it: it stands beside
        places = _PLACES if spans[row] > 2 * _WIDTH_PX * pixel else _PLACES[1:]
        for right, down in places:
            place = east + right * pixel, south + down * pixel
            if all(_are_apart(place, other, pixel) for other in taken):
                taken.append(place)
                labels.append(Label(text=str(group.number), east=place[0], south=place[1]))
                break
    return labels


def write_labels(axes: Any, labels: Sequence[Label]) -> list[Any]:
    """Write numbers on a map, and return what was drawn."""
    halo = [patheffects.withStroke(linewidth=points(6), foreground=PAPER)]
    return [
        axes.text(
            label.east,
            label.south,
            label.text,
            fontsize=points(_SIZE_PX),
            fontweight="bold",
            color=INK,
            ha="center",
            va="center",
            path_effects=halo,
            clip_on=True,
            zorder=6,
        )
        for label in labels
    ]


def _bases(frame: Territory, groups: Sequence[Group]) -> Iterator[tuple[Group, int]]:
    """Yield each group's largest base, then each one's second, and so on."""
    numbered = [group for group in groups if group.number]
    rows = [np.flatnonzero(group.is_in(frame)) for group in numbered]
    ranked = [own[np.argsort(-frame.structures[own], kind="stable")][:_PER_TRIBE].tolist() for own in rows]
    for place in range(_PER_TRIBE):
        for group, own in zip(numbered, ranked, strict=True):
            if place < len(own):
                yield group, own[place]


def _are_apart(one: tuple[float, float], other: tuple[float, float], pixel: float) -> bool:
    return abs(one[0] - other[0]) > _WIDTH_PX * pixel or abs(one[1] - other[1]) > _HEIGHT_PX * pixel

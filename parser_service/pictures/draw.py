"""Draws territory. The page is made once; what stands on the map is exchanged from frame to frame."""

from __future__ import annotations

from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from parser_service.pictures.ages import age_in_words
from parser_service.pictures.domain import Colouring, Drawing, Territory
from parser_service.pictures.frame import Window, lines_of, window_of
from parser_service.pictures.groups import Group, groups_of
from parser_service.pictures.labels import place_labels, write_labels
from parser_service.pictures.legend import draw_legend, legend_height
from parser_service.pictures.lettering import DPI, fitted, points
from parser_service.pictures.palette import GRID, INK, LAND, LAND_DARKER, PAPER, SOFT_INK

WIDTH_PX: Final = 1080
_HEAD_PX: Final = 132
_SUBTITLE_PX: Final = 24
_LEFT_PX: Final = 84
_RIGHT_PX: Final = 32
_MAP_PX: Final = WIDTH_PX - _LEFT_PX - _RIGHT_PX
# Below the map: the numbers of its grid, and a little air.
_FOOT_PX: Final = 56
# A base that would be smaller than this is shown by a sign instead of its outline.
_SMALLEST_BASE_PX: Final = 16
# Signs grow a little with what they stand for, so that a single wall does not look like a fortress.
_SIGN_PX: Final = (12.0, 24.0)
_LARGE_BASE: Final = 1000


class Page:
    """A picture of which the map changes. Not for use by two threads."""

    def __init__(self, drawing: Drawing) -> None:
        # names are anybody's: a dollar sign in one is no formula
        mpl.rcParams["text.parse_math"] = False
        mpl.rcParams["hatch.linewidth"] = 1.6
        self._drawing = drawing
        self._groups = groups_of(drawing)
        self._window = window_of(drawing.frames, is_close=drawing.tribe_id is not None)
        below = legend_height(self._groups)
        self._height = _HEAD_PX + _MAP_PX + _FOOT_PX + below
        self.figure = Figure(figsize=(WIDTH_PX / DPI, self._height / DPI), dpi=DPI, facecolor=PAPER)
        self._axes = self._add_map(below)
        self._subtitle = self._write_head()
        draw_legend(self.figure, self._groups, height_px=self._height)
        self._shown: list[Any] = []

    def show(self, frame: Territory) -> None:
        """Put the bases of a frame on the map, in the place of those shown before."""
        for artist in self._shown:
            artist.remove()
        self._shown = []
        pixel = self._window.size / _MAP_PX
        is_small = frame.spans() < _SMALLEST_BASE_PX * pixel
        for group in reversed(self._groups):
            rows = np.flatnonzero(group.is_in(frame))
            self._draw_outlines(frame, rows[~is_small[rows]], group)
            self._draw_signs(frame, rows[is_small[rows]], group)
        if self._drawing.colouring is Colouring.TRIBE:
            labels = place_labels(frame, self._groups, pixel=pixel)
            self._shown += write_labels(self._axes, labels)
        self._subtitle.set_text(self._words(frame))

    def _draw_outlines(self, frame: Territory, rows: NDArray[np.int64], group: Group) -> None:
        if not len(rows):
            return
        polygons = PolyCollection(
            [frame.corners[frame.starts[row] : frame.starts[row + 1]] for row in rows.tolist()],
            facecolor=group.look.colour,
            edgecolor=INK,
            hatch=group.look.hatch,
            linewidth=points(3),
            zorder=3,
        )
        self._shown.append(self._axes.add_collection(polygons, autolim=False))

    def _draw_signs(self, frame: Territory, rows: NDArray[np.int64], group: Group) -> None:
        if not len(rows):
            return
        low, high = _SIGN_PX
        size = low + (high - low) * np.sqrt(np.minimum(frame.structures[rows] / _LARGE_BASE, 1.0))
        east, south = frame.centres()[rows].T
        signs = self._axes.scatter(
            east,
            south,
            s=points(1) ** 2 * size**2,
            c=group.look.colour,
            marker=group.look.marker,
            edgecolors=INK,
            linewidths=points(2.5),
            zorder=4,
        )
        self._shown.append(signs)

    def _add_map(self, below: int) -> Any:
        axes = self.figure.add_axes(
            (
                _LEFT_PX / WIDTH_PX,
                (below + _FOOT_PX) / self._height,
                _MAP_PX / WIDTH_PX,
                _MAP_PX / self._height,
            ),
            facecolor=LAND,
        )
        window = self._window
        axes.set_xlim(window.left, window.right)
        # the game counts latitude from the north
        axes.set_ylim(window.bottom, window.top)
        _draw_grid(axes, window, is_geographic=self._drawing.frames[0].is_geographic)
        return axes

    def _write_head(self) -> Any:
        left = _LEFT_PX / WIDTH_PX

        def write(text: str, *, top_px: int, size_px: int, colour: str, weight: str = "normal") -> Any:
            return self.figure.text(
                left,
                1 - top_px / self._height,
                fitted(text, size_px=size_px, width_px=_MAP_PX, weight=weight),
                fontsize=points(size_px),
                color=colour,
                fontweight=weight,
                va="top",
            )

        write(self._drawing.title, top_px=18, size_px=38, colour=INK, weight="bold")
        if self._drawing.note:
            write(self._drawing.note, top_px=100, size_px=22, colour=SOFT_INK)
        return write("", top_px=68, size_px=_SUBTITLE_PX, colour=SOFT_INK)

    def _words(self, frame: Territory) -> str:
        count = len(frame)
        total = int(frame.structures.sum())
        bases = f"{count:,} base{'' if count == 1 else 's'}, {total:,} structures" if count else "no bases"
        when = f"{frame.saved_at:%d %b %Y %H:%M} UTC"
        if len(self._drawing.frames) == 1:
            when = f"save of {when}, {age_in_words(self._drawing.now - frame.saved_at)}"
        return fitted(f"{bases} · {when}", size_px=_SUBTITLE_PX, width_px=_MAP_PX)


def _draw_grid(axes: Any, window: Window, *, is_geographic: bool) -> None:
    east, south = lines_of(window.left, window.right), lines_of(window.top, window.bottom)
    for column, left in enumerate(east[:-1]):
        for row, top in enumerate(south[:-1]):
            if (column + row) % 2:
                step = east[1] - east[0]
                square = mpl.patches.Rectangle((left, top), step, step, color=LAND_DARKER, linewidth=0)
                axes.add_patch(square).set_zorder(0)
    axes.grid(visible=True, color=GRID, linewidth=points(1.5), zorder=1)
    axes.set_axisbelow(True)
    axes.set_xticks(east, [_number(value, is_geographic=is_geographic) for value in east])
    axes.set_yticks(south, [_number(value, is_geographic=is_geographic) for value in south])
    axes.tick_params(colors=INK, labelsize=points(22), length=0, pad=points(6))
    unit = ("longitude", "latitude") if is_geographic else ("x in 1,000 units", "y in 1,000 units")
    axes.set_xlabel(unit[0], fontsize=points(22), color=SOFT_INK, loc="right", labelpad=points(2))
    axes.set_ylabel(unit[1], fontsize=points(22), color=SOFT_INK, loc="top", labelpad=points(2))
    for spine in axes.spines.values():
        spine.set_color(SOFT_INK)
        spine.set_linewidth(points(2))


def _number(value: float, *, is_geographic: bool) -> str:
    return f"{value if is_geographic else value / 1000:g}"

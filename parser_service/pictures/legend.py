"""The legend below a map: two columns of a sign each with its number and its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from parser_service.pictures.groups import Group
from parser_service.pictures.lettering import fitted, points
from parser_service.pictures.palette import INK

_ROW_PX: Final = 36
_PAD_PX: Final = 26
_COLUMNS: Final = 2
_SWATCH_PX: Final = (44, 24)
_SIZE_PX: Final = 23
# Where what a line says begins, behind its swatch and its sign.
_TEXT_PX: Final = 88
_LEFT_PX: Final = 84
# Between what a line says and the next column, or the edge of the page.
_GAP_PX: Final = 16


def legend_height(groups: Sequence[Group]) -> int:
    """Return how many pixels the legend of these groups is high."""
    return _rows(groups) * _ROW_PX + _PAD_PX


def draw_legend(figure: Any, groups: Sequence[Group], *, height_px: int) -> None:
    """Draw the legend at the foot of a figure that is ``height_px`` high."""
    height = legend_height(groups)
    width_px = figure.get_figwidth() * figure.dpi
    axes = figure.add_axes((0, 0, 1, height / height_px))
    axes.set_axis_off()
    axes.set_xlim(0, width_px)
    axes.set_ylim(height, 0)
    rows = _rows(groups)
    for place, group in enumerate(groups):
        column, row = divmod(place, rows)
        left = _LEFT_PX + column * (width_px - _LEFT_PX) / _COLUMNS
        _draw_line(axes, group, left=left, middle=row * _ROW_PX + _ROW_PX / 2)


def _draw_line(axes: Any, group: Group, *, left: float, middle: float) -> None:
    wide, high = _SWATCH_PX
    look = group.look
    swatch = Rectangle(
        (left, middle - high / 2),
        wide,
        high,
        facecolor=look.colour,
        edgecolor=INK,
        hatch=look.hatch,
        linewidth=points(3),
    )
    axes.add_patch(swatch)
    sign = Line2D(
        [left + wide + 22],
        [middle],
        marker=look.marker,
        markersize=points(18),
        markerfacecolor=look.colour,
        markeredgecolor=INK,
        markeredgewidth=points(2.5),
    )
    axes.add_line(sign)
    room = int((axes.get_xlim()[1] - _LEFT_PX) / _COLUMNS) - _TEXT_PX - _GAP_PX
    number = f"{group.number}  " if group.number else ""
    axes.text(
        left + _TEXT_PX,
        middle,
        fitted(f"{number}{group.label}", size_px=_SIZE_PX, width_px=room),
        fontsize=points(_SIZE_PX),
        color=INK,
        va="center_baseline",
    )


def _rows(groups: Sequence[Group]) -> int:
    return -(-len(groups) // _COLUMNS)

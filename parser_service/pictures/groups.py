"""Bases in groups that are drawn alike, each with a line of the legend."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parser_service.pictures.domain import Colouring, Drawing, Territory
from parser_service.pictures.palette import (
    DECAY_CLASSES,
    OTHER_LOOK,
    TRIBE_LOOKS,
    UNKNOWN_DECAY,
    DecayClass,
    Look,
)

MOST_TRIBES: Final = 20
"""So many have a look and a number of their own; more would be hard to tell apart, and to find in the legend."""
_DAY_SECONDS: Final = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Bases that are drawn alike. ``is_in`` gives a mask of a frame's bases; ``number`` is 0 for none."""

    look: Look
    label: str
    is_in: Callable[[Territory], NDArray[np.bool_]]
    number: int = 0


def groups_of(drawing: Drawing) -> list[Group]:
    """Return the groups of a drawing, in the order of the legend; each has a base in at least one frame."""
    found = _by_decay(drawing) if drawing.colouring is Colouring.DECAY else _by_tribe(drawing)
    return [group for group in found if any(group.is_in(frame).any() for frame in drawing.frames)]


def _by_tribe(drawing: Drawing) -> Iterator[Group]:
    if drawing.tribe_id is not None and len(drawing.frames) == 1:
        yield from _by_base(drawing.frames[0])
        return
    ranked = _largest(drawing.frames)
    names: dict[int, str] = {}
    for frame in drawing.frames:
        names |= frame.names
    for place, tribe_id in enumerate(ranked[:MOST_TRIBES]):
        yield Group(
            look=TRIBE_LOOKS[place],
            label=names.get(tribe_id) or f"tribe {tribe_id}",
            is_in=_owned_by([tribe_id]),
            number=place + 1,
        )
    others = ranked[MOST_TRIBES:]
    if others:
        yield Group(look=OTHER_LOOK, label=f"{len(others)} smaller tribes", is_in=_owned_by(others))


def _by_base(frame: Territory) -> Iterator[Group]:
    """Yield the bases of one tribe's map, each with its size and its place."""
    ranked = np.argsort(-frame.structures, kind="stable")
    centres = frame.centres()
    for place, row in enumerate(ranked[:MOST_TRIBES].tolist()):
        east, south = centres[row].tolist()
        where = f"at {south:.1f}, {east:.1f}" if frame.is_geographic else f"at {east:,.0f}, {south:,.0f}"
        count = int(frame.structures[row])
        yield Group(
            look=TRIBE_LOOKS[0],
            label=f"{count:,} structure{'' if count == 1 else 's'} {where}",
            is_in=_is_row(row),
            number=place + 1,
        )
    others = ranked[MOST_TRIBES:]
    if len(others):
        yield Group(look=OTHER_LOOK, label=f"{len(others)} smaller bases", is_in=_are_rows(others))


def _is_row(row: int) -> Callable[[Territory], NDArray[np.bool_]]:
    return _are_rows(np.array([row]))


def _are_rows(rows: NDArray[np.int64]) -> Callable[[Territory], NDArray[np.bool_]]:
    return lambda frame: np.isin(np.arange(len(frame)), rows)


def _largest(frames: Sequence[Territory]) -> list[int]:
    """Return the tribes by how many structures they had when they had most."""
    most: dict[int, int] = {}
    for frame in frames:
        tribes, place = np.unique(frame.tribe_id, return_inverse=True)
        totals = np.bincount(place, weights=frame.structures, minlength=len(tribes))
        for tribe_id, total in zip(tribes.tolist(), totals.tolist(), strict=True):
            most[tribe_id] = max(most.get(tribe_id, 0), int(total))
    return sorted(most, key=lambda tribe_id: (-most[tribe_id], tribe_id))


def _owned_by(tribes: Sequence[int]) -> Callable[[Territory], NDArray[np.bool_]]:
    wanted = np.array(tribes, dtype=np.int64)
    return lambda frame: np.isin(frame.tribe_id, wanted)


def _by_decay(drawing: Drawing) -> Iterator[Group]:
    now = drawing.now.timestamp()
    least = -np.inf
    for one in DECAY_CLASSES:
        yield _counted(
            Group(look=one.look, label=one.label, is_in=_left(now, least, one)), drawing.frames[-1]
        )
        least = one.days
    unknown = Group(look=UNKNOWN_DECAY, label="never or unknown", is_in=lambda f: np.isnan(f.decays_at))
    yield _counted(unknown, drawing.frames[-1])


def _left(now: float, more_than: float, one: DecayClass) -> Callable[[Territory], NDArray[np.bool_]]:
    def is_in(frame: Territory) -> NDArray[np.bool_]:
        days = (frame.decays_at - now) / _DAY_SECONDS
        found: NDArray[np.bool_] = (days > more_than) & (days <= one.days)
        return found

    return is_in


def _counted(group: Group, frame: Territory) -> Group:
    count = int(np.count_nonzero(group.is_in(frame)))
    return replace(group, label=f"{group.label}: {count:,} base{'' if count == 1 else 's'}")

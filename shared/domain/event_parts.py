"""What events are made of: creatures, fighters, structures, places, the stamp of a tribe's log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from shared.domain.event_kinds import FighterKind
from shared.ids import TribeId

SurvivorId = NewType("SurvivorId", int)
"""The game's id of a survivor (``LinkedPlayerDataID``, ARKID, KillerSID)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TribeStamp:
    """Whose log a line stands in, and the game's day and time ("HH:MM:SS") it bears."""

    tribe: str
    tribe_id: TribeId | None
    day: int
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place in the world, in Unreal units (1 uu = 1 cm)."""

    x: float
    y: float
    z: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Creature:
    """A creature as a line names it; some lines give the name alone."""

    name: str
    level: int | None = None
    species: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fighter:
    """A victim or a killer.

    ``group`` is set, and ``kind`` unknown, where a line leaves open whether the name in brackets is a species or a tribe.
    """

    name: str
    kind: FighterKind = FighterKind.UNKNOWN
    level: int | None = None
    species: str | None = None
    tribe: str | None = None
    group: str | None = None
    survivor_id: SurvivorId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A structure as a line names it; ``owner`` is a tribe's name where the line gives one."""

    name: str
    is_locked: bool = False
    owner: str | None = None

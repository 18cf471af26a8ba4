"""What exists on one map: the values that life changes and the save writer writes.

Everything in a ``World``'s tables is frozen: a change replaces a value, so a shallow copy of the tables
is a consistent picture that another thread may write to disk while life goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

# TargetingTeam of wild creatures is a small number, of which 1 and 2 are usual (real v14 worlds).
WILD_TEAM = 1
# One in-game day takes about an hour at official speed: the days in real logs advance by one an hour.
GAME_DAY_SECONDS = 3600.0


class Game(StrEnum):
    """Survival Evolved or Survival Ascended."""

    ASE = "ase"
    ASA = "asa"


# An ASA world's clock starts near 1e8 (real worlds of a few minutes' age), an ASE one's at 0.
CLOCK_START = {Game.ASE: 0.0, Game.ASA: 1e8}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position in Unreal units (1 uu = 1 cm) and a heading in degrees."""

    x: float
    y: float
    z: float
    yaw: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A character, and the platform account that owns it."""

    player_id: int
    name: str
    platform_name: str
    account: str
    level: int
    place: Place
    team: int
    tribe_id: int | None = None
    is_female: bool = False
    is_admin: bool = False
    last_seen_time: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tribe:
    """A tribe, its members in order of joining, and the newest entries of its log."""

    tribe_id: int
    name: str
    owner_id: int
    member_ids: tuple[int, ...]
    admin_ids: tuple[int, ...] = ()
    log: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a tribe built in one spot; a visit moves the decay clock of all of it."""

    base_id: int
    team: int
    owner_name: str
    place: Place
    tier: str
    last_ally_time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A placed object; ``kind`` is a key of ``kinds.KINDS``, ``name`` what people call it, if anything."""

    structure_id: int
    number: int
    kind: str
    base_id: int
    placer_id: int
    place: Place
    built_time: float
    placed_stamp: str
    health: float = 1.0
    is_locked: bool = False
    name: str = ""
    is_snapped: bool = False
    floor_id: int | None = None
    links: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Creature:
    """A creature, wild (``tamer`` empty) or tame; ``species`` is a key of ``kinds.SPECIES``."""

    number: int
    id1: int
    id2: int
    species: str
    level: int
    place: Place
    is_female: bool
    team: int = WILD_TEAM
    name: str = ""
    tamer: str = ""
    tribe_name: str = ""
    tamed_time: float | None = None
    last_ally_time: float | None = None
    in_cryopod: bool = False

    @property
    def is_tame(self) -> bool:
        """Whether somebody owns it."""
        return self.team != WILD_TEAM


@dataclass(slots=True, kw_only=True)
class World:
    """One map at one moment: tables of frozen values, replaced as life goes on."""

    game: Game
    map_name: str
    seed: int
    game_time: float
    save_count: int = 0
    starts: int = 0
    next_number: int = 0
    survivors: dict[int, Survivor] = field(default_factory=dict)
    tribes: dict[int, Tribe] = field(default_factory=dict)
    bases: dict[int, Base] = field(default_factory=dict)
    structures: dict[int, Structure] = field(default_factory=dict)
    creatures: dict[int, Creature] = field(default_factory=dict)
    online: dict[int, int | None] = field(default_factory=dict)
    """Who is on, and the base they are near (``None``: out in the wild)."""
    banned: set[str] = field(default_factory=set)

    def picture(self) -> World:
        """Return a copy of the tables that later changes do not reach."""
        return replace(
            self,
            survivors=dict(self.survivors),
            tribes=dict(self.tribes),
            bases=dict(self.bases),
            structures=dict(self.structures),
            creatures=dict(self.creatures),
            online=dict(self.online),
            banned=set(self.banned),
        )

    def take_number(self) -> int:
        """Return a number no actor of this world has had."""
        self.next_number += 1
        return self.next_number

    def day(self) -> tuple[int, str]:
        """Return the game's day and its time of day as ``HH:MM:SS``."""
        day, rest = divmod(self.game_time - CLOCK_START[self.game], GAME_DAY_SECONDS)
        seconds = int(rest / GAME_DAY_SECONDS * 86_400)
        return int(day) + 1, f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def tribe_of(self, survivor: Survivor) -> Tribe | None:
        """Return the survivor's tribe, if any."""
        return None if survivor.tribe_id is None else self.tribes.get(survivor.tribe_id)

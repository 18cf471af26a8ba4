"""A decoded world: its tables, and how much of the save was understood."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import Final

from parser_service.saves.columns.arrays import Table
from parser_service.saves.columns.creatures import Tames, WildCreatures
from parser_service.saves.columns.items import Items
from parser_service.saves.columns.structures import Structures
from parser_service.saves.columns.survivors import Survivors
from parser_service.saves.columns.tribes import Alliances, Members, TribeLogs, Tribes

# Teams below this number are the game's own (wild, neutral, bosses).
FIRST_PLAYER_TEAM: Final = 50_000
# The team of what its owners have left behind for anyone to demolish.
ABANDONED_TEAM: Final = -(2**31)
# The team of creatures that somebody may claim.
UNCLAIMED_TEAM: Final = 2_000_000_000
# The widest map spans a few million units; what lies beyond this is damage.
FARTHEST_UU: Final = 1e9


class Game(StrEnum):
    """Which of the ARK games wrote a save."""

    ASE = "ase"
    ASA = "asa"
    MOBILE = "mobile"


class Wanted(Flag):
    """What is to be read from a save; the less is asked for, the faster it goes. Tribes always come along."""

    STRUCTURES = auto()
    TAMES = auto()
    SURVIVORS = auto()
    ITEMS = auto()
    WILD = auto()
    ALL = STRUCTURES | TAMES | SURVIVORS | ITEMS | WILD


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a save was understood.

    ``objects_seen`` counts all objects; of these the ``objects_walked`` were candidates for what was asked,
    and of those ``objects_failed`` were damaged (``errors`` says how). Bytes are those of the walked objects.
    ``unknown_classes`` counts the classes of structures that have no name in the save. ``notes`` are sentences
    on what else was left out, such as damaged tribe files, by name. ``damaged_names`` counts those of the
    ``names`` in the world's name table that cannot be what the game wrote.
    """

    objects_seen: int
    objects_walked: int
    objects_failed: int
    bytes_seen: int
    bytes_understood: int
    unknown_classes: int
    duplicates: int
    errors: dict[str, int]
    notes: tuple[str, ...] = ()
    names: int = 0
    damaged_names: int = 0

    @property
    def objects_understood(self) -> int:
        """The walked objects that were read to their end."""
        return self.objects_walked - self.objects_failed

    @property
    def share(self) -> float:
        """The understood share of the walked bytes, 0 to 1."""
        return self.bytes_understood / self.bytes_seen if self.bytes_seen else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One save: what it is, what stands in it, whose it is, and how much of it was understood.

    ``game_time`` is in seconds of the world's own clock; ``save_count`` is 0 where the format has none. Tables
    that were not ``wanted`` are empty.
    """

    game: Game
    version: int
    map_name: str
    game_time: float
    save_count: int
    wanted: Wanted
    structures: Structures
    tames: Tames
    survivors: Survivors
    items: Items
    wild: WildCreatures
    tribes: Tribes
    members: Members
    alliances: Alliances
    tribe_logs: TribeLogs
    coverage: Coverage

    def tables(self) -> dict[str, Table]:
        """Return all tables by name."""
        return {name: getattr(self, name) for name in TABLES}


TABLES: Final[dict[str, type[Table]]] = {
    "structures": Structures,
    "tames": Tames,
    "survivors": Survivors,
    "items": Items,
    "wild": WildCreatures,
    "tribes": Tribes,
    "members": Members,
    "alliances": Alliances,
    "tribe_logs": TribeLogs,
}
"""The tables of a world, by the name of their attribute."""

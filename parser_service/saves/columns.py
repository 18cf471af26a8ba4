"""A decoded world as columns: arrays of equal length, one row per thing, no object per game object."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

BoolArray: TypeAlias = NDArray[np.bool_]
ByteArray: TypeAlias = NDArray[np.uint8]
Int32Array: TypeAlias = NDArray[np.int32]
Int64Array: TypeAlias = NDArray[np.int64]
UInt64Array: TypeAlias = NDArray[np.uint64]
Float32Array: TypeAlias = NDArray[np.float32]
Float64Array: TypeAlias = NDArray[np.float64]

# Teams below this number are the game's own (wild, neutral, bosses).
FIRST_PLAYER_TEAM: Final = 50_000
# The team of what its owners have left behind for anyone to demolish.
ABANDONED_TEAM: Final = -(2**31)
# The widest map spans a few million units; what lies beyond this is damage.
FARTHEST_UU: Final = 1e9


class Game(StrEnum):
    """Which of the ARK games wrote a save."""

    ASE = "ase"
    ASA = "asa"
    MOBILE = "mobile"


class TribeSource(StrEnum):
    """Where a tribe's data comes from, best first."""

    TRIBE_FILE = "tribe_file"
    SAVE = "save"
    OWNER_NAMES = "owner_names"


def _check_rows(columns: object) -> None:
    """Raise when the arrays of a frozen dataclass differ in length."""
    lengths = {
        field.name: len(value)
        for field in fields(columns)  # type: ignore[arg-type]  # every caller is a dataclass
        if isinstance(value := getattr(columns, field.name), np.ndarray)
    }
    if len(set(lengths.values())) > 1:
        message = f"columns of unequal length: {lengths}"
        raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Structures:
    """The structures that players have placed.

    Attributes
    ----------
    object_id : ndarray of shape (n, 2), uint64
        ASA: the object's GUID as two little-endian words. ASE: its position in the file, and zero; that one
        holds within one save only.
    identity : ndarray of shape (n,), uint64
        The same for the same structure in the next save: from the GUID (ASA), or from class and position (ASE).
    structure_id : ndarray of shape (n,), int64
        The game's ``StructureID``, -1 where the game writes none. Not unique.
    class_index : ndarray of shape (n,), int32
        Row of ``classes``.
    x, y, z : ndarray of shape (n,), float64
        World position, Unreal units (1 uu = 1 cm); NaN where the save has lost it.
    yaw : ndarray of shape (n,), float32
        Degrees; NaN as above.
    tribe_id : ndarray of shape (n,), int64
        ``TargetingTeam``: the tribe, or the player where there is no tribe.
    owner_name_index : ndarray of shape (n,), int32
        Row of ``owner_names``, -1 where none is written.
    owner_player_id : ndarray of shape (n,), int64
        Player who owns it personally, 0 where nobody does.
    created_time, last_ally_time, last_stasis_time : ndarray of shape (n,), float64
        Seconds of the world's own clock; NaN is unknown.
    health, max_health : ndarray of shape (n,), float32
        Hit points; NaN is unknown. The game leaves out the health of what is undamaged: it is then the maximum.
    is_locked, has_pin, was_snapped : ndarray of shape (n,), bool
        As written. The pin itself is never kept.
    is_linked : ndarray of shape (n,), bool
        Other structures are snapped to it.
    attached : ndarray of shape (n,), bool
        On a saddle or platform: it moves with a creature, so it is part of no base.
    item_count : ndarray of shape (n,), int32
        Items inside, as the game counts them.
    classes, owner_names : tuple of str
        What the index columns point into.
    """

    object_id: UInt64Array
    identity: UInt64Array
    structure_id: Int64Array
    class_index: Int32Array
    x: Float64Array
    y: Float64Array
    z: Float64Array
    yaw: Float32Array
    tribe_id: Int64Array
    owner_name_index: Int32Array
    owner_player_id: Int64Array
    created_time: Float64Array
    last_ally_time: Float64Array
    last_stasis_time: Float64Array
    health: Float32Array
    max_health: Float32Array
    is_locked: BoolArray
    has_pin: BoolArray
    was_snapped: BoolArray
    is_linked: BoolArray
    attached: BoolArray
    item_count: Int32Array
    classes: tuple[str, ...]
    owner_names: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_rows(self)

    def __len__(self) -> int:
        return len(self.structure_id)

    def positions(self) -> Float64Array:
        """Return the positions as an array of shape (n, 3), Unreal units."""
        return np.column_stack((self.x, self.y, self.z))

    def take(self, rows: NDArray[Any]) -> Structures:
        """Return the given rows (indices or a mask); the tables of names stay whole."""
        chosen = {
            field.name: value[rows] if isinstance(value := getattr(self, field.name), np.ndarray) else value
            for field in fields(self)
        }
        return Structures(**chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The members of all tribes, tribe by tribe.

    Attributes
    ----------
    tribe_index : ndarray of shape (m,), int32
        Row of the tribe in ``Tribes``, ascending.
    player_id : ndarray of shape (m,), int64
        The player's id, 0 where the file names a member without one.
    rank : ndarray of shape (m,), int32
        Rank group, -1 where the tribe has none.
    is_admin : ndarray of shape (m,), bool
        Whether the tribe made the player an admin.
    names : tuple of str
        The members' names, one per row.
    """

    tribe_index: Int32Array
    player_id: Int64Array
    rank: Int32Array
    is_admin: BoolArray
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_rows(self)
        if len(self.names) != len(self.player_id):
            message = f"{len(self.names)} names for {len(self.player_id)} members"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.player_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tribes:
    """The tribes of a world, by id.

    Attributes
    ----------
    tribe_id : ndarray of shape (n,), int64
        Ascending, unique.
    owner_player_id : ndarray of shape (n,), int64
        The owner's player id, 0 unknown.
    member_count : ndarray of shape (n,), int32
        Members, 0 where only the owner names of structures are known.
    names : tuple of str
        The tribes' names.
    owner_names : tuple of str
        The owners' names among the members, empty where unknown.
    sources : tuple of TribeSource
        Where each row comes from.
    members : Members
        Who belongs to them.
    """

    tribe_id: Int64Array
    owner_player_id: Int64Array
    member_count: Int32Array
    names: tuple[str, ...]
    owner_names: tuple[str, ...]
    sources: tuple[TribeSource, ...]
    members: Members

    def __post_init__(self) -> None:
        _check_rows(self)
        if not len(self.names) == len(self.owner_names) == len(self.sources) == len(self.tribe_id):
            message = f"texts of unequal number for {len(self.tribe_id)} tribes"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.tribe_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a save was understood.

    ``objects_seen`` counts all objects; of these the ``objects_walked`` were candidates for what was asked,
    and of those ``objects_failed`` were damaged (``errors`` says how). Bytes are those of the walked objects.
    ``unknown_classes`` counts the classes of structures that have no name in the save. ``notes`` are sentences
    on what else was left out, such as damaged tribe files, by name.
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

    ``game_time`` is in seconds of the world's own clock; ``save_count`` is 0 where the format has none.
    """

    game: Game
    version: int
    map_name: str
    game_time: float
    save_count: int
    structures: Structures
    tribes: Tribes
    coverage: Coverage

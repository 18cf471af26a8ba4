"""The tribes of a world, their members, alliances and logs as columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from parser_service.saves.columns.arrays import BoolArray, Int32Array, Int64Array, Table


class TribeSource(StrEnum):
    """Where a tribe's data comes from, best first."""

    TRIBE_FILE = "tribe_file"
    SAVE = "save"
    OWNER_NAMES = "owner_names"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tribes(Table):
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
        The tribes' names, one per row.
    owner_names : tuple of str
        The owners' names among the members, one per row, empty where unknown.
    sources : tuple of TribeSource
        Where each row comes from.
    """

    tribe_id: Int64Array
    owner_player_id: Int64Array
    member_count: Int32Array
    names: tuple[str, ...]
    owner_names: tuple[str, ...]
    sources: tuple[TribeSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Members(Table):
    """The members of all tribes, by tribe.

    Attributes
    ----------
    tribe_id : ndarray of shape (n,), int64
        Ascending.
    player_id : ndarray of shape (n,), int64
        The player's id, 0 where the file names a member without one.
    rank : ndarray of shape (n,), int32
        Rank group, -1 where the tribe has none.
    rank_name_index : ndarray of shape (n,), int32
        Row of ``rank_names``, -1 where the group has no name.
    is_admin : ndarray of shape (n,), bool
        Whether the tribe made the player an admin.
    names : tuple of str
        The members' names, one per row.
    rank_names : tuple of str
        What ``rank_name_index`` points into.
    """

    tribe_id: Int64Array
    player_id: Int64Array
    rank: Int32Array
    rank_name_index: Int32Array
    is_admin: BoolArray
    names: tuple[str, ...]
    rank_names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alliances(Table):
    """Which tribes are allied, as the tribes' own data tells it: one row per alliance and member tribe.

    Attributes
    ----------
    tribe_id : ndarray of shape (n,), int64
        The tribe whose data holds the row, ascending.
    alliance_id : ndarray of shape (n,), int64
        The game's id of the alliance.
    ally_tribe_id : ndarray of shape (n,), int64
        A tribe in it; the tribe itself is one of them.
    names : tuple of str
        The alliance's name, one per row.
    """

    tribe_id: Int64Array
    alliance_id: Int64Array
    ally_tribe_id: Int64Array
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TribeLogs(Table):
    """The lines of the tribes' logs, by tribe, oldest first.

    Attributes
    ----------
    tribe_id : ndarray of shape (n,), int64
        Ascending.
    lines : tuple of str
        As the game wrote them, with their RichColor, one per row.
    """

    tribe_id: Int64Array
    lines: tuple[str, ...]

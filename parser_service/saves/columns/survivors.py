"""The survivors of a world as columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from parser_service.saves.columns.arrays import (
    BoolArray,
    ByteArray,
    Float32Array,
    Float64Array,
    Int32Array,
    Int64Array,
    Table,
    UInt64Array,
)


class SurvivorSource(StrEnum):
    """Where a survivor's data comes from, best first."""

    PROFILE = "profile"
    SAVE = "save"
    PAWN = "pawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivors(Table):
    """The characters of players: from profiles beside or inside the save, with the body that lies in the world.

    Attributes
    ----------
    player_id : ndarray of shape (n,), int64
        The game's ``PlayerDataID``, ascending, unique.
    tribe_id : ndarray of shape (n,), int64
        0 where the survivor has no tribe.
    level : ndarray of shape (n,), int32
        0 unknown.
    experience : ndarray of shape (n,), float32
        NaN unknown.
    points : ndarray of shape (n, 12), uint8
        Level-up points in each of ``STATS``.
    engrams : ndarray of shape (n,), int32
        How many engrams were learned; -1 unknown.
    deaths : ndarray of shape (n,), int32
        -1 unknown.
    is_female : ndarray of shape (n,), bool
    is_asleep, is_dead : ndarray of shape (n,), bool
        Of the body in the world.
    x, y, z : ndarray of shape (n,), float64
        Where the body is, Unreal units; NaN where there is none.
    last_seen_time : ndarray of shape (n,), float64
        The latest of the logins and of the time when a player last controlled the body, seconds of the clock of
        the map that wrote it; NaN unknown.
    inventory_id : ndarray of shape (n, 2), uint64
        The object that holds the body's items; zero where there is none.
    names : tuple of str
        The survivors' names, one per row.
    platform_names : tuple of str
        The accounts' names, one per row, empty unknown.
    accounts : tuple of str
        Steam id (ASE) or EOS id in lower case (ASA), one per row, empty unknown.
    engram_lists : tuple of tuple of str
        The classes of the engrams learned, one tuple per row.
    sources : tuple of SurvivorSource
        Where each row comes from.
    """

    widths: ClassVar[dict[str, int]] = {"points": 12, "inventory_id": 2}

    player_id: Int64Array
    tribe_id: Int64Array
    level: Int32Array
    experience: Float32Array
    points: ByteArray
    engrams: Int32Array
    deaths: Int32Array
    is_female: BoolArray
    is_asleep: BoolArray
    is_dead: BoolArray
    x: Float64Array
    y: Float64Array
    z: Float64Array
    last_seen_time: Float64Array
    inventory_id: UInt64Array
    names: tuple[str, ...]
    platform_names: tuple[str, ...]
    accounts: tuple[str, ...]
    engram_lists: tuple[tuple[str, ...], ...]
    sources: tuple[SurvivorSource, ...]

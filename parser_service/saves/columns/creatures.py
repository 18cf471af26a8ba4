"""The creatures of a world as columns: those that players own, and the wild ones."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tames(Table):
    """The creatures that belong to a tribe or a player, and those that nobody has claimed yet.

    Attributes
    ----------
    object_id : ndarray of shape (n, 2), uint64
        See ``Structures.object_id``; of a creature in a cryopod: the pod's.
    dino_id : ndarray of shape (n,), uint64
        The game's id of the creature, the same in every save: ``DinoID1 << 32 | DinoID2``.
    class_index : ndarray of shape (n,), int32
        Row of ``classes``.
    x, y, z : ndarray of shape (n,), float64
        World position, Unreal units; of a creature in a cryopod: that of whatever holds the pod. NaN unknown.
    yaw : ndarray of shape (n,), float32
        Degrees; NaN unknown.
    tribe_id : ndarray of shape (n,), int64
        ``TargetingTeam``; 2,000,000,000 unclaimed, -2**31 abandoned.
    name_index, tribe_name_index, tamer_name_index, imprinter_name_index : ndarray of shape (n,), int32
        Rows of ``names``, ``tribe_names``, ``tamer_names``, ``imprinter_names``, -1 none.
    imprinter_player_id : ndarray of shape (n,), int64
        0 where nobody imprinted on it.
    imprint : ndarray of shape (n,), float32
        0 to 1; NaN where nobody imprinted on it.
    is_female, is_neutered : ndarray of shape (n,), bool
    base_level, extra_level : ndarray of shape (n,), int32
        Level when it was tamed, and levels since; the level shown in the game is their sum. 0 unknown.
    wild_points, tamed_points, mutation_points : ndarray of shape (n, 12), uint8
        Points in each of ``STATS``, from the wild, from levels since, and (ASA) from mutations.
    stats : ndarray of shape (n, 12), float32
        Current values of ``STATS``; NaN unknown.
    experience : ndarray of shape (n,), float32
        NaN unknown.
    mutations_maternal, mutations_paternal : ndarray of shape (n,), int32
    colours : ndarray of shape (n, 6), uint8
        Colour id of each region, 0 none.
    maturation : ndarray of shape (n,), float32
        0 to 1; 1 is grown up.
    tamed_time, last_ally_time, last_stasis_time : ndarray of shape (n,), float64
        Seconds of the world's own clock; NaN unknown.
    last_fed_time : ndarray of shape (n,), float64
        When its food was last brought up to date, seconds of the world's own clock; NaN unknown. ``stats`` has the food.
    is_cryopodded : ndarray of shape (n,), bool
    inventory_id : ndarray of shape (n, 2), uint64
        The object that holds its items; zero where it has none.
    classes, names, tribe_names, tamer_names, imprinter_names : tuple of str
        What the index columns point into.
    """

    widths: ClassVar[dict[str, int]] = {
        "object_id": 2,
        "wild_points": 12,
        "tamed_points": 12,
        "mutation_points": 12,
        "stats": 12,
        "colours": 6,
        "inventory_id": 2,
    }

    object_id: UInt64Array
    dino_id: UInt64Array
    class_index: Int32Array
    x: Float64Array
    y: Float64Array
    z: Float64Array
    yaw: Float32Array
    tribe_id: Int64Array
    name_index: Int32Array
    tribe_name_index: Int32Array
    tamer_name_index: Int32Array
    imprinter_name_index: Int32Array
    imprinter_player_id: Int64Array
    imprint: Float32Array
    is_female: BoolArray
    is_neutered: BoolArray
    base_level: Int32Array
    extra_level: Int32Array
    wild_points: ByteArray
    tamed_points: ByteArray
    mutation_points: ByteArray
    stats: Float32Array
    experience: Float32Array
    mutations_maternal: Int32Array
    mutations_paternal: Int32Array
    colours: ByteArray
    maturation: Float32Array
    tamed_time: Float64Array
    last_ally_time: Float64Array
    last_stasis_time: Float64Array
    last_fed_time: Float64Array
    is_cryopodded: BoolArray
    inventory_id: UInt64Array
    classes: tuple[str, ...]
    names: tuple[str, ...]
    tribe_names: tuple[str, ...]
    tamer_names: tuple[str, ...]
    imprinter_names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WildCreatures(Table):
    """The creatures that belong to nobody.

    Attributes
    ----------
    dino_id : ndarray of shape (n,), uint64
        ``DinoID1 << 32 | DinoID2``.
    class_index : ndarray of shape (n,), int32
        Row of ``classes``.
    level : ndarray of shape (n,), int32
        0 unknown.
    x, y, z : ndarray of shape (n,), float64
        World position, Unreal units; NaN unknown.
    is_female : ndarray of shape (n,), bool
    classes : tuple of str
        What ``class_index`` points into.
    """

    dino_id: UInt64Array
    class_index: Int32Array
    level: Int32Array
    x: Float64Array
    y: Float64Array
    z: Float64Array
    is_female: BoolArray
    classes: tuple[str, ...]

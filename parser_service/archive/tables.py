"""What an archive holds beside the tables of the world: bases, and where each structure belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from parser_service.saves.columns import TABLES, Float64Array, Int32Array, Int64Array, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseRows(Table):
    """The bases of a save.

    Attributes
    ----------
    tribe_id : ndarray of shape (k,), int64
    structures : ndarray of shape (k,), int32
    x, y, z : ndarray of shape (k,), float64
        Mean position, Unreal units.
    first_decay_at, last_decay_at : ndarray of shape (k,), float64
        Seconds since 1970, UTC; NaN never or unknown.
    """

    tribe_id: Int64Array
    structures: Int32Array
    x: Float64Array
    y: Float64Array
    z: Float64Array
    first_decay_at: Float64Array
    last_decay_at: Float64Array


@dataclass(frozen=True, slots=True, kw_only=True)
class StructurePlaces(Table):
    """Where each structure belongs, one row per row of the world's structures.

    Attributes
    ----------
    base_row : ndarray of shape (n,), int32
        Row of the bases, -1 for none.
    decays_at : ndarray of shape (n,), float64
        Seconds since 1970, UTC; NaN never or unknown.
    """

    base_row: Int32Array
    decays_at: Float64Array


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseIds(Table):
    """The ids that the database gave the bases, one per row of the bases; empty before the save is stored.

    Attributes
    ----------
    base_id : ndarray of shape (k,), int64
    """

    base_id: Int64Array


KINDS: Final[dict[str, type[Table]]] = {
    **TABLES,
    "bases": BaseRows,
    "places": StructurePlaces,
    "base_ids": BaseIds,
}
"""All tables of an archive, by name."""

"""What bases have in them: classes, turrets, containers, beds, locks, and tames."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from parser_service.bases.boxes import BoolArray, Float64Array
from parser_service.bases.counting import ClassCounts, count_classes
from parser_service.bases.union import IndexArray
from parser_service.saves.columns import Structures, Tames
from shared.saves.classes import ClassCategory, facts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseContents:
    """One row per base: what it has.

    Attributes
    ----------
    classes : ClassCounts
        Its structures by class.
    turrets, turrets_known, turrets_empty : ndarray of shape (k,), int32
        Turrets, those of which the save tells the ammunition, and those of these that have none left.
    ammunition : ndarray of shape (k,), int64
        Rounds in the turrets of which it is known.
    containers : ndarray of shape (k,), int32
        Structures that are there to keep things in.
    items : ndarray of shape (k,), int64
        Stacks in the containers.
    slots, slots_used : ndarray of shape (k,), int64
        How many stacks fit into the containers of which that is known, and how many are in these.
    beds : ndarray of shape (k,), int32
        Structures to sleep or respawn in.
    locked, pinned : ndarray of shape (k,), int32
        Structures that are locked, and those that have a pin.
    open_containers : ndarray of shape (k,), int32
        Containers that are neither locked nor have a pin.
    tames, cryopodded : ndarray of shape (k,), int32
        Creatures of its tribe inside, and those of these that are in cryopods.
    tame_classes : ClassCounts
        These creatures by class, cryopodded ones as well.
    """

    classes: ClassCounts
    turrets: NDArray[np.int32]
    turrets_known: NDArray[np.int32]
    turrets_empty: NDArray[np.int32]
    ammunition: IndexArray
    containers: NDArray[np.int32]
    items: IndexArray
    slots: IndexArray
    slots_used: IndexArray
    beds: NDArray[np.int32]
    locked: NDArray[np.int32]
    pinned: NDArray[np.int32]
    open_containers: NDArray[np.int32]
    tames: NDArray[np.int32]
    cryopodded: NDArray[np.int32]
    tame_classes: ClassCounts

    def __post_init__(self) -> None:
        if len({len(getattr(self, field.name)) for field in fields(self)}) > 1:
            message = "columns of unequal length"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.turrets)

    @property
    def fullness(self) -> Float64Array:
        """How full the containers are of which it is known, 0 to 1, of shape (k,); NaN where there is none."""
        full = np.full(len(self), np.nan)
        np.divide(self.slots_used, self.slots, out=full, where=self.slots > 0)
        np.minimum(full, 1.0, out=full)
        return full


class _Counter:
    """Counts and sums by base."""

    def __init__(self, base: IndexArray, bases: int) -> None:
        self._base = base
        self._bases = bases

    def count(self, chosen: BoolArray) -> NDArray[np.int32]:
        """Return how many of the chosen things each base has."""
        inside = chosen & (self._base >= 0)
        return np.bincount(self._base[inside], minlength=self._bases).astype(np.int32)

    def sum(self, values: NDArray[np.int32], chosen: BoolArray) -> IndexArray:
        """Return the sum of the values of the chosen things of each base."""
        inside = chosen & (self._base >= 0)
        total = np.zeros(self._bases, dtype=np.int64)
        np.add.at(total, self._base[inside], values[inside].astype(np.int64))
        return total


def contents_of(
    structures: Structures, labels: IndexArray, tames: Tames, tame_labels: IndexArray, bases: int
) -> BaseContents:
    """Return what each of ``bases`` bases has in it.

    Parameters
    ----------
    structures : Structures
        Of one world.
    labels : ndarray of shape (len(structures),), int64
        The base of each, -1 for none.
    tames : Tames
        Of the same world.
    tame_labels : ndarray of shape (len(tames),), int64
        The base that each is inside of, -1 for none.

    Notes
    -----
    What a structure is for is known by its class, else by what the save writes of it: rounds make a turret, room
    for items a container.
    """
    facts = facts_of(structures.classes)
    row = structures.class_index
    turret = facts.is_turret[row] | (structures.ammunition >= 0)
    told_by_save = ~facts.is_known[row] & (structures.max_item_count > 0)
    container = (facts.is_container[row] | told_by_save) & ~turret
    room = np.where(structures.max_item_count > 0, structures.max_item_count, facts.slots[row])
    is_bed = np.array([category is ClassCategory.BED for category in facts.categories], dtype=np.bool_)
    of, of_tames = _Counter(labels, bases), _Counter(tame_labels, bases)
    return BaseContents(
        classes=count_classes(labels, row, structures.classes, bases),
        turrets=of.count(turret),
        turrets_known=of.count(turret & (structures.ammunition >= 0)),
        turrets_empty=of.count(turret & (structures.ammunition == 0)),
        ammunition=of.sum(structures.ammunition, turret & (structures.ammunition >= 0)),
        containers=of.count(container),
        items=of.sum(np.maximum(structures.item_count, 0), container),
        slots=of.sum(room, container & (room > 0)),
        slots_used=of.sum(np.maximum(structures.item_count, 0), container & (room > 0)),
        beds=of.count(is_bed[row]),
        locked=of.count(structures.is_locked),
        pinned=of.count(structures.has_pin),
        open_containers=of.count(container & ~structures.is_locked & ~structures.has_pin),
        tames=of_tames.count(np.ones(len(tames), dtype=np.bool_)),
        cryopodded=of_tames.count(tames.is_cryopodded),
        tame_classes=count_classes(tame_labels, tames.class_index, tames.classes, bases),
    )

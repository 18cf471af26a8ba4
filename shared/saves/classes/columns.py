"""Facts of many classes at once, as columns to index with a ``class_index``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from shared.saves.classes.facts import ClassCategory, ClassFacts, ClassKind, Tier
from shared.saves.classes.naming import readable
from shared.saves.classes.rules import by_name
from shared.saves.classes.table import find_class

TIERS: Final = tuple(Tier)
"""The tiers in the order in which columns count them."""
_BoolArray: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassColumns:
    """One row per class, in the order asked for. ``column[structures.class_index]`` has one per structure.

    What the table does not have goes by the rules on names: ``is_known`` tells which.

    Attributes
    ----------
    display_names : tuple of str
    kinds : tuple of ClassKind or None
        ``None`` of classes that the table does not have.
    categories : tuple of ClassCategory
    tier : ndarray of shape (n,), int8
        Place in ``TIERS``.
    decay_days : ndarray of shape (n,), float64
        The published figure of this very class; NaN where there is none, and the tier's is to be taken.
    slots : ndarray of shape (n,), int32
        Stacks of items that fit, -1 unknown.
    is_known, is_core, is_turret, is_container, is_immune : ndarray of shape (n,), bool
    """

    display_names: tuple[str, ...]
    kinds: tuple[ClassKind | None, ...]
    categories: tuple[ClassCategory, ...]
    tier: NDArray[np.int8]
    decay_days: NDArray[np.float64]
    slots: NDArray[np.int32]
    is_known: _BoolArray
    is_core: _BoolArray
    is_turret: _BoolArray
    is_container: _BoolArray
    is_immune: _BoolArray

    def __post_init__(self) -> None:
        columns = (
            *(self.display_names, self.kinds, self.categories, self.tier, self.decay_days, self.slots),
            *(self.is_known, self.is_core, self.is_turret, self.is_container, self.is_immune),
        )
        if len({len(column) for column in columns}) > 1:
            message = "columns of unequal length"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.display_names)


def facts_of(classes: Sequence[str]) -> ClassColumns:
    """Return the facts of classes as columns.

    Examples
    --------
    >>> facts = facts_of(("StructureTurretBaseBP_C", "Floor_Stone_C"))
    >>> facts.is_turret.tolist(), facts.is_core.tolist()
    ([True, False], [False, True])
    """
    found = [find_class(name) for name in classes]
    rows = [facts or told_by_name(name) for facts, name in zip(found, classes, strict=True)]
    return ClassColumns(
        display_names=tuple(row.display_name for row in rows),
        kinds=tuple(None if facts is None else facts.kind for facts in found),
        categories=tuple(row.category for row in rows),
        tier=np.array([TIERS.index(row.tier) for row in rows], dtype=np.int8),
        decay_days=np.array(
            [np.nan if row.decay_days is None else row.decay_days for row in rows], dtype=np.float64
        ),
        slots=np.array([-1 if row.slots is None else row.slots for row in rows], dtype=np.int32),
        is_known=np.array([facts is not None for facts in found], dtype=np.bool_),
        is_core=np.array([row.is_core for row in rows], dtype=np.bool_),
        is_turret=np.array([row.is_turret for row in rows], dtype=np.bool_),
        is_container=np.array([row.is_container for row in rows], dtype=np.bool_),
        is_immune=np.array([row.is_immune for row in rows], dtype=np.bool_),
    )


def told_by_name(class_name: str) -> ClassFacts:
    """Return what the name alone tells of a class that the table does not have, taken for a structure's."""
    told = by_name(class_name)
    return ClassFacts(
        name=class_name,
        display_name=readable(class_name),
        kind=ClassKind.STRUCTURE,
        category=told.category,
        tier=told.tier,
        is_core=told.is_core,
        is_turret=told.is_turret,
        is_container=told.is_container,
    )

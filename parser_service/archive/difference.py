"""What changed between two saves of a server: structures, tames and items, by tribe and by base. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parser_service.archive.reading import ArchivedSave
from parser_service.archive.things import Things, items_of, structures_of, tames_of
from parser_service.saves.columns import Int64Array

# A creature on guard turns and sways; a structure lies where it lies, but for ASE's single precision.
_MOVED_UU: Final = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many things of one group were added, removed, moved, and changed otherwise."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    moved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became of the things of one kind.

    Attributes
    ----------
    added : ndarray of int64
        Rows of the newer save's table.
    removed : ndarray of int64
        Rows of the older save's table.
    changed, moved : ndarray of shape (m, 2), int64
        Rows of the older and of the newer save's table, of what is in both. A thing may be in both lists.
    unnamed : int
        Things of both saves together that have no id of their own, and so cannot be followed.
    by_tribe, by_base : mapping
        By tribe id and by base id (0: in no base). What went from one group to another counts as changed in both;
        of what was removed, the group it was in.
    """

    added: Int64Array
    removed: Int64Array
    changed: Int64Array
    moved: Int64Array
    unnamed: int = 0
    by_tribe: Mapping[int, Counts] = field(default_factory=dict)
    by_base: Mapping[int, Counts] = field(default_factory=dict)

    @property
    def counts(self) -> Counts:
        """Return how many there are of each."""
        return Counts(
            added=len(self.added), removed=len(self.removed), changed=len(self.changed), moved=len(self.moved)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What changed from an older save to a newer one."""

    structures: Changes
    tames: Changes
    items: Changes


def difference(older: ArchivedSave, newer: ArchivedSave) -> Difference:
    """Return what changed from one save to another; both need all tables that are to be compared.

    Notes
    -----
    Things are the same by the game's own ids, matched by sorting: the cost is that of a few sorts of the tables. ASE
    gives structures no id, so that there a structure is its class and position, and none ever moves.
    """
    return Difference(
        structures=changes(structures_of(older), structures_of(newer)),
        tames=changes(tames_of(older), tames_of(newer)),
        items=changes(items_of(older), items_of(newer)),
    )


def changes(older: Things, newer: Things) -> Changes:
    """Return what became of the things of one kind."""
    old, new = older.followed(), newer.followed()
    _, old_place, new_place = np.intersect1d(
        older.identity[old], newer.identity[new], assume_unique=True, return_indices=True
    )
    both = np.column_stack((old[old_place], new[new_place]))
    added, removed = np.delete(new, new_place), np.delete(old, old_place)
    changed = both[_differ(older, newer, both)]
    moved = both[_moved(older, newer, both)]
    parts = {"added": added, "removed": removed, "changed": changed, "moved": moved}
    return Changes(
        added=np.sort(added),
        removed=np.sort(removed),
        changed=changed[np.argsort(changed[:, 1])],
        moved=moved[np.argsort(moved[:, 1])],
        unnamed=older.unnamed() + newer.unnamed(),
        by_tribe=_counts(older.tribe_id, newer.tribe_id, **parts),
        by_base=_counts(older.base_id, newer.base_id, **parts),
    )


def _differ(older: Things, newer: Things, both: Int64Array) -> NDArray[np.bool_]:
    """Return which pairs say something else; a value that is unknown in both saves is the same."""
    differ = np.zeros(len(both), dtype=np.bool_)
    for name, before in older.values.items():
        one, other = before[both[:, 0]], newer.values[name][both[:, 1]]
        unequal = one != other
        if one.dtype.kind == "f":
            unequal &= ~(np.isnan(one) & np.isnan(other))
        differ |= unequal if unequal.ndim == 1 else unequal.any(axis=1)
    return differ


def _moved(older: Things, newer: Things, both: Int64Array) -> NDArray[np.bool_]:
    """Return which pairs are elsewhere; what is unknown has not moved."""
    way = np.nan_to_num(older.position[both[:, 0]] - newer.position[both[:, 1]])
    is_far = np.square(way).sum(axis=1) > _MOVED_UU**2
    moved: NDArray[np.bool_] = is_far | (older.place[both[:, 0]] != newer.place[both[:, 1]])
    return moved


def _counts(
    old_group: Int64Array,
    new_group: Int64Array,
    *,
    added: Int64Array,
    removed: Int64Array,
    changed: Int64Array,
    moved: Int64Array,
) -> dict[int, Counts]:
    found: dict[int, dict[str, int]] = {}
    groups: dict[str, list[NDArray[Any]]] = {
        "added": [new_group[added]],
        "removed": [old_group[removed]],
        "changed": _either(old_group[changed[:, 0]], new_group[changed[:, 1]]),
        "moved": _either(old_group[moved[:, 0]], new_group[moved[:, 1]]),
    }
    for what, parts in groups.items():
        ids, counts = np.unique(np.concatenate(parts), return_counts=True)
        for group, count in zip(ids.tolist(), counts.tolist(), strict=True):
            found.setdefault(group, {})[what] = count
    return {group: Counts(**counts) for group, counts in sorted(found.items())}


def _either(before: Int64Array, after: Int64Array) -> list[NDArray[Any]]:
    """Return the groups concerned: both, where a thing went from one to the other."""
    return [after, before[before != after]]

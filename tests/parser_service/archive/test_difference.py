"""What changed between two saves: the fast way beside plain dictionaries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from parser_service.archive.difference import Changes, Counts, difference
from parser_service.saves.columns import Holder, Items, Structures, Survivors, Tames
from tests.parser_service.archive.saves import archived, random_table, world


def structures(*identity: int, tribe: int = 50_001) -> Structures:
    """Return structures of one tribe, all alike but for their place."""
    count = len(identity)
    made = random_table(Structures, count, np.random.default_rng(1))
    return replace(
        made,
        identity=np.array(identity, dtype=np.uint64),
        class_index=np.zeros(count, dtype=np.int32),
        tribe_id=np.full(count, tribe),
        x=np.arange(count, dtype=np.float64) * 300,
        y=np.zeros(count),
        z=np.zeros(count),
        health=np.full(count, np.nan, dtype=np.float32),
        owner_player_id=np.zeros(count, dtype=np.int64),
        item_count=np.zeros(count, dtype=np.int32),
        ammunition=np.full(count, -1, dtype=np.int32),
        is_locked=np.zeros(count, dtype=np.bool_),
        has_pin=np.zeros(count, dtype=np.bool_),
        is_powered=np.zeros(count, dtype=np.bool_),
        classes=("Wall_C", "Door_C"),
    )


def items(*identity: int, holder: Holder = Holder.STRUCTURE, row: int = 0) -> Items:
    """Return items in one inventory."""
    count = len(identity)
    return replace(
        random_table(Items, count, np.random.default_rng(1)),
        item_id=np.array(identity, dtype=np.uint64),
        holder=np.full(count, holder, dtype=np.uint8),
        holder_row=np.full(count, row, dtype=np.int32),
        quantity=np.ones(count, dtype=np.int32),
        is_blueprint=np.zeros(count, dtype=np.bool_),
        is_equipped=np.zeros(count, dtype=np.bool_),
        custom_name_index=np.full(count, -1, dtype=np.int32),
    )


def nothing_changed(found: Changes) -> bool:
    return found.counts == Counts() and found.by_tribe == {} == found.by_base


def test_a_save_does_not_differ_from_itself() -> None:
    save = archived(world(50))

    found = difference(save, save)

    assert all(map(nothing_changed, (found.structures, found.tames, found.items)))


def test_saves_without_anything_are_ordinary() -> None:
    found = difference(archived(world()), archived(world()))

    assert nothing_changed(found.structures)


def test_structures_are_added_removed_changed_and_moved() -> None:
    before, after = structures(1, 2, 3, 4), structures(4, 3, 2, 9)
    after = replace(
        after,
        # 3 was damaged, 4 moved; 2 and 3 changed places in the file
        health=np.array([np.nan, 10, np.nan, np.nan], dtype=np.float32),
        x=np.array([5000.0, 600.0, 300.0, 0.0]),
    )

    found = difference(archived(world(structures=before)), archived(world(structures=after))).structures

    assert found.added.tolist() == [3]
    assert found.removed.tolist() == [0]
    assert found.changed.tolist() == [[2, 1]]
    assert found.moved.tolist() == [[3, 0]]
    assert found.by_tribe == {50_001: Counts(added=1, removed=1, changed=1, moved=1)}


def test_a_class_is_the_same_wherever_it_stands_in_the_texts() -> None:
    before = structures(1, 2)
    after = replace(before, class_index=np.array([1, 1], dtype=np.int32), classes=("Door_C", "Wall_C"))

    assert nothing_changed(
        difference(archived(world(structures=before)), archived(world(structures=after))).structures
    )


def test_a_claimed_structure_counts_for_both_tribes() -> None:
    before, after = structures(1, 2), structures(1, 2, tribe=50_002)

    found = difference(archived(world(structures=before)), archived(world(structures=after))).structures

    assert found.by_tribe == {50_001: Counts(changed=2), 50_002: Counts(changed=2)}


def test_changes_are_counted_by_the_base_of_each_save() -> None:
    before = archived(world(structures=structures(1, 2, 3)), base_row=[0, 1, -1], base_id=np.array([71, 72]))
    after = archived(world(structures=structures(2, 3, 4)), base_row=[0, -1, 0], base_id=np.array([72]))
    moved = replace(after.world.structures, x=np.array([300.0, 600.0, 900.0]))
    after = replace(after, world=replace(after.world, structures=moved))

    found = difference(before, after).structures

    assert found.by_base == {71: Counts(removed=1), 72: Counts(added=1)}


def test_a_tame_is_followed_by_its_id_and_its_new_name_is_a_change() -> None:
    made = random_table(Tames, 2, np.random.default_rng(1))
    before = replace(
        made, dino_id=np.array([5, 6], dtype=np.uint64), name_index=np.array([1, 1], dtype=np.int32)
    )
    after = replace(before, name_index=np.array([2, 1], dtype=np.int32))

    found = difference(archived(world(tames=before)), archived(world(tames=after))).tames

    assert found.changed.tolist() == [[0, 0]]
    assert found.counts == Counts(changed=1)


def test_an_item_that_goes_from_a_box_to_a_survivor_is_moved_from_tribe_to_tribe() -> None:
    boxes = structures(1, 2)
    survivor = replace(
        random_table(Survivors, 1, np.random.default_rng(1)),
        player_id=np.array([8]),
        tribe_id=np.array([50_007]),
    )
    before = world(structures=boxes, items=items(11, 12), survivors=survivor)
    after = world(structures=boxes, items=items(11, 12, holder=Holder.SURVIVOR), survivors=survivor)

    found = difference(
        archived(before, base_row=[0, -1], base_id=np.array([71])),
        archived(after, base_row=[0, -1], base_id=np.array([71])),
    ).items

    assert found.counts == Counts(moved=2)
    assert found.by_tribe == {50_001: Counts(moved=2), 50_007: Counts(moved=2)}
    assert found.by_base == {0: Counts(moved=2), 71: Counts(moved=2)}


def test_an_item_stays_where_it_is_when_the_rows_of_the_holders_change() -> None:
    before = world(structures=structures(1, 2), items=items(11, row=0))
    boxes = structures(2, 1)
    after = world(structures=replace(boxes, x=boxes.x[::-1].copy()), items=items(11, row=1))

    assert difference(archived(before), archived(after)).items.counts == Counts()


def test_items_without_an_id_are_counted_and_not_followed() -> None:
    found = difference(archived(world(items=items(0, 0, 3))), archived(world(items=items(0, 3)))).items

    assert (found.counts, found.unnamed) == (Counts(), 3)


def test_a_damaged_row_of_a_holder_is_no_holder() -> None:
    for row in (99, -1, 2**31 - 1):
        save = archived(world(structures=structures(1), items=items(11, row=row)))
        assert difference(archived(world()), save).items.by_tribe == {0: Counts(added=1)}


@pytest.mark.parametrize("seed", range(20))
def test_random_saves_differ_as_dictionaries_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = (_random(rng) for _ in range(2))

    found = difference(archived(world(structures=one)), archived(world(structures=other))).structures

    old, new = _plain(one), _plain(other)
    assert {int(other.identity[row]) for row in found.added} == new.keys() - old.keys()
    assert {int(one.identity[row]) for row in found.removed} == old.keys() - new.keys()
    both = old.keys() & new.keys()
    assert {int(other.identity[row]) for _, row in found.changed} == {
        i for i in both if old[i][0] != new[i][0]
    }
    assert {int(other.identity[row]) for _, row in found.moved} == {
        i for i in both if abs(old[i][1] - new[i][1]) > 100
    }
    assert all(one.identity[before] == other.identity[after] for before, after in found.changed)


def _random(rng: np.random.Generator) -> Structures:
    made = structures(*rng.integers(0, 60, 40).tolist())
    return replace(
        made,
        x=rng.integers(0, 3, 40).astype(np.float64) * 99,
        ammunition=rng.integers(0, 2, 40).astype(np.int32),
    )


def _plain(of: Structures) -> dict[int, tuple[object, float]]:
    """Return ammunition and position of the first structure with each id."""
    found: dict[int, tuple[object, float]] = {}
    for row, identity in enumerate(of.identity.tolist()):
        found.setdefault(identity, (int(of.ammunition[row]), float(of.x[row])))
    return found

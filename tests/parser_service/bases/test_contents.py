"""What bases have in them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parser_service.bases.contents import BaseContents, contents_of
from parser_service.bases.counting import ClassCounts, count_classes
from parser_service.saves.columns import Structures, Tames
from tests.parser_service.bases.made import make_structures, make_tames

TURRET = "StructureTurretBaseBP_C"
BOX = "StorageBox_Small_C"
MOD_BOX = "Mod_Whatever_C"
WALL = "Wall_Stone_C"
BED = "Bed_Simple_C"


def of_one_base(structures: Structures, tames: Tames | None = None) -> BaseContents:
    tames = tames if tames is not None else Tames.empty()
    inside = np.zeros(len(tames), dtype=np.int64)
    return contents_of(structures, np.zeros(len(structures), dtype=np.int64), tames, inside, 1)


def test_turrets_count_with_their_ammunition_as_far_as_it_is_known() -> None:
    structures = make_structures(TURRET, TURRET, TURRET, WALL, ammunition=[120, 0, -1, -1])

    found = of_one_base(structures)

    assert [found.turrets[0], found.turrets_known[0], found.turrets_empty[0], found.ammunition[0]] == [
        *(3, 2, 1, 120)
    ]


def test_what_has_rounds_is_a_turret_whatever_its_class() -> None:
    found = of_one_base(make_structures(MOD_BOX, ammunition=5))

    assert (found.turrets.tolist(), found.ammunition.tolist(), found.containers.tolist()) == ([1], [5], [0])


def test_containers_are_as_full_as_those_whose_room_is_known() -> None:
    structures = make_structures(
        *(BOX, BOX, MOD_BOX, WALL),
        item_count=[3, 9, 10, 0],
        max_item_count=[12, 12, 20, -1],
    )

    found = of_one_base(structures)

    assert (found.containers.tolist(), found.items.tolist()) == ([3], [22])
    assert (found.slots.tolist(), found.slots_used.tolist()) == ([44], [22])
    assert found.fullness.tolist() == [0.5]


def test_a_base_without_containers_is_neither_full_nor_empty() -> None:
    assert np.isnan(of_one_base(make_structures(WALL)).fullness).all()


def test_a_base_that_holds_more_than_the_game_allows_is_full() -> None:
    found = of_one_base(make_structures(MOD_BOX, item_count=30, max_item_count=20))

    assert found.fullness.tolist() == [1.0]


def test_a_turret_is_no_container_for_all_its_room() -> None:
    found = of_one_base(make_structures(TURRET, item_count=4, max_item_count=14))

    assert (found.containers.tolist(), found.slots.tolist()) == ([0], [0])


def test_locks_pins_and_beds_are_counted() -> None:
    structures = make_structures(
        *(BOX, BOX, BOX, "Door_Stone_C", BED),
        is_locked=[True, False, False, True, False],
        has_pin=[False, True, False, True, False],
    )

    found = of_one_base(structures)

    assert (found.locked.tolist(), found.pinned.tolist(), found.beds.tolist()) == ([2], [2], [1])
    assert found.open_containers.tolist() == [1]


def test_tames_are_counted_by_class_with_those_in_cryopods() -> None:
    tames = make_tames("Rex_C", "Rex_C", "Dodo_C", is_cryopodded=[True, False, False])

    found = of_one_base(make_structures(WALL), tames)

    assert (found.tames.tolist(), found.cryopodded.tolist()) == ([3], [1])
    assert found.tame_classes.top(0) == {"Rex_C": 2, "Dodo_C": 1}


def test_what_is_part_of_no_base_is_counted_nowhere() -> None:
    structures = make_structures(TURRET, WALL, ammunition=[7, -1])
    tames = make_tames("Rex_C")

    found = contents_of(structures, np.array([-1, 0]), tames, np.array([-1]), 2)

    assert (found.turrets.tolist(), found.ammunition.tolist(), found.tames.tolist()) == (
        [0, 0],
        [0, 0],
        [0, 0],
    )
    assert [found.classes.top(0), found.classes.top(1)] == [{WALL: 1}, {}]


def test_no_bases_have_no_contents() -> None:
    nothing = np.zeros(0, dtype=np.int64)

    found = contents_of(Structures.empty(), nothing, Tames.empty(), nothing, 0)

    assert (len(found), len(found.classes), found.fullness.tolist()) == (0, 0, [])


@given(things=st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 3)), max_size=60))
def test_classes_are_counted_as_one_by_one(things: list[tuple[int, int]]) -> None:
    classes = ("a", "b", "c", "d")
    base, index = np.array(things, dtype=np.int64).reshape(-1, 2).T

    counts = count_classes(base, index.astype(np.int32), classes, 5)

    for number in range(5):
        mine = [classes[row] for owner, row in things if owner == number]
        expected = sorted({*mine}, key=lambda name: (-mine.count(name), name))
        assert [*counts.top(number).items()] == [(name, mine.count(name)) for name in expected]
        assert [*counts.top(number, 2)] == expected[:2]


def test_starts_that_do_not_cover_the_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="do not cover"):
        ClassCounts(
            starts=np.array([0, 2]),
            class_index=np.zeros(1, dtype=np.int32),
            count=np.zeros(1, dtype=np.int32),
            classes=("a",),
        )

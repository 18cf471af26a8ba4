"""From labelled structures to rows of bases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parser_service.bases import BaseColumns, label_structures, summarise
from parser_service.decay import CATEGORIES, Category, DecayPolicy, decay_of
from parser_service.saves import World, read_world
from tests.parser_service.bases.made import make_tames
from tests.parser_service.saves.builders import Piece, write_asa_world

DAY = 86_400.0
NOW = 1e8


def world_of(folder: Path, *pieces: Piece) -> World:
    numbered = [replace(piece, number=number) for number, piece in enumerate(pieces)]
    return read_world(write_asa_world(folder / "World.ark", numbered))


def bases_of(world: World, *, radius: float = 1000.0, minimum: int = 1) -> BaseColumns:
    decay = decay_of(world.structures, DecayPolicy(), game_time=world.game_time)
    labels = label_structures(world.structures, radius, minimum=minimum)
    return summarise(world, labels, decay=decay, policy=DecayPolicy(), radius=radius)


def at(x: float, y: float, z: float = 0.0, class_name: str = "Floor_Stone_C", ally: float = NOW) -> Piece:
    return Piece(
        position=(x, y, z), class_name=class_name, properties={"LastInAllyRangeTimeSerialized": ally}
    )


@pytest.fixture
def square(tmp_path: Path) -> World:
    """Return a world with a base of five pieces, and a lone pillar far away."""
    return world_of(
        tmp_path,
        at(0, 0, ally=NOW - 2 * DAY),
        at(600, 0, 300),
        at(600, 600, class_name="Wall_Metal_C"),
        at(0, 600, class_name="Thatch_Floor_C"),
        at(300, 300, class_name="Wall_Metal_C"),
        at(90_000, 0),
    )


def test_a_base_has_its_count_its_place_and_its_hull(square: World) -> None:
    bases = bases_of(square)

    big = int(np.argmax(bases.structures))
    assert sorted(bases.structures.tolist()) == [1, 5]
    assert bases.tribe_id.tolist() == [1_000_000_001] * 2
    assert bases.centroid[big].tolist() == [300.0, 300.0, 60.0]
    assert (bases.low[big].tolist(), bases.high[big].tolist()) == ([0, 0, 0], [600, 600, 300])
    assert bases.hull_of(big).tolist() == [[0, 0], [600, 0], [600, 600], [0, 600]]
    assert bases.hull_of(1 - big).tolist() == [[90_000, 0]]


def test_a_base_counts_its_structures_by_category(square: World) -> None:
    bases = bases_of(square)

    tiers = dict(zip(CATEGORIES, bases.tiers[int(np.argmax(bases.structures))].tolist(), strict=True))
    assert {tier: count for tier, count in tiers.items() if count} == {
        Category.STONE: 2,
        Category.METAL: 2,
        Category.THATCH: 1,
    }


def test_a_base_decays_first_where_its_weakest_piece_does(square: World) -> None:
    bases = bases_of(square)

    big = int(np.argmax(bases.structures))
    assert bases.first_decay_time[big] == NOW + 4 * DAY
    assert bases.last_decay_time[big] == NOW + 16 * DAY
    assert bases.explanations[big].startswith("Thatch, 4 d")


def test_a_base_knows_its_structures_by_identity(square: World) -> None:
    bases = bases_of(square)

    both = [bases.members.of(base) for base in range(len(bases))]
    assert {*np.concatenate(both).tolist()} == {*square.structures.identity.tolist()}
    assert all((np.diff(one.astype(object)) > 0).all() for one in both)


def test_fewer_structures_than_the_minimum_are_no_base(square: World) -> None:
    assert len(bases_of(square, minimum=2)) == 1
    assert len(bases_of(square, minimum=6)) == 0
    assert sorted(label_structures(square.structures, 1000.0, minimum=2).tolist()) == [-1, 0, 0, 0, 0, 0]


def test_a_base_is_as_high_as_its_structures_reach(square: World) -> None:
    assert sorted(bases_of(square).height.tolist()) == [0.0, 300.0]


def test_a_base_counts_its_structures_by_class(square: World) -> None:
    bases = bases_of(square)

    counts = bases.contents.classes.top(int(np.argmax(bases.structures)))
    assert [*counts.values()] == [2, 2, 1]
    assert counts == {"Floor_Stone_C": 2, "Wall_Metal_C": 2, "Thatch_Floor_C": 1}


def test_a_base_has_the_tames_of_its_tribe_that_stand_in_it_or_beside_it(square: World) -> None:
    tames = make_tames(
        *("Rex_C", "Rex_C", "Dodo_C", "Dodo_C"),
        x=[300.0, 1500.0, 300.0, 50_000.0],
        tribe_id=[1_000_000_001, 1_000_000_001, 5, 1_000_000_001],
        is_cryopodded=[False, True, False, False],
    )

    bases = bases_of(replace(square, tames=tames))

    big = int(np.argmax(bases.structures))
    assert (bases.contents.tames[big], bases.contents.cryopodded[big]) == (2, 1)
    assert bases.contents.tame_classes.top(big) == {"Rex_C": 2}
    assert bases.contents.tames.sum() == 2


def test_only_where_many_stand_together_is_a_base_if_the_field_rule_is_asked_for(square: World) -> None:
    labels = label_structures(square.structures, 1000.0, min_samples=4)

    assert sorted(labels.tolist()) == [-1, 0, 0, 0, 0, 0]
    assert label_structures(square.structures, 1000.0, min_samples=6).tolist() == [-1] * 6


def test_what_rides_on_a_creature_is_part_of_no_base(tmp_path: Path) -> None:
    riding = Piece(position=(100.0, 0.0, 0.0), properties={"AttachedToDinoID1": 7})

    world = world_of(tmp_path, at(0, 0), riding)

    assert bases_of(world).structures.tolist() == [1]


def test_what_is_abandoned_is_part_of_no_base(tmp_path: Path) -> None:
    world = world_of(tmp_path, at(0, 0), Piece(tribe_id=-(2**31)))

    assert (len(world.structures), bases_of(world).structures.tolist()) == (2, [1])


def test_a_base_whose_times_are_unknown_has_no_instant(tmp_path: Path) -> None:
    bases = bases_of(world_of(tmp_path, Piece()))

    assert np.isnan(bases.first_decay_time).all()
    assert np.isnan(bases.last_decay_time).all()
    assert bases.explanations == ("Stone, decay unknown: the save holds no time to count from",)


def test_an_empty_world_has_no_bases(tmp_path: Path) -> None:
    bases = bases_of(world_of(tmp_path))

    assert (len(bases), bases.hull.shape, bases.tiers.shape, len(bases.members)) == (
        0,
        (0, 2),
        (0, len(CATEGORIES)),
        0,
    )

"""The sandbox's living worlds, written and read back: everything that lives, stands and is carried in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parser_service.saves import World as ReadWorld
from parser_service.saves import read_world
from parser_service.saves.columns import Holder
from sandbox.ark.world import Game, World
from sandbox.ark.writer import write_asa, write_ase
from sandbox.ark.writer.belongings import rounds_in
from sandbox.ark.writer.vitals import survivor_vitals, vitals_of
from tests.parser_service.saves.peer_rows import arkparsers, arkparses, ours, ours_for_arkparse, text_of
from tests.parser_service.saves.test_peers import disagreements
from tests.sandbox.ark.conftest import make_world

FORMATS = [(Game.ASA, 14), (Game.ASA, 13), (Game.ASE, 9), (Game.ASE, 11)]
BY_GAME = [(Game.ASA, 14), (Game.ASE, 9)]


def trip(world: World, folder: Path, version: int) -> ReadWorld:
    """Return a world after it was written and read."""
    path = folder / "World.ark"
    (write_asa if world.game is Game.ASA else write_ase)(world, path, version=version)
    found = read_world(path)
    assert (found.coverage.errors, found.coverage.share) == ({}, 1.0)
    return found


def with_pods(world: World) -> World:
    """Return the world with half of all tames in cryopods."""
    tames = [creature for creature in world.creatures.values() if creature.is_tame]
    for creature in tames[::2]:
        world.creatures[creature.number] = replace(creature, in_cryopod=True)
    return world


@pytest.mark.parametrize(("game", "version"), FORMATS)
def test_every_creature_is_there_with_its_levels(game: Game, version: int, tmp_path: Path) -> None:
    world = make_world(game)
    by_id = {creature.id1 << 32 | creature.id2: creature for creature in world.creatures.values()}

    found = trip(world, tmp_path, version)

    tames, wild = found.tames, found.wild
    assert {*tames.dino_id.tolist()} == {number for number, one in by_id.items() if one.is_tame}
    assert {*wild.dino_id.tolist()} == {number for number, one in by_id.items() if not one.is_tame}
    for row, number in enumerate(tames.dino_id.tolist()):
        creature, vitals = by_id[number], vitals_of(by_id[number])
        assert (text_of(tames, "name_index", row), tames.tribe_id[row]) == (creature.name, creature.team)
        assert (tames.base_level[row] + tames.extra_level[row], tames.is_female[row]) == (
            creature.level,
            creature.is_female,
        )
        assert tuple(tames.wild_points[row]) == vitals.wild_points
        assert tuple(tames.tamed_points[row]) == vitals.tamed_points
        assert tuple(tames.colours[row]) == vitals.colours
        assert tames.stats[row].tolist() == pytest.approx(vitals.stats)
        assert tames.tamed_time[row] == creature.tamed_time
    assert wild.level.tolist() == [by_id[number].level for number in wild.dino_id.tolist()]


@pytest.mark.parametrize(("game", "version"), FORMATS)
def test_every_survivor_is_there_with_what_they_carry(game: Game, version: int, tmp_path: Path) -> None:
    world = make_world(game)

    found = trip(world, tmp_path, version)

    survivors = found.survivors
    assert survivors.player_id.tolist() == sorted(world.survivors)
    for row, player in enumerate(survivors.player_id.tolist()):
        survivor = world.survivors[player]
        assert (survivors.names[row], survivors.level[row]) == (survivor.name, survivor.level)
        assert survivors.tribe_id[row] == (survivor.tribe_id or 0)
        assert tuple(survivors.points[row]) == survivor_vitals(survivor).wild_points
        carried = np.flatnonzero((found.items.holder == Holder.SURVIVOR) & (found.items.holder_row == row))
        assert sorted(found.items.is_blueprint[carried]) == [False, True]


@pytest.mark.parametrize(("game", "version"), FORMATS)
def test_containers_hold_as_many_items_as_they_say_and_turrets_have_rounds(
    game: Game, version: int, tmp_path: Path
) -> None:
    world = make_world(game)
    turrets = {
        structure.structure_id: rounds_in(structure)
        for structure in world.structures.values()
        if structure.kind == "turret"
    }

    found = trip(world, tmp_path, version)

    built, items = found.structures, found.items
    inside = np.bincount(items.holder_row[items.holder == Holder.STRUCTURE], minlength=len(built))
    assert inside.tolist() == built.item_count.tolist()
    armed = np.flatnonzero(built.ammunition >= 0)
    assert (
        dict(zip(built.structure_id[armed].tolist(), built.ammunition[armed].tolist(), strict=True))
        == turrets
    )
    assert len(turrets) > 0
    assert built.is_powered[armed].all()
    assert built.is_active[armed].all()


@pytest.mark.parametrize(("game", "version"), [(Game.ASA, 14), (Game.ASA, 13), (Game.ASE, 10)])
def test_creatures_in_cryopods_are_where_the_holders_of_their_pods_are(
    game: Game, version: int, tmp_path: Path
) -> None:
    world = with_pods(make_world(game))
    by_id = {one.id1 << 32 | one.id2: one for one in world.creatures.values() if one.is_tame}

    found = trip(world, tmp_path, version)

    tames = found.tames
    assert {*tames.dino_id.tolist()} == {*by_id}
    pods = {tuple(number) for number in found.items.object_id.tolist()}
    for row, number in enumerate(tames.dino_id.tolist()):
        creature = by_id[number]
        assert tames.is_cryopodded[row] == creature.in_cryopod
        assert tames.base_level[row] + tames.extra_level[row] == creature.level
        if creature.in_cryopod:
            keeper = next(one for one in world.survivors.values() if one.team == creature.team)
            assert (tames.x[row], tames.y[row], tames.z[row]) == pytest.approx(
                (keeper.place.x, keeper.place.y, keeper.place.z), abs=0.05
            )
            assert tuple(tames.object_id[row].tolist()) in pods


@pytest.mark.parametrize(("game", "version"), BY_GAME)
def test_the_peer_reads_the_same_rows(game: Game, version: int, tmp_path: Path) -> None:
    found = trip(make_world(game), tmp_path, version)

    assert disagreements(ours(found), arkparsers(tmp_path / "World.ark")) == {}


def test_the_other_peer_reads_the_same_rows(tmp_path: Path) -> None:
    found = trip(make_world(Game.ASA), tmp_path, 14)

    differing = disagreements(ours_for_arkparse(found), arkparses(tmp_path / "World.ark"))

    # The peer takes the bag that a dead survivor left for a structure: it has a StructureID, and decays by itself.
    assert [(table, "structure_id=42000000" in line) for table, line in differing] == [("structures", True)]

"""Creatures, survivors and items, made byte by byte, through every version of the format."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parser_service.saves import World, read_world
from parser_service.saves.columns import (
    ABANDONED_TEAM,
    UNCLAIMED_TEAM,
    Holder,
    SurvivorSource,
    Table,
    Wanted,
)
from tests.parser_service.saves import things
from tests.parser_service.saves.builders import Piece, Role, Value, ase_world, guid_of, write_asa_world

FORMATS = [("ase", version) for version in range(6, 13)] + [("asa", 13), ("asa", 14)]
BOTH = [("ase", 9), ("asa", 14)]


def world_of(
    folder: Path, pieces: list[Piece], form: tuple[str, int] = ("asa", 14), wanted: Wanted = Wanted.ALL
) -> World:
    """Return pieces after a trip through a file of some format."""
    path = folder / "World.ark"
    if form[0] == "ase":
        path.write_bytes(ase_world(pieces, version=form[1]))
    else:
        write_asa_world(path, pieces, version=form[1])
    world = read_world(path, wanted=wanted)
    assert (world.coverage.errors, world.coverage.notes) == ({}, ())
    return world


def row_of(table: Table, class_name: str) -> int:
    """Return the only row of a class."""
    classes = table.texts()["class_index"]
    [row] = np.flatnonzero(table.arrays()["class_index"] == classes.index(class_name)).tolist()
    return int(row)


def told(table: Table, column: str, row: int) -> str | None:
    """Return the text an index column points to."""
    index = int(table.arrays()[column][row])
    return table.texts()[column][index] if index >= 0 else None


@pytest.mark.parametrize("form", FORMATS)
def test_a_tame_survives_the_trip_through_every_version(tmp_path: Path, form: tuple[str, int]) -> None:
    tames = world_of(tmp_path, things.WORLD, form).tames

    row = row_of(tames, "Rex_Character_BP_C")
    assert tames.dino_id[row] == 4_000_000_000 << 32 | 7
    assert (tames.x[row], tames.y[row], tames.z[row], tames.tribe_id[row]) == (
        400.0,
        50.0,
        -25.0,
        things.TRIBE,
    )
    assert [told(tames, f"{name}_index", row) for name in ("name", "tribe_name", "tamer_name")] == [
        "Стая ☀",
        "Northern Lights",
        "Ada",
    ]
    assert (told(tames, "imprinter_name_index", row), tames.imprinter_player_id[row]) == (
        "Ada",
        things.PLAYER,
    )
    assert (tames.imprint[row], tames.maturation[row], tames.experience[row]) == (0.5, 0.25, 1000.0)
    assert (tames.is_female[row], tames.is_neutered[row], tames.is_cryopodded[row]) == (True, True, False)
    assert (tames.base_level[row], tames.extra_level[row]) == (243, 88)
    assert (tames.mutations_maternal[row], tames.mutations_paternal[row]) == (7, 3)
    assert tames.wild_points[row].tolist() == [42, 0, 0, 0, 0, 0, 0, 0, 37, 0, 0, 0]
    assert tames.tamed_points[row].tolist() == [0] * 8 + [88, 0, 0, 0]
    assert tames.mutation_points[row].tolist() == [0, 14] + [0] * 10
    assert tames.colours[row].tolist() == [53, 0, 0, 0, 0, 191]
    assert (tames.stats[row][0], tames.stats[row][4]) == (11_272.5, 16_549.5)
    assert np.isnan(tames.stats[row][1])
    times = (tames.tamed_time, tames.last_ally_time, tames.last_stasis_time, tames.last_fed_time)
    assert [time[row] for time in times] == [900.5, 950.5, 960.5, 970.5]


@pytest.mark.parametrize("form", FORMATS)
def test_wild_creatures_are_told_from_tames(tmp_path: Path, form: tuple[str, int]) -> None:
    world = world_of(tmp_path, things.WORLD, form)

    wild = world.wild
    assert (wild.classes, wild.dino_id.tolist(), wild.level.tolist()) == (
        ("Dodo_Character_BP_C",),
        [5 << 32 | 6],
        [150],
    )
    assert (wild.x.tolist(), wild.is_female.tolist()) == ([600.0], [False])
    assert len(world.tames) == 2


@pytest.mark.parametrize("form", FORMATS)
def test_every_item_is_with_its_holder(tmp_path: Path, form: tuple[str, int]) -> None:
    world = world_of(tmp_path, [*things.WORLD, things.STRAY], form)

    items = world.items
    holders = {
        told(items, "class_index", row): (Holder(int(items.holder[row])), int(items.holder_row[row]))
        for row in range(len(items))
    }
    assert holders == {
        "PrimalItemArmor_RexSaddle_C": (Holder.TAME, row_of(world.tames, "Rex_Character_BP_C")),
        "PrimalItemResource_Wood_C": (Holder.STRUCTURE, row_of(world.structures, "StorageBox_Large_C")),
        "PrimalItem_WeaponMetalPick_C": (Holder.SURVIVOR, 0),
        # ASE refers to objects of the file, and this one's inventory is in none
        **({"PrimalItem_PowerNodeCharge_C": (Holder.UNKNOWN, -1)} if form[0] == "asa" else {}),
    }
    saddle = row_of(items, "PrimalItemArmor_RexSaddle_C")
    assert items.item_id[saddle] == 13 << 32 | 2**32 - 1
    assert (items.quality[saddle], items.rating[saddle], items.durability[saddle]) == (5, 29.25, 0.75)
    assert (items.is_equipped[saddle], items.is_blueprint[saddle], items.quantity[saddle]) == (True, False, 1)
    assert (told(items, "crafter_name_index", saddle), told(items, "custom_name_index", saddle)) == (
        "Ada",
        "Old faithful",
    )
    wood = row_of(items, "PrimalItemResource_Wood_C")
    assert (items.quantity[wood], np.isnan(items.durability[wood]), items.rating[wood]) == (100, True, 0.0)
    assert items.is_blueprint[row_of(items, "PrimalItem_WeaponMetalPick_C")]


@pytest.mark.parametrize("form", FORMATS)
def test_a_survivor_is_known_by_the_body_alone(tmp_path: Path, form: tuple[str, int]) -> None:
    survivors = world_of(tmp_path, things.WORLD, form).survivors

    assert (survivors.player_id.tolist(), survivors.tribe_id.tolist()) == ([things.PLAYER], [things.TRIBE])
    assert (survivors.names, survivors.platform_names, survivors.sources) == (
        ("Ada",),
        ("ada_42",),
        (SurvivorSource.PAWN,),
    )
    assert (survivors.level.tolist(), survivors.experience.tolist()) == ([100], [570.25])
    assert survivors.points[0].tolist() == [0] * 7 + [20] + [0] * 4
    assert (survivors.is_female[0], survivors.is_asleep[0], survivors.is_dead[0]) == (True, True, False)
    assert (survivors.x[0], survivors.last_seen_time[0]) == (1000.0, 980.5)


@pytest.mark.parametrize("form", FORMATS)
def test_a_container_says_what_is_in_it(tmp_path: Path, form: tuple[str, int]) -> None:
    world = world_of(tmp_path, things.WORLD, form)

    built, row = world.structures, row_of(world.structures, "StorageBox_Large_C")
    assert (built.is_powered[row], built.is_active[row], built.ammunition[row]) == (True, True, 300)
    assert (built.item_count[row], built.max_item_count[row]) == (2, 45)
    wood = row_of(world.items, "PrimalItemResource_Wood_C")
    assert built.inventory_id[row].tolist() == world.items.inventory_id[wood].tolist()


@pytest.mark.parametrize("form", BOTH)
@pytest.mark.parametrize("team", [UNCLAIMED_TEAM, ABANDONED_TEAM, 50_000])
def test_what_is_unclaimed_or_abandoned_is_a_tame(tmp_path: Path, form: tuple[str, int], team: int) -> None:
    rex = replace(
        things.RAFT,
        class_name="Rex_Character_BP_C",
        properties=things.RAFT.properties | {"TargetingTeam": team},
    )

    world = world_of(tmp_path, [things.LEVEL, rex], form)

    assert (world.tames.tribe_id.tolist(), len(world.wild)) == ([team], 0)


@pytest.mark.parametrize("form", BOTH)
def test_a_creature_without_status_has_no_level(tmp_path: Path, form: tuple[str, int]) -> None:
    tames = world_of(tmp_path, [things.LEVEL, things.RAFT], form).tames

    assert (tames.classes, tames.base_level.tolist(), tames.extra_level.tolist()) == (
        ("Raft_BP_C",),
        [0],
        [0],
    )
    assert np.isnan(tames.stats).all()
    assert np.isnan(tames.imprint).all()
    assert np.isnan(tames.experience).all()


@pytest.mark.parametrize("form", BOTH)
def test_a_status_of_a_class_that_does_not_say_so_is_found_all_the_same(
    tmp_path: Path, form: tuple[str, int]
) -> None:
    odd = replace(things.WILD_STATUS, class_name="MyMod_Levels_C")
    wild = replace(things.WILD, properties=things.WILD.properties | {"MyCharacterStatusComponent": odd})

    assert world_of(tmp_path, [things.LEVEL, odd, wild], form).wild.level.tolist() == [150]


@pytest.mark.parametrize("form", BOTH)
def test_a_survivor_without_a_tribe_has_none(tmp_path: Path, form: tuple[str, int]) -> None:
    properties: dict[str, Value] = things.PAWN.properties | {"TargetingTeam": things.PLAYER}
    del properties["TribeName"]

    world = world_of(tmp_path, [things.LEVEL, replace(things.PAWN, properties=properties)], form)

    assert world.survivors.tribe_id.tolist() == [0]


@pytest.mark.parametrize("form", BOTH)
@pytest.mark.parametrize("wanted", [*Wanted, Wanted.TAMES | Wanted.WILD, Wanted.ALL])
def test_a_table_is_the_same_whatever_else_is_wanted(
    tmp_path: Path, form: tuple[str, int], wanted: Wanted
) -> None:
    tables = {
        "structures": Wanted.STRUCTURES,
        "tames": Wanted.TAMES,
        "survivors": Wanted.SURVIVORS,
        "items": Wanted.ITEMS,
        "wild": Wanted.WILD,
    }
    whole = world_of(tmp_path, things.WORLD, form)

    world = world_of(tmp_path, things.WORLD, form, wanted)

    for name, needed in tables.items():
        table, full = world.tables()[name], whole.tables()[name]
        assert len(table) == (len(full) if needed in wanted else 0), name
        if needed not in wanted:
            continue
        for column, values in table.arrays().items():
            # the row of a table that is not there is none
            if column != "holder_row":
                np.testing.assert_array_equal(values, full.arrays()[column], err_msg=f"{name}.{column}")
        assert table.texts() == full.texts()
    rows = world.items.holder_row[world.items.holder == Holder.STRUCTURE]
    assert ((rows >= 0) == (Wanted.STRUCTURES in wanted)).all()


def test_what_is_not_wanted_is_not_looked_into(tmp_path: Path) -> None:
    whole = world_of(tmp_path, things.WORLD)

    walked = [world_of(tmp_path, things.WORLD, wanted=wanted).coverage.objects_walked for wanted in Wanted]

    # structures: the box and the raft; survivors: the body and all statuses
    assert dict(zip(Wanted, walked, strict=True))[Wanted.STRUCTURES] == 2
    assert dict(zip(Wanted, walked, strict=True))[Wanted.SURVIVORS] == 4
    assert max(walked) <= whole.coverage.objects_walked


@pytest.mark.parametrize("form", BOTH)
def test_a_damaged_creature_or_item_is_counted_and_the_others_are_read(
    tmp_path: Path, form: tuple[str, int]
) -> None:
    far = replace(things.WILD, number=40, position=(1e12, 0.0, 0.0))
    path = tmp_path / "World.ark"
    pieces = [*things.WORLD, far]
    if form[0] == "ase":
        path.write_bytes(ase_world(pieces, version=form[1]))
    else:
        write_asa_world(path, pieces)

    world = read_world(path)

    assert (len(world.wild), len(world.items)) == (1, 3)
    assert world.coverage.errors == {"a position that is no place": 1}


def test_an_item_with_a_cut_list_is_counted(tmp_path: Path) -> None:
    raw = b"\0" * 16
    path = write_asa_world(tmp_path / "World.ark", things.WORLD)
    whole = read_world(path)
    path = write_asa_world(
        tmp_path / "World.ark",
        things.WORLD,
        values={guid_of(things.WOOD): raw + struct.pack("<iB", 0, 1) + b"\0\1"},
    )

    world = read_world(path)

    assert len(world.items) == len(whole.items) - 1
    assert world.coverage.objects_failed == 1


def test_numbers_that_do_not_fit_a_column_become_its_limits(tmp_path: Path) -> None:
    status = replace(
        things.TAME_STATUS,
        properties={
            "BaseCharacterLevel": ("Int64Property", struct.pack("<q", 2**62)),
            "NumberOfLevelUpPointsApplied": ("FloatProperty", struct.pack("<f", 300.0)),
            "NumberOfLevelUpPointsApplied[1]": ("FloatProperty", struct.pack("<f", float("nan"))),
            "CurrentStatusValues": ("DoubleProperty", struct.pack("<d", 1e300)),
        },
    )
    tame = replace(things.TAME, properties=things.TAME.properties | {"MyCharacterStatusComponent": status})

    tames = world_of(tmp_path, [things.LEVEL, status, tame]).tames

    assert tames.base_level.tolist() == [2**31 - 1]
    assert tames.wild_points[0].tolist()[:2] == [255, 0]
    assert np.isfinite(tames.stats[0][0])


def test_an_item_of_the_level_is_with_nobody(tmp_path: Path) -> None:
    terminal = replace(things.BOX, role=Role.PLACED)
    pieces = [things.LEVEL, things.BOX_INVENTORY, terminal, things.WOOD]

    items = world_of(tmp_path, pieces).items

    assert (items.holder.tolist(), items.holder_row.tolist()) == ([Holder.UNKNOWN], [-1])

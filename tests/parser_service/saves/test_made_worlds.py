"""Worlds made byte by byte: each rule of the format on its own, without any real save."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from parser_service.saves import Game, TribeSource, World, read_world
from parser_service.saves.columns import ABANDONED_TEAM
from parser_service.saves.walk import MAX_TAGS
from tests.parser_service.saves.builders import (
    Piece,
    Value,
    asa_value,
    ase_world,
    guid_of,
    tag_c,
    text,
    tribe_file,
    tribe_store,
    write_asa_world,
)

FORMATS = [("ase", version) for version in range(6, 13)] + [("asa", 13), ("asa", 14)]
TRIBE = 1_000_000_001


def world_in(folder: Path, pieces: list[Piece], form: tuple[str, int] = ("asa", 14)) -> World:
    """Return pieces after a trip through a file of some format."""
    path = folder / "World.ark"
    if form[0] == "ase":
        path.write_bytes(ase_world(pieces, version=form[1]))
    else:
        write_asa_world(path, pieces, version=form[1])
    return read_world(path)


@pytest.mark.parametrize("form", FORMATS)
def test_a_structure_survives_the_trip_through_every_version(tmp_path: Path, form: tuple[str, int]) -> None:
    piece = Piece(
        class_name="Wall_Metal_C",
        position=(1024.0, -2048.5, 300.25),
        owner_name="Стая ☀",
        properties={
            "OriginalCreationTime": 999_000.5,
            "LastInAllyRangeTime": 999_500.25,
            "LastEnterStasisTime": 999_400.0,
            "MaxHealth": ("FloatProperty", struct.pack("<f", 500.0)),
            "bIsLocked": True,
            "bWasPlacementSnapped": False,
            "CurrentPinCode": 1234,
            "CurrentItemCount": 17,
            "OwningPlayerID": 77,
            "LinkedStructures": ("ArrayProperty", struct.pack("<iii", 2, 1, 2)),
            "Somewhere": ("StructProperty", bytes(24)),
        },
    )

    world = world_in(tmp_path, [piece], form)

    built = world.structures
    assert (world.game.value, world.version) == form
    assert (built.classes, built.owner_names, len(built)) == (("Wall_Metal_C",), ("Стая ☀",), 1)
    assert (built.x[0], built.y[0], built.z[0], built.tribe_id[0]) == (1024.0, -2048.5, 300.25, TRIBE)
    assert (built.created_time[0], built.last_ally_time[0], built.last_stasis_time[0]) == (
        999_000.5,
        999_500.25,
        999_400,
    )
    assert (built.health[0], built.max_health[0]) == (500.0, 500.0)
    assert (built.is_locked[0], built.has_pin[0], built.was_snapped[0], built.is_linked[0]) == (
        True,
        True,
        False,
        True,
    )
    assert (built.item_count[0], built.owner_player_id[0], built.attached[0]) == (17, 77, False)
    assert world.coverage.objects_failed == 0


def test_yaw_is_read_as_degrees_in_both_games(tmp_path: Path) -> None:
    ase = world_in(tmp_path, [Piece()], ("ase", 9))
    asa = world_in(tmp_path, [Piece()], ("asa", 14))

    assert (ase.structures.yaw[0], asa.structures.yaw[0]) == (90.0, 0.0)


@pytest.mark.parametrize(
    "name",
    [
        "LastInAllyRangeTime",
        "LastInAllyRangeTimeSerialized",
        "LastInAllyRangeSerialized",
        "lastinallyrangetime",
    ],
)
@pytest.mark.parametrize("value", [5000.0, 5000])
@pytest.mark.parametrize("form", [("ase", 9), ("asa", 14)])
def test_the_last_ally_time_is_found_under_each_name_and_type(
    tmp_path: Path, name: str, value: Value, form: tuple[str, int]
) -> None:
    world = world_in(tmp_path, [Piece(properties={name: value})], form)

    assert world.structures.last_ally_time.tolist() == [5000.0]


@pytest.mark.parametrize("form", [("ase", 9), ("asa", 13), ("asa", 14)])
def test_what_is_no_player_structure_is_left_out(tmp_path: Path, form: tuple[str, int]) -> None:
    pieces = [
        Piece(number=0, class_name="Floor_Wood_C"),
        Piece(number=1, tribe_id=0),
        Piece(number=2, tribe_id=49_999),
        Piece(number=3, properties={"DinoID1": 5}),
        Piece(number=4, class_name="Rex_Character_BP_C"),
        Piece(number=5, class_name="DeathItemCache_PlayerDeath_C"),
        Piece(number=6, class_name="Structure_LoadoutDummy_Hotbar_C"),
        Piece(number=7, class_name="Floor_Stone_C", tribe_id=ABANDONED_TEAM),
        Piece(number=8, class_name="Floor_Tek_C", tribe_id=50_000),
    ]

    world = world_in(tmp_path, pieces, form)

    assert world.structures.classes == ("Floor_Stone_C", "Floor_Tek_C", "Floor_Wood_C")
    assert sorted(world.structures.tribe_id.tolist()) == [ABANDONED_TEAM, 50_000, TRIBE]


def test_a_structure_on_a_saddle_is_marked_as_attached(tmp_path: Path) -> None:
    by_guid = ("ObjectProperty", struct.pack("<h", 0) + b"\1" * 16)
    no_guid = ("ObjectProperty", struct.pack("<h", 0) + bytes(16))
    by_index = ("ObjectProperty", struct.pack("<ii", 0, 3))
    no_index = ("ObjectProperty", struct.pack("<ii", 0, -1))

    asa = world_in(
        tmp_path, [Piece(number=k, properties={"SaddleDino": v}) for k, v in enumerate((by_guid, no_guid))]
    )
    ase = world_in(
        tmp_path,
        [Piece(number=k, properties={"SaddleDino": v}) for k, v in enumerate((by_index, no_index))],
        ("ase", 9),
    )
    tamed = world_in(tmp_path, [Piece(properties={"AttachedToDinoID1": 99})])

    assert sorted(asa.structures.attached.tolist()) == [False, True]
    assert ase.structures.attached.tolist() == [True, False]
    assert tamed.structures.attached.tolist() == [True]


def test_ase_structures_that_are_written_twice_count_once(tmp_path: Path) -> None:
    pieces = [Piece(number=1), Piece(number=2), Piece(number=1), Piece(number=1, class_name="Wall_Stone_C")]

    world = world_in(tmp_path, pieces, ("ase", 9))

    assert (len(world.structures), world.coverage.duplicates) == (3, 1)


def test_ase_structures_of_one_name_in_two_places_are_two(tmp_path: Path) -> None:
    path = tmp_path / "World.ark"
    path.write_bytes(ase_world([Piece(number=1), Piece(number=1, position=(5_000.0, 0.0, 0.0))]))

    world = read_world(path)

    assert (len(world.structures), world.coverage.duplicates) == (2, 0)


def test_a_structure_without_a_record_of_place_is_listed_and_stands_nowhere(tmp_path: Path) -> None:
    placed, lost = Piece(number=1), Piece(number=2)
    path = write_asa_world(tmp_path / "World.ark", [placed], values={guid_of(lost): asa_value(lost)})

    world = read_world(path)

    assert sorted(np.isnan(world.structures.x).tolist()) == [False, True]
    assert world.coverage.objects_failed == 0


def test_a_position_that_is_no_place_makes_the_object_count_as_damaged(tmp_path: Path) -> None:
    world = world_in(tmp_path, [Piece(number=1), Piece(number=2, position=(1e12, 0.0, 0.0))])

    assert len(world.structures) == 1
    assert world.coverage.errors == {"a position that is no place": 1}


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda raw: raw[:-30], "ends inside a property"),
        (
            lambda raw: (
                raw[: raw.index(b"Northern") - 9] + b"\xff\xff\xff\xff" + raw[raw.index(b"Northern") - 5 :]
            ),
            "",
        ),
        (lambda raw: raw[:6], "a header that contradicts itself"),
        (lambda raw: raw[:12] + b"\xff\xff\xff\x7f" + raw[16:], "a header that contradicts itself"),
        (
            lambda raw: raw[:-28] + tag_c("X", 1) * (MAX_TAGS + 1) + raw[-28:],
            f"more than {MAX_TAGS:,} properties",
        ),
    ],
)
def test_a_damaged_object_is_counted_and_the_others_are_read(
    tmp_path: Path, damage: object, reason: str
) -> None:
    assert callable(damage)
    pieces = [Piece(number=number) for number in range(5)]
    broken = damage(asa_value(pieces[0]))
    path = write_asa_world(tmp_path / "World.ark", pieces, values={guid_of(pieces[0]): broken})

    world = read_world(path)

    assert len(world.structures) == 4
    assert world.coverage.objects_failed == 1
    assert reason in "".join(world.coverage.errors)


def test_a_property_with_an_instance_number_is_another_property(tmp_path: Path) -> None:
    piece = Piece(number=1)
    raw = asa_value(piece)
    tag = tag_c("TargetingTeam", 1_999_999_999)
    numbered = tag[:4] + struct.pack("<i", 3) + tag[8:]
    path = write_asa_world(
        tmp_path / "World.ark", [piece], values={guid_of(piece): raw[:-28] + numbered + raw[-28:]}
    )

    assert read_world(path).structures.tribe_id.tolist() == [TRIBE]


def test_an_empty_world_is_an_ordinary_one(tmp_path: Path) -> None:
    for form in FORMATS:
        world = world_in(tmp_path, [], form)

        assert (len(world.structures), len(world.tribes), world.coverage.share) == (0, 0, 1.0)


def test_game_clock_and_map_are_read(tmp_path: Path) -> None:
    asa = world_in(tmp_path, [Piece()])
    ase = world_in(tmp_path, [Piece()], ("ase", 9))

    assert (asa.game, asa.map_name, asa.game_time, asa.save_count) == (Game.ASA, "TheIsland_WP", 1e8, 3)
    assert (ase.game, ase.map_name, ase.game_time, ase.save_count) == (Game.ASE, "TheIsland", 1e6, 7)


def test_tribes_come_from_files_then_from_the_save_then_from_owner_names(tmp_path: Path) -> None:
    pieces = [Piece(number=k, tribe_id=50_000 + k, owner_name=f"Written {k}") for k in range(4)]
    stored = [
        (1, tribe_file(50_001, "Stored", members=[(5, "Ada", 1)])),
        (2, tribe_file(50_002, "Stored too")),
    ]
    path = write_asa_world(tmp_path / "World.ark", pieces, store=tribe_store(stored))
    (tmp_path / "50001.arktribe").write_bytes(
        tribe_file(50_001, "Filed", members=[(5, "Ada", 2), (6, "Ben ☀", 0)], admins=[6])
    )
    (tmp_path / "9.arktribe").write_bytes(bytes(500))

    world = read_world(path)

    tribes = world.tribes
    assert tribes.tribe_id.tolist() == [50_000, 50_001, 50_002, 50_003]
    assert tribes.names == ("Written 0", "Filed", "Stored too", "Written 3")
    named, filed, stored_source = TribeSource.OWNER_NAMES, TribeSource.TRIBE_FILE, TribeSource.SAVE
    assert tribes.sources == (named, filed, stored_source, named)
    assert tribes.owner_names == ("", "Ada", "", "")
    assert tribes.member_count.tolist() == [0, 2, 0, 0]
    members = world.members
    assert (members.tribe_id.tolist(), members.player_id.tolist()) == ([50_001, 50_001], [5, 6])
    assert (members.names, members.rank.tolist(), members.is_admin.tolist()) == (
        ("Ada", "Ben ☀"),
        [2, 0],
        [False, True],
    )
    assert world.coverage.notes == ("9.arktribe holds nothing but zeros",)


def test_only_the_first_of_many_damaged_tribe_files_are_named(tmp_path: Path) -> None:
    for number in range(25):
        (tmp_path / f"{number:02d}.arktribe").touch()

    notes = read_world(write_asa_world(tmp_path / "World.ark", [])).coverage.notes

    assert len(notes) == 21
    assert (notes[0], notes[-1]) == ("00.arktribe is empty", "5 more like these")


def test_a_class_without_a_name_is_counted_and_kept(tmp_path: Path) -> None:
    stranger = Piece(number=9, class_name="Stranger_C")
    path = write_asa_world(tmp_path / "World.ark", [Piece()], values={guid_of(stranger): asa_value(stranger)})

    world = read_world(path)

    assert world.coverage.unknown_classes == 1
    assert any(name.startswith("Unnamed_") for name in world.structures.classes)


def test_tribe_files_are_looked_for_in_a_folder_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "tribes"
    folder.mkdir()
    (folder / "50001.arktribe").write_bytes(tribe_file(50_001, "Elsewhere"))
    path = write_asa_world(tmp_path / "World.ark", [])

    assert read_world(path, tribe_folder=folder).tribes.names == ("Elsewhere",)


def test_a_superseded_copy_in_the_save_is_no_tribe(tmp_path: Path) -> None:
    store = tribe_store([(0, tribe_file(50_001, "Old")), (1, tribe_file(50_001, "New"))])

    world = read_world(write_asa_world(tmp_path / "World.ark", [], store=store))

    assert world.tribes.names == ("New",)


def test_a_tribe_that_many_names_are_written_for_takes_the_most_frequent(tmp_path: Path) -> None:
    names = ["Before", "After", "After", "Between"]
    pieces = [Piece(number=k, owner_name=name) for k, name in enumerate(names)]

    assert world_in(tmp_path, pieces).tribes.names == ("After",)


def test_a_text_with_a_nul_inside_does_not_reach_a_database(tmp_path: Path) -> None:
    raw = ("StrProperty", text("AxB").replace(b"x", b"\0"))

    world = world_in(tmp_path, [Piece(properties={"OwnerName": raw})])

    assert world.structures.owner_names == ("A\ufffdB",)


def test_a_text_whose_length_does_not_fill_its_property_is_left_out(tmp_path: Path) -> None:
    raw = ("StrProperty", struct.pack("<i", 500) + b"short\0")

    world = world_in(tmp_path, [Piece(properties={"OwnerName": raw})])

    assert world.structures.owner_name_index.tolist() == [-1]


def test_columns_of_unequal_length_are_refused(tmp_path: Path) -> None:
    structures = world_in(tmp_path, [Piece(number=1), Piece(number=2)]).structures

    assert len(structures.take(np.array([1]))) == 1
    with pytest.raises(ValueError, match="unequal length"):
        type(structures)(
            **{name: getattr(structures, name) for name in structures.__slots__} | {"x": np.zeros(3)}
        )

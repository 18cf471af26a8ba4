"""Every world there is: against the plain twin, against a peer, against what is known of the files."""

from __future__ import annotations

import math
import struct
import uuid
import warnings
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from arkparser import WorldSave

from parser_service.saves import Game, SaveError, World, inspect, read_world
from parser_service.saves.columns import FIRST_PLAYER_TEAM
from parser_service.saves.errors import TruncatedSaveError, UnsupportedVersionError
from parser_service.saves.tribe_file import read_tribe
from tests.conftest import ROOT
from tests.parser_service.saves.plain import PlainObject, PlainWorld, read_plain

ASA = (
    *("asa13_aberration", "asa13_scorched_earth", "asa13_scorched_earth_backup"),
    *("asa14_extinction", "asa14_lost_colony", "asa14_mod_map_1", "asa14_mod_map_2"),
)
WORLDS = [
    *(f"asa/worlds/{name}.ark" for name in ASA),
    "ase/mobile/M_TheIsland_PreviousSave.bak",
    *(f"ase/worlds/mobile_as_ase{version}.ark" for version in range(6, 13)),
    *(f"made/ase{version}_tiny.ark" for version in (6, 7, 8, 10, 11, 12)),
    "made/ase9_small.ark",
    "made/asa14_small.ark",
]
# The peer cannot open version 13 (it reads the header in order instead of seeking) nor Mobile's 33.
READABLE_BY_PEER = [name for name in WORLDS if "asa13" not in name and "mobile/" not in name]


@lru_cache(maxsize=32)
def world_of(path: Path) -> World:
    return read_world(path)


@lru_cache(maxsize=32)
def plain_of(path: Path) -> PlainWorld:
    return read_plain(path)


def test_the_list_of_worlds_is_complete(shared_data: Path) -> None:
    saves = shared_data / "saves"

    found = {*saves.glob("*/worlds/*"), *saves.glob("ase/mobile/*.bak"), *saves.glob("made/*.ark")}

    assert {path.relative_to(saves).as_posix() for path in found if path.is_file()} == {*WORLDS}


@pytest.mark.parametrize("name", WORLDS)
def test_a_real_world_is_understood_to_the_last_byte(shared_data: Path, name: str) -> None:
    coverage = world_of(shared_data / "saves" / name).coverage

    assert coverage.objects_walked > 0
    assert (coverage.objects_failed, coverage.errors, coverage.notes) == (0, {}, ())
    assert coverage.bytes_understood == coverage.bytes_seen > 0
    assert coverage.unknown_classes == 0


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_says_what_it_is_as_the_plain_twin_reads_it(shared_data: Path, name: str) -> None:
    world, plain = world_of(shared_data / "saves" / name), plain_of(shared_data / "saves" / name)

    mine = (world.version, world.map_name, world.game_time, world.save_count, world.coverage.objects_seen)
    assert mine == (plain.version, plain.map_name, plain.game_time, plain.save_count, len(plain.objects))


@pytest.mark.parametrize("name", WORLDS)
def test_every_column_of_every_structure_is_what_the_plain_twin_reads(shared_data: Path, name: str) -> None:
    world = world_of(shared_data / "saves" / name)
    expected = [
        expected_row(world.game, thing)
        for thing in plain_of(shared_data / "saves" / name).player_structures()
    ]

    assert Counter(rows_of(world)) == Counter(expected)


def rows_of(world: World) -> list[tuple[object, ...]]:
    """Return the structures as tuples that compare by value; NaN becomes None."""
    places = world.structures
    names = (*places.owner_names, None)
    columns: list[list[Any]] = [
        places.object_id.tolist() if world.game is Game.ASA else [[0, 0]] * len(places),
        [places.classes[number] for number in places.class_index.tolist()],
        *(column.tolist() for column in (places.x, places.y, places.z, places.tribe_id)),
        [names[number] for number in places.owner_name_index.tolist()],
        *(column.tolist() for column in (places.structure_id, places.owner_player_id, places.created_time)),
        *(column.tolist() for column in (places.last_ally_time, places.last_stasis_time)),
        *(column.tolist() for column in (places.health, places.max_health, places.is_locked, places.has_pin)),
        *(
            column.tolist()
            for column in (places.was_snapped, places.is_linked, places.attached, places.item_count)
        ),
    ]
    return [tuple(value_of(cell) for cell in row) for row in zip(*columns, strict=True)]


def value_of(cell: object) -> object:
    if isinstance(cell, float) and math.isnan(cell):
        return None
    return tuple(cell) if isinstance(cell, list) else cell


def expected_row(game: Game, thing: PlainObject) -> tuple[object, ...]:
    """Return what the columns should say of an object."""
    read: dict[str, Any] = thing.properties
    ally = [read[name] for name in read if name.startswith("lastinallyrange")]
    health = read.get("health", read.get("maxhealth"))
    if "healtharray" in read and struct.unpack_from("<i", read["healtharray"])[0]:
        health = struct.unpack_from("<f", read["healtharray"], 4)[0]
    links = struct.unpack_from("<i", read["linkedstructures"])[0] if "linkedstructures" in read else 0
    x, y, z = thing.position or (None, None, None)
    return (
        struct.unpack("<2Q", thing.key) if game is Game.ASA else (0, 0),
        thing.class_name,
        *(x, y, z, read["targetingteam"], read.get("ownername")),
        *(read.get("structureid", -1), read.get("owningplayerid", 0), read.get("originalcreationtime")),
        *(max(ally, default=None), read.get("lastenterstasistime")),
        *(health, read.get("maxhealth"), read.get("bislocked", False)),
        read.get("bispinlocked", False) or bool(read.get("currentpincode", 0)),
        *(read.get("bwasplacementsnapped", False), links > 0),
        bool(read.get("attachedtodinoid1", 0)) or "saddledino" in read,
        read.get("currentitemcount", 0),
    )


# Where the peer and this decoder differ, all of it, and who is right. Objects by class, peer's minus ours.
DIFFERENCES: dict[str, dict[str, int]] = {
    # The peer takes any object with a team and no DinoID1 for a structure; what steers a survivor is none.
    "asa/worlds/asa14_lost_colony.ark": {"PlayerControllerBlueprint_C": 1},
    "asa/worlds/asa14_mod_map_1.ark": {"PlayerControllerBlueprint_C": 1},
    "asa/worlds/asa14_mod_map_2.ark": {"PlayerControllerBlueprint_C": 1},
    "made/ase9_small.ark": {"PlayerControllerBlueprint_C": 5},
    "made/asa14_small.ark": {"PlayerControllerBlueprint_C": 1},
}


@pytest.mark.parametrize("name", READABLE_BY_PEER)
def test_structures_per_tribe_are_those_the_peer_finds_but_for_its_known_mistakes(
    shared_data: Path, name: str
) -> None:
    peer = peer_structures(shared_data / "saves" / name)
    world = world_of(shared_data / "saves" / name)

    places = world.structures
    mine = Counter(
        zip(places.tribe_id.tolist(), (places.classes[c] for c in places.class_index.tolist()), strict=True)
    )
    surplus, missing = peer - mine, mine - peer

    by_class: Counter[str] = Counter()
    for (_, class_name), count in surplus.items():
        by_class[class_name] += count
    assert by_class == DIFFERENCES.get(name, {})
    # The peer drops structures of ASA that share a name with another one; each has a GUID of its own.
    assert sum(missing.values()) == len(places) - len(distinct_names(shared_data / "saves" / name, world))


def distinct_names(path: Path, world: World) -> set[object]:
    """Return what the peer tells structures apart by: their own names."""
    things = plain_of(path).player_structures()
    assert len(things) == len(world.structures)
    return {thing.names[0] for thing in things}


@lru_cache(maxsize=4)
def peer_structures(path: Path) -> Counter[tuple[int, str]]:
    """Count the peer's structures of players by tribe and class."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = WorldSave.load(path).get_structures()
    teams = [(thing.get_property_value("TargetingTeam") or 0, thing.class_name) for thing in found]
    return Counter((team, name.rpartition(".")[2]) for team, name in teams if team >= FIRST_PLAYER_TEAM)


def test_the_real_asa13_world_has_its_123_structures_of_one_tribe(shared_data: Path) -> None:
    world = world_of(shared_data / "saves/asa/worlds/asa13_aberration.ark")

    assert (world.coverage.objects_seen, len(world.structures), len(world.tribes)) == (4675, 123, 1)
    # One of them has lost its record of place: it is listed, and stands nowhere.
    assert np.isnan(world.structures.x).sum() == 1


def test_the_real_mobile_world_has_70_structures_of_which_44_are_distinct(shared_data: Path) -> None:
    world = world_of(shared_data / "saves/ase/mobile/M_TheIsland_PreviousSave.bak")

    assert (len(world.structures), world.coverage.duplicates) == (44, 26)
    assert np.isfinite(world.structures.last_ally_time).all()


def test_structures_keep_their_identity_from_one_save_to_the_next(shared_data: Path) -> None:
    saves = shared_data / "saves"
    mobile = world_of(saves / "ase/mobile/M_TheIsland_PreviousSave.bak").structures
    rewritten = world_of(saves / "ase/worlds/mobile_as_ase9.ark").structures

    assert len(np.unique(mobile.identity)) == len(mobile)
    assert {*mobile.identity.tolist()} == {*rewritten.identity.tolist()}


@pytest.mark.parametrize(
    ("name", "refusal", "words"),
    [
        ("M_TheIsland.tmp", TruncatedSaveError, "interrupted while it wrote"),
        ("M_TheIsland.tmp2", UnsupportedVersionError, "version 2"),
    ],
)
def test_an_interrupted_real_save_is_refused_with_its_reason(
    shared_data: Path, name: str, refusal: type[SaveError], words: str
) -> None:
    with pytest.raises(refusal, match=words) as caught:
        read_world(shared_data / "saves/ase/mobile" / name)

    assert ".bak" in caught.value.advice


def test_all_real_tribe_files_decode(shared_data: Path) -> None:
    files = sorted((shared_data / "saves").glob("*/tribes/*.arktribe"))

    tribes = [read_tribe(path.read_bytes()) for path in files]

    assert len(tribes) == 44
    for tribe in tribes:
        assert tribe.name
        assert tribe.tribe_id >= FIRST_PLAYER_TEAM
        assert len(tribe.member_ids) == len(tribe.member_names) >= 1
        assert tribe.admin_ids <= {*tribe.member_ids}
        assert len(tribe.member_ranks) in {0, len(tribe.member_ids)}


def test_tribes_stored_inside_real_worlds_are_found(shared_data: Path) -> None:
    world = world_of(shared_data / "saves/asa/worlds/asa14_lost_colony.ark")

    assert [source.value for source in world.tribes.sources] == ["save"]
    assert world.tribes.member_count.tolist() == [1]
    assert world.tribes.owner_names[0] == world.members.names[0]


def test_the_report_of_a_world_is_small_and_names_its_largest_tribes(shared_data: Path) -> None:
    report = inspect(shared_data / "saves/made/asa14_small.ark")

    assert report.tribe_sources == {"tribe_file": 0, "save": 3, "owner_names": 201}
    assert report.largest_tribes[0][1] == 301
    assert "4,897 structures" in str(report)
    assert len(str(report)) < 1000


def test_no_address_of_a_player_is_named_in_the_decoder() -> None:
    sources = [*(ROOT / "parser_service/saves").glob("*.py"), *(ROOT / "shared/saves").glob("*.py")]

    assert sources
    assert not [path.name for path in sources if "NetworkAddress" in path.read_text(encoding="utf-8")]


def test_an_asa_object_id_is_its_guid(shared_data: Path) -> None:
    path = shared_data / "saves/asa/worlds/asa14_extinction.ark"
    expected = {uuid.UUID(bytes_le=thing.key) for thing in plain_of(path).player_structures()}

    words = world_of(path).structures.object_id

    assert {uuid.UUID(bytes_le=row.tobytes()) for row in words} == expected

"""The save writer, checked by an independent reader (arkparser), by a strict walk, and against real bytes."""

from __future__ import annotations

import sqlite3
import struct
from collections import Counter
from contextlib import closing
from pathlib import Path

import arkparser
import pytest

from sandbox.ark.kinds import KINDS
from sandbox.ark.world import Game, World
from sandbox.ark.writer import encode_ase, props, tribe_file, write_asa, write_ase, write_save
from sandbox.ark.writer.tags import Dialect, Generation, encode_tag, fstring
from shared.saves.names import hashed_name
from tests.sandbox.ark.conftest import make_world
from tests.sandbox.ark.strict import read_rows

ALLY = {Game.ASE: "LastInAllyRangeTime", Game.ASA: "LastInAllyRangeTimeSerialized"}


def load(world: World, path: Path, version: int) -> arkparser.WorldSave:
    write = write_asa if world.game is Game.ASA else write_ase
    write(world, path, version=version)
    return arkparser.WorldSave.load(path)


@pytest.mark.parametrize(
    ("game", "version"),
    [(Game.ASA, 14), (Game.ASA, 13), (Game.ASE, 9), (Game.ASE, 10), (Game.ASE, 11), (Game.ASE, 12)],
)
def test_a_peer_reads_every_version_without_an_error(game: Game, version: int, tmp_path: Path) -> None:
    world = make_world(game)

    save = load(world, tmp_path / "world.ark", version)

    assert (save.parse_errors, save.version, save.data_files[0]) == ([], version, world.map_name)
    # ASE keeps the clock as a float, which is good for half a second.
    assert save.game_time == pytest.approx(world.game_time, abs=0.5)
    per_team = Counter(item.get_property_value("TargetingTeam") for item in save.get_structures())
    assert per_team == Counter(world.bases[item.base_id].team for item in world.structures.values())
    assert len(save.get_tamed_creatures()) == sum(creature.is_tame for creature in world.creatures.values())
    assert len(save.get_wild_creatures()) == sum(
        not creature.is_tame for creature in world.creatures.values()
    )
    assert len(save.get_player_pawns()) == len(world.survivors)


def test_each_structure_is_read_back_as_it_stands_in_the_world(world: World, tmp_path: Path) -> None:
    save = load(world, tmp_path / "world.ark", 14 if world.game is Game.ASA else 11)

    found = {item.get_property_value("StructureID"): item for item in save.get_structures()}
    assert found.keys() == world.structures.keys()
    for structure_id, structure in world.structures.items():
        item, base, kind = found[structure_id], world.bases[structure.base_id], KINDS[structure.kind]
        assert item.class_name == kind.class_name
        assert item.location is not None
        where = (item.location.x, item.location.y, item.location.z)
        # ASE positions are floats: at half a million uu they are good for 3 hundredths.
        assert where == pytest.approx((structure.place.x, structure.place.y, structure.place.z), abs=0.05)
        assert item.get_property_value("OwnerName") == base.owner_name
        assert item.get_property_value("MaxHealth") == kind.max_health
        assert bool(item.get_property_value("bIsLocked")) == structure.is_locked
        assert bool(item.get_property_value("bWasPlacementSnapped")) == structure.is_snapped
        assert item.get_property_value("bHasResetDecayTime") is True
        assert (item.get_property_value("Health") is None) == (structure.health == 1.0)
        assert item.get_property_value("OriginalCreationTime") == structure.built_time
        assert item.get_property_value(ALLY[world.game]) == max(base.last_ally_time, structure.built_time)


def test_links_point_to_the_neighbours_of_the_same_base(world: World, tmp_path: Path) -> None:
    save = load(world, tmp_path / "world.ark", 14 if world.game is Game.ASA else 11)
    ids = {item.guid or item.id: item.get_property_value("StructureID") for item in save.get_structures()}

    linked = 0
    for item in save.get_structures():
        structure = world.structures[item.get_property_value("StructureID")]
        references = item.get_property_value("LinkedStructures") or []
        targets = [ids[entry[1] if isinstance(entry, tuple) else entry] for entry in references]
        assert tuple(targets) == structure.links
        linked += len(targets)

    assert linked > 100


def test_every_size_in_an_asa_world_is_consumed_exactly(tmp_path: Path) -> None:
    world = make_world(Game.ASA)
    write_asa(world, tmp_path / "world.ark")

    rows = read_rows(tmp_path / "world.ark")

    structures = [row for row in rows if row.flags & 8 and not row.flags & 2 and "StructureID" in row.tags]
    # One bag of a dead survivor bears a StructureID too: a decoder has to tell it apart.
    assert len(structures) == len(world.structures) + 1
    sizes = {
        "TargetingTeam": 4,
        "LastInAllyRangeTimeSerialized": 8,
        "StructureID": 4,
        "bHasResetDecayTime": 1,
    }
    for row in structures[:50]:
        assert {name: len(row.tags[name]) for name in sizes} == sizes


def test_an_asa_world_is_the_kind_of_sqlite_file_the_game_writes(tmp_path: Path) -> None:
    world = make_world(Game.ASA)
    write_asa(world, tmp_path / "world.ark")

    with closing(sqlite3.connect(tmp_path / "world.ark")) as connection:
        transforms = connection.execute("SELECT value FROM custom WHERE key = 'ActorTransforms'").fetchone()[
            0
        ]
        checked = connection.execute("PRAGMA integrity_check").fetchone()
        page_size = connection.execute("PRAGMA page_size").fetchone()

    assert (checked, page_size) == (("ok",), (8192,))
    assert (tmp_path / "world.ark").read_bytes()[18:20] == b"\x01\x01"
    assert len(transforms) % 72 == 16
    for start in range(0, len(transforms) - 16, 72):
        quaternion = struct.unpack_from("<4d", transforms, start + 40)
        assert sum(part * part for part in quaternion) == pytest.approx(1.0)


def test_an_asa_world_holds_its_tribes(tmp_path: Path) -> None:
    world = make_world(Game.ASA)
    write_asa(world, tmp_path / "world.ark")
    with closing(sqlite3.connect(tmp_path / "world.ark")) as connection:
        store = connection.execute("SELECT value FROM custom WHERE key = 'GameModeCustomBytes'").fetchone()[0]

    store_format, size, count = struct.unpack_from("<iii", store)
    tribes = {}
    for number in range(count):
        key, offset, length = struct.unpack_from("<qii", store, 12 + size + 16 * number)
        image = arkparser.Tribe.load(store[12 + offset : 12 + offset + length])
        tribes[key & 0xFFFFFFFF] = (image.tribe_id, image.name)

    assert store_format == 1
    assert tribes == {tribe.tribe_id: (tribe.tribe_id, tribe.name) for tribe in world.tribes.values()}
    profiles = 12 + size + 16 * count
    # Then no profiles, then the mark of the hibernation block (real worlds have no terminator between).
    assert struct.unpack_from("<iiiI", store, profiles) == (0, 0, 10, 0xCCAA1122)


def test_tribe_files_are_read_back_by_a_peer(world: World) -> None:
    for tribe in world.tribes.values():
        image = arkparser.Tribe.load(tribe_file(world, tribe))

        assert (image.tribe_id, image.name, image.owner_player_id) == (
            tribe.tribe_id,
            tribe.name,
            tribe.owner_id,
        )
        assert tuple(image.member_ids) == tribe.member_ids
        assert image.member_names == [world.survivors[player].name for player in tribe.member_ids]


def test_a_save_appears_whole_or_not_at_all(world: World, tmp_path: Path) -> None:
    path = write_save(world, tmp_path)

    relative = path.relative_to(tmp_path).as_posix()
    if world.game is Game.ASA:
        assert relative == "TheIsland_WP/TheIsland_WP.ark"
        assert not list(tmp_path.rglob("*.arktribe"))
    else:
        assert relative == "Ragnarok.ark"
        assert {int(item.stem) for item in tmp_path.glob("*.arktribe")} == world.tribes.keys()
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_tribe_that_is_gone_takes_its_file_with_it(tmp_path: Path) -> None:
    world = make_world(Game.ASE)
    write_save(world, tmp_path)
    gone = next(iter(world.tribes))
    del world.tribes[gone]

    write_save(world, tmp_path)

    assert not (tmp_path / f"{gone}.arktribe").exists()
    assert len(list(tmp_path.glob("*.arktribe"))) == len(world.tribes)


def test_a_half_written_save_is_shorter_than_its_header_says(world: World, tmp_path: Path) -> None:
    whole = write_save(world, tmp_path).stat().st_size

    path = write_save(world, tmp_path, is_half=True)

    assert path.stat().st_size == int(whole * 0.61)


def test_a_version_that_is_not_written_is_refused() -> None:
    with pytest.raises(ValueError, match="not 5"):
        encode_ase(make_world(Game.ASE), version=5)


def test_the_hash_of_names_gives_the_ids_of_real_worlds() -> None:
    assert [hashed_name(name) for name in ("None", "TARGETINGTEAM", "DoubleProperty")] == [
        0x09AD2622,
        0x081D4335,
        0x908CD90D,
    ]


def inline(generation: Generation) -> Dialect:
    return Dialect(generation=generation, name=fstring, reference=fstring, is_wide=True)


def test_tags_are_the_bytes_of_real_tribe_files(shared_data: Path) -> None:
    for path in sorted((shared_data / "saves").glob("as?/tribes/*.arktribe")):
        data = path.read_bytes()
        tribe = arkparser.Tribe.load(data) if data[0] in {1, 7} else None
        if tribe is None:
            continue
        dialect = inline(Generation.A if data[0] == 1 else Generation.C)
        name = next(key for key in ("TribeID", "TribeId") if fstring(key) in data)

        assert encode_tag(props.integer(name, tribe.tribe_id), dialect) in data
        assert encode_tag(props.text("TribeName", tribe.name), dialect) in data


def test_tags_are_the_bytes_of_a_real_v14_world(shared_data: Path) -> None:
    dialect = Dialect(
        generation=Generation.C,
        name=lambda name: struct.pack("<Ii", hashed_name(name), 0),
        reference=fstring,
        is_wide=True,
    )
    path = shared_data / "saves/asa/worlds/asa14_extinction.ark"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = [value for (value,) in connection.execute("SELECT value FROM game")]
    (bed,) = [row for row in rows if b"SimpleBed_C_" in row and dialect.name("StructureID") in row]

    assert encode_tag(props.flag("bHasResetDecayTime"), dialect) in bed
    assert encode_tag(props.number("MaxHealth", 1000.0), dialect) in bed
    assert encode_tag(props.text("OwningPlayerName", "Emily"), dialect) in bed
    colours = [row for row in rows if encode_tag(props.byte("ColorSetIndices", 37, 0), dialect) in row]
    second = [row for row in colours if encode_tag(props.byte("ColorSetIndices", 39, 1), dialect) in row]
    assert second
    vectors = [
        row
        for row in rows
        if encode_tag(props.vector("SavedBaseWorldLocation", 0, 0, 0), dialect)[:-24] in row
    ]
    assert vectors

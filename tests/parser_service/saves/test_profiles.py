"""Profiles of survivors: what is read of them, from files and from the store inside a save."""

from __future__ import annotations

import math
import struct
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parser_service.saves.cursor import FormatError
from parser_service.saves.profile_file import account_of_name, read_profile
from parser_service.saves.survivor_sources import survivors_in_folder, survivors_in_store
from sandbox.ark.world import Game
from sandbox.ark.writer.frames import file_dialect
from sandbox.ark.writer.profiles import ADDRESS, Progress, profile_file
from sandbox.ark.writer.tags import Generation, Kind, Tag, encode_list
from tests.parser_service.saves import small_files
from tests.parser_service.saves.small_files import ACCOUNTS, ALL_VERSIONS, store, survivor, world

progresses = st.builds(
    Progress,
    experience=st.floats(0, 1e9, width=32),
    points=small_files.points,
    engrams=st.lists(st.from_regex(r"[A-Za-z]\w{0,20}", fullmatch=True), max_size=5).map(tuple),
    deaths=st.integers(0, 1000),
    earlier_login_time=st.none() | st.floats(0, 1e9),
)


@pytest.mark.parametrize(("game", "version"), ALL_VERSIONS)
@settings(max_examples=60, deadline=None)
@given(
    player_id=st.integers(1, 2**63 - 1),
    name=small_files.names,
    platform_name=small_files.names,
    level=st.integers(1, 2**16),
    tribe_id=st.none() | st.integers(1, 2**31 - 1),
    is_female=st.booleans(),
    seen=st.floats(0, 1e9),
    progress=progresses,
)
def test_what_is_written_is_read(
    game: Game,
    version: int,
    player_id: int,
    name: str,
    platform_name: str,
    level: int,
    tribe_id: int | None,
    is_female: bool,
    seen: float,
    progress: Progress,
) -> None:
    person = survivor(
        game,
        player_id=player_id,
        name=name,
        platform_name=platform_name,
        level=level,
        tribe_id=tribe_id,
        is_female=is_female,
        last_seen_time=seen,
    )

    found = read_profile(profile_file(world(game), person, progress=progress, version=version))

    assert asdict(found) == {
        "player_id": player_id,
        "account": ACCOUNTS[game],
        "platform_name": platform_name,
        "name": name,
        "tribe_id": tribe_id or 0,
        "level": level,
        "experience": progress.experience,
        "points": progress.points,
        "engrams": tuple(f"{engram}_C" for engram in progress.engrams),
        "deaths": progress.deaths if game is Game.ASA else -1,
        "is_female": is_female,
        "last_seen_time": max(seen, progress.earlier_login_time or 0.0),
    }


@pytest.mark.parametrize(("game", "version"), ALL_VERSIONS)
def test_the_address_a_player_came_from_never_leaves_the_reader(game: Game, version: int) -> None:
    data = profile_file(world(game), survivor(game), version=version)

    found = read_profile(data)

    assert ADDRESS.encode() in data
    assert ADDRESS not in repr(found)
    assert not [value for value in asdict(found).values() if ADDRESS in str(value)]


def test_no_real_address_leaves_the_reader(shared_data: Path) -> None:
    """Addresses of the real files are zeroed; so they are given one, of the same length."""
    checked = 0
    for path in (shared_data / "saves").glob("*/profiles/*.arkprofile"):
        data = path.read_bytes()
        at = data.find(b"SavedNetworkAddress\0\x0c\0\0\0StrProperty\0")
        if at < 0:
            continue
        end = data.find(b"PlayerName\0", at) - 5
        marked = data[: end - 6] + b"9.9.9." + data[end:]
        checked += 1

        assert "9.9.9." not in repr(read_profile(marked))

    assert checked == 60


def test_the_newer_of_both_logins_counts() -> None:
    late, early = 5_000.0, 4_000.0

    newer_is_login = profile_file(
        world(Game.ASE), survivor(Game.ASE, last_seen_time=late), progress=Progress(earlier_login_time=early)
    )
    newer_is_last_login = profile_file(
        world(Game.ASE), survivor(Game.ASE, last_seen_time=early), progress=Progress(earlier_login_time=late)
    )

    assert read_profile(newer_is_login).last_seen_time == late
    assert read_profile(newer_is_last_login).last_seen_time == late


def test_a_survivor_who_never_logged_in_was_seen_at_no_known_time() -> None:
    data = profile_file(world(Game.ASE), survivor(Game.ASE, last_seen_time=math.nan))

    assert math.isnan(read_profile(data).last_seen_time)


@pytest.mark.parametrize(
    ("stem", "account"),
    [
        ("76561198000000001", "76561198000000001"),
        ("0002AABBCCDDEEFF00112233445566FF", "0002aabbccddeeff00112233445566ff"),
        ("2533274977850953", "2533274977850953"),
        ("LocalPlayer", ""),
        ("123", ""),
    ],
)
def test_a_files_name_tells_the_account_where_it_is_one(stem: str, account: str) -> None:
    assert account_of_name(stem) == account


def test_an_epic_account_of_ase_is_the_eos_id_behind_the_bar() -> None:
    both = f"{'ab' * 16}|{small_files.EOS_ACCOUNT}"
    data = profile_file(world(Game.ASE), survivor(Game.ASE, account=both))

    assert read_profile(data).account == small_files.EOS_ACCOUNT


def test_a_file_that_names_no_account_has_that_of_its_name(tmp_path: Path) -> None:
    data = profile_file(world(Game.ASE), survivor(Game.ASE, account=""))
    (tmp_path / f"{small_files.STEAM_ACCOUNT}.arkprofile").write_bytes(data)

    found = survivors_in_folder(tmp_path)

    assert [person.account for person in found.survivors.values()] == [small_files.STEAM_ACCOUNT]


def test_a_folder_gives_its_survivors_and_a_note_for_each_damaged_file(tmp_path: Path) -> None:
    whole = profile_file(world(Game.ASA), survivor())
    (tmp_path / "a.arkprofile").write_bytes(whole)
    (tmp_path / "b.arkprofile").write_bytes(bytes(500))
    (tmp_path / "c.arkprofile").write_bytes(whole[:300])
    (tmp_path / "PlayerLocalData.arkprofile").write_bytes(b"anything")
    (tmp_path / "d.arkprofile.bak").write_bytes(whole)

    found = survivors_in_folder(tmp_path)

    assert [*found.survivors] == [700_000_001]
    assert [note.split()[0] for note in found.notes] == ["b.arkprofile", "c.arkprofile"]


def test_of_two_files_of_one_survivor_the_later_counts(tmp_path: Path) -> None:
    for number, seen in enumerate((10.0, 30.0, 20.0)):
        data = profile_file(world(Game.ASA), survivor(name=f"at {seen:.0f}", last_seen_time=seen))
        (tmp_path / f"{number}.arkprofile").write_bytes(data)

    found = survivors_in_folder(tmp_path)

    assert found.survivors[700_000_001].name == "at 30"


def test_survivors_stored_in_a_save_are_found_and_superseded_copies_are_not() -> None:
    old, new = (profile_file(world(Game.ASA), survivor(name=name)) for name in ("Old", "New"))
    other = profile_file(world(Game.ASA), survivor(player_id=5, name="Other"))

    found = survivors_in_store(store([(9, b"a tribe"), (0, b"another")], [(1, other), (3, new), (0, old)]))

    assert {person.player_id: person.name for person in found.survivors.values()} == {
        5: "Other",
        700_000_001: "New",
    }
    assert not found.notes


def test_a_store_that_is_cut_gives_what_was_whole_and_a_note() -> None:
    image = profile_file(world(Game.ASA), survivor())
    whole = store([], [(1, image)])

    found = survivors_in_store(whole[:-20])

    assert not found.survivors
    assert found.notes
    assert survivors_in_store(None).notes == survivors_in_store(b"").notes == []


def test_images_that_overlap_are_refused() -> None:
    image = profile_file(world(Game.ASA), survivor())
    entry = struct.pack("<qii", 1, 0, len(image))
    blob = struct.pack("<iii", 1, 0, 0) + struct.pack("<ii", len(image), 3) + image + entry * 3

    found = survivors_in_store(blob)

    assert "outside" in found.notes[0]


def test_a_version_that_is_not_known_is_refused_by_its_number() -> None:
    data = profile_file(world(Game.ASA), survivor())

    with pytest.raises(FormatError, match="version 8"):
        read_profile(struct.pack("<i", 8) + data[4:])


def test_a_players_local_data_is_no_survivor(shared_data: Path) -> None:
    files = [path.read_bytes() for path in (shared_data / "saves/ase/profiles").glob("*.arkprofile")]
    local = [data for data in files if struct.unpack_from("<i", data)[0] == 4]

    assert len(local) == 7
    for data in local:
        with pytest.raises(FormatError, match="local data"):
            read_profile(data)


def test_all_real_profiles_decode(shared_data: Path) -> None:
    found = {
        game: survivors_in_folder(shared_data / f"saves/{game}/profiles").survivors.values()
        for game in ("ase", "asa")
    }

    assert {game: len(people) for game, people in found.items()} == {"ase": 60, "asa": 17}
    for people in found.values():
        for person in people:
            assert person.name
            assert person.account
            assert person.level >= 1
    # Old builds of ASE wrote no time of login.
    assert sum(math.isnan(person.last_seen_time) for person in found["ase"]) == 4
    assert not any(math.isnan(person.last_seen_time) for person in found["asa"])
    assert {len(person.account) for person in found["ase"]} == {17, 32}
    assert {len(person.account) for person in found["asa"]} == {32}


def test_a_player_id_beyond_all_columns_is_refused() -> None:
    data = profile_file(world(Game.ASE), survivor(Game.ASE))
    wrong = Tag(name="PlayerDataID", kind=Kind.UINT64, value=2**64 - 1)
    right = Tag(name="PlayerDataID", kind=Kind.UINT64, value=700_000_001)
    dialect = file_dialect(Generation.A)
    damaged = data.replace(encode_list([right], dialect)[:-9], encode_list([wrong], dialect)[:-9])

    assert damaged != data
    with pytest.raises(FormatError, match="impossible"):
        read_profile(damaged)

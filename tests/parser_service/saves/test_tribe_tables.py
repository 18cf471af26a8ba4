"""Tribes with ranks, alliances and logs: files and their columns."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parser_service.saves.cursor import FormatError
from parser_service.saves.tribe_file import Alliance as AllianceRecord
from parser_service.saves.tribe_file import read_tribe
from parser_service.saves.tribe_sources import tribes_in_folder, tribes_in_store
from parser_service.saves.tribes import merge_tribes
from sandbox.ark.world import Game, Tribe
from sandbox.ark.writer.tribes import NO_GOVERNMENT, Alliance, Government, tribe_file
from tests.parser_service.saves import small_files
from tests.parser_service.saves.small_files import ALL_VERSIONS, store, survivor, tribe, world

tribe_ids = st.integers(1, 2**31 - 1)
alliances = st.builds(
    Alliance,
    alliance_id=st.integers(0, 2**32 - 1),
    name=small_files.names,
    tribes=st.lists(st.tuples(tribe_ids, small_files.names), max_size=3).map(tuple),
)
governments = st.builds(
    Government,
    rank_names=st.lists(small_files.names, max_size=3).map(tuple),
    member_ranks=st.lists(st.integers(0, 255), min_size=3, max_size=3).map(tuple),
    alliances=st.lists(alliances, max_size=3).map(tuple),
)


@pytest.mark.parametrize(("game", "version"), ALL_VERSIONS)
@settings(max_examples=60, deadline=None)
@given(
    tribe_id=tribe_ids,
    name=small_files.names,
    members=st.lists(small_files.names, min_size=3, max_size=3),
    log=st.lists(small_files.names, max_size=6).map(tuple),
    government=governments,
)
def test_what_is_written_is_read(
    game: Game,
    version: int,
    tribe_id: int,
    name: str,
    members: list[str],
    log: tuple[str, ...],
    government: Government,
) -> None:
    people = [survivor(game, player_id=number, name=member) for number, member in enumerate(members, start=7)]
    group = tribe(tribe_id=tribe_id, name=name, owner_id=8, member_ids=(7, 8, 9), admin_ids=(8, 9), log=log)

    data = tribe_file(world(game, *people, tribes=(group,)), group, government=government, version=version)
    found = read_tribe(data)

    assert (found.tribe_id, found.name, found.owner_player_id) == (tribe_id, name, 8)
    assert (found.member_ids, found.member_names, found.admin_ids) == (
        (7, 8, 9),
        tuple(members),
        frozenset({8, 9}),
    )
    assert (found.member_ranks, found.rank_names) == (government.member_ranks, government.rank_names)
    assert found.log == log
    assert found.alliances == tuple(
        AllianceRecord(
            alliance_id=item.alliance_id, name=item.name, tribe_ids=tuple(key for key, _ in item.tribes)
        )
        for item in government.alliances
    )


def image(group: Tribe, government: Government = NO_GOVERNMENT) -> bytes:
    people = [survivor(player_id=number, name=f"Player {number}") for number in group.member_ids]
    return tribe_file(world(Game.ASA, *people, tribes=(group,)), group, government=government)


def test_members_have_the_name_of_their_rank_and_none_where_the_tribe_has_none() -> None:
    named = image(
        tribe(tribe_id=60_000, member_ids=(1, 2, 3, 4), owner_id=1),
        Government(rank_names=("Scout", "", "Chief"), member_ranks=(2, 0, 1, 9)),
    )
    plain = image(tribe(tribe_id=70_000, member_ids=(5,), owner_id=5))
    records = {record.tribe_id: record for record in map(read_tribe, (named, plain))}

    members = merge_tribes(records, {}, {}).members

    assert members.tribe_id.tolist() == [60_000] * 4 + [70_000]
    assert members.rank.tolist() == [2, 0, 1, 9, -1]
    texts = [members.rank_names[index] if index >= 0 else "" for index in members.rank_name_index.tolist()]
    assert texts == ["Chief", "Scout", "", "", ""]


def test_alliances_and_logs_become_rows_by_tribe() -> None:
    union = Alliance(alliance_id=99, name="Union", tribes=((70_000, "Late"), (60_000, "Early")))
    late = image(tribe(tribe_id=70_000, log=("one", "two")), Government(alliances=(union,)))
    early = image(tribe(tribe_id=60_000, log=("zero",)), Government(alliances=(union,)))
    records = {record.tribe_id: record for record in map(read_tribe, (late, early))}

    tables = merge_tribes(records, {}, {})

    assert tables.logs.tribe_id.tolist() == [60_000, 70_000, 70_000]
    assert tables.logs.lines == ("zero", "one", "two")
    assert tables.alliances.tribe_id.tolist() == [60_000, 60_000, 70_000, 70_000]
    assert tables.alliances.ally_tribe_id.tolist() == [70_000, 60_000, 70_000, 60_000]
    assert tables.alliances.alliance_id.tolist() == [99] * 4
    assert tables.alliances.names == ("Union",) * 4


def test_a_world_without_tribes_has_empty_tables() -> None:
    tables = merge_tribes({}, {}, {})

    assert [len(table) for table in (tables.tribes, tables.members, tables.alliances, tables.logs)] == [0] * 4


def test_a_file_is_better_than_the_store_and_the_store_than_a_name() -> None:
    file, stored = (read_tribe(image(tribe(tribe_id=60_000, name=name))) for name in ("File", "Stored"))

    best = merge_tribes({60_000: file}, {60_000: stored}, {60_000: "Owner", 61_000: "Only a name"}).tribes
    second = merge_tribes({}, {60_000: stored}, {60_000: "Owner"}).tribes

    assert best.names == ("File", "Only a name")
    assert [source.value for source in best.sources] == ["tribe_file", "owner_names"]
    assert (second.names, [source.value for source in second.sources]) == (("Stored",), ["save"])


def test_tribes_of_a_store_come_before_its_profiles() -> None:
    found = tribes_in_store(
        store([(1, image(tribe(tribe_id=60_000))), (0, image(tribe(tribe_id=61_000)))], [(1, b"x")])
    )

    assert [*found.tribes] == [60_000]
    assert not found.notes


def test_ranks_and_alliances_of_real_tribes_are_read(shared_data: Path) -> None:
    ase = tribes_in_folder(shared_data / "saves/ase/tribes")
    asa = tribes_in_folder(shared_data / "saves/asa/tribes")

    assert not ase.notes
    assert not asa.notes
    ranked = [item for item in ase.tribes.values() if item.rank_names]
    assert [(item.rank_names, item.member_ranks) for item in ranked] == [
        (("Miembro", "Lider"), (1, 0, 0, 0, 0))
    ]
    # The owner holds the rank named for it, so ranks count in the list of names.
    assert ranked[0].owner_player_id == ranked[0].member_ids[0]
    assert sum(len(item.alliances) for item in ase.tribes.values()) == 3
    assert sum(len(item.alliances) for item in asa.tribes.values()) == 8
    for item in (*ase.tribes.values(), *asa.tribes.values()):
        for alliance in item.alliances:
            assert item.tribe_id in alliance.tribe_ids
        # Each line has a day and a time of day, in any language.
        assert all(line.count(":") >= 2 for line in item.log)


def test_a_version_that_is_not_known_is_refused_by_its_number() -> None:
    with pytest.raises(FormatError, match="version 8"):
        read_tribe(struct.pack("<i", 8) + image(tribe())[4:])


def test_a_tag_with_unknown_flags_is_refused() -> None:
    data = image(tribe())
    at = data.index(b"IntProperty\0") + 12 + 4 + 4

    with pytest.raises(FormatError, match="unknown flags"):
        read_tribe(data[:at] + b"\x20" + data[at + 1 :])

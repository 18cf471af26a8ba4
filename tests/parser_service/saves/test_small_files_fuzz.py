"""Small files with damage made up by hypothesis: a refusal or a result comes out, and memory stays bounded."""

from __future__ import annotations

import struct
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parser_service.saves.cluster_file import read_cluster
from parser_service.saves.columns import Game as ReadGame
from parser_service.saves.columns import Table
from parser_service.saves.custom_data import pod_image as find_pod
from parser_service.saves.custom_data import stored_places
from parser_service.saves.dialect import Generation
from parser_service.saves.pods import read_creature, read_pods
from parser_service.saves.profile_file import SurvivorRecord, read_profile
from parser_service.saves.survivor_sources import survivors_in_store
from parser_service.saves.survivors import survivors_of
from parser_service.saves.tribe_file import read_tribe
from parser_service.saves.tribes import merge_tribes
from sandbox.ark.world import Game
from sandbox.ark.writer import tags
from sandbox.ark.writer.clusters import Upload, UploadedSurvivor, cluster_file
from sandbox.ark.writer.frames import file_dialect
from sandbox.ark.writer.pods import Vitals, custom_item_datas, pod_image
from sandbox.ark.writer.profiles import Progress, profile_file
from sandbox.ark.writer.tribes import Alliance, Government, tribe_file
from tests.parser_service.saves import small_files
from tests.parser_service.saves.small_files import Damage, creature, refused, store, survivor, tribe, world

VITALS = Vitals(base_level=150, extra_level=30, imprint=1.0, imprinter="Ada", colours=(1, 2, 3, 4, 5, 240))
GOVERNMENT = Government(
    rank_names=("Scout", "Häuptling ☀"),
    member_ranks=(1,),
    alliances=(Alliance(alliance_id=3, name="Union", tribes=((1, "One"), (2, "Two"))),),
)
# The value of ``CustomItemDatas``, with names as text.
ITEM_DATA = tags._value(custom_item_datas([b"the creature", b"its saddle"]), file_dialect(tags.Generation.A))
PODS = {game: pod_image(game, creature(), VITALS) for game in Game}


def profile(game: Game, version: int) -> bytes:
    return profile_file(
        world(game), survivor(game), progress=Progress(deaths=2, points=tuple(range(12))), version=version
    )


def tribe_image(game: Game, version: int) -> bytes:
    group = tribe(log=("Day 1, 00:00:01: Стая", "Day 2, 00:00:02: claimed"), admin_ids=(700_000_001,))
    return tribe_file(
        world(game, survivor(game), tribes=(group,)), group, government=GOVERNMENT, version=version
    )


def cluster(game: Game, version: int) -> bytes:
    items = [Upload(path="/Game/A/B.B_C", item_id=(1, 2), custom_name="Стая", images=(PODS[game], b"saddle"))]
    person = UploadedSurvivor(player_id=7, name="Ada", level=5, profile=profile(game, version))
    return cluster_file(game, items, creatures=[PODS[game]], survivors=[person], version=version)


def check_table(table: Table) -> None:
    """Whatever was read keeps the promises of its columns."""
    for name, column in table.arrays().items():
        assert column.dtype == table.dtypes()[name]
        if column.dtype.kind == "f":
            assert not np.isinf(column).any()
    for name, texts in table.texts().items():
        assert {*table.arrays()[name].tolist()} - {-1} == {*range(len(texts))}
        assert "\0" not in "".join(texts)


def check_profile(data: bytes) -> None:
    found: SurvivorRecord = read_profile(data)
    check_table(survivors_of({found.player_id: found}))


def check_tribe(data: bytes) -> None:
    found = read_tribe(data)
    tables = merge_tribes({found.tribe_id: found}, {}, {})
    for table in (tables.tribes, tables.members, tables.alliances, tables.logs):
        check_table(table)


def check_cluster(data: bytes) -> None:
    found = read_cluster(data)
    for table in (found.items, found.tames, found.survivors):
        check_table(table)


def check_pod(game: ReadGame) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        read_creature(data, game=game)
        check_table(read_pods([data], game=game).tames)

    return check


def pod_value(data: bytes) -> bytes:
    return find_pod(data, Generation.A)


READERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    **{
        f"profile {version}": (check_profile, profile(game, version))
        for game, version in small_files.ALL_VERSIONS
    },
    **{
        f"tribe {version}": (check_tribe, tribe_image(game, version))
        for game, version in small_files.ALL_VERSIONS
    },
    **{
        f"cluster {version}": (check_cluster, cluster(game, version))
        for game, version in small_files.ALL_VERSIONS
    },
    "pod ase": (check_pod(ReadGame.ASE), PODS[Game.ASE]),
    "pod asa": (check_pod(ReadGame.ASA), PODS[Game.ASA]),
    "item data": (pod_value, ITEM_DATA),
    "references": (stored_places, struct.pack("<iBBqiqi", 1, 1, 2, 77, 1, 5, 0)),
}
fuzzed = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize("name", READERS)
def test_what_is_damaged_below_is_read_when_it_is_whole(name: str) -> None:
    read, whole = READERS[name]

    assert not refused(read, whole)


@pytest.mark.parametrize("name", READERS)
@fuzzed
@given(damage=small_files.damages())
def test_damaged_bytes_are_read_or_refused(name: str, damage: Damage) -> None:
    read, whole = READERS[name]

    # Any other error than a refusal fails here.
    refused(read, damage(whole))


@pytest.mark.parametrize("name", READERS)
@fuzzed
@given(data=st.data())
def test_bytes_cut_anywhere_are_read_or_refused(name: str, data: st.DataObject) -> None:
    read, whole = READERS[name]
    size = data.draw(st.integers(0, len(whole)))

    refused(read, whole[:size])


@pytest.mark.parametrize("name", READERS)
@fuzzed
@given(
    data=st.binary(max_size=400),
    head=st.sampled_from([b"", *(struct.pack("<i", n) for n in (0, 1, 4, 5, 7, 0x406, 0x407))]),
)
def test_any_bytes_at_all_are_read_or_refused(name: str, data: bytes, head: bytes) -> None:
    read, _ = READERS[name]

    refused(read, head + data)


@fuzzed
@given(damage=small_files.damages())
def test_a_damaged_store_gives_survivors_or_notes(damage: Damage) -> None:
    found = survivors_in_store(
        damage(store([(1, b"a tribe")], [(1, profile(Game.ASA, 7)), (2, profile(Game.ASA, 7))]))
    )

    assert len(found.survivors) + len(found.notes) <= 3


@pytest.mark.parametrize("name", READERS)
def test_no_count_or_length_makes_a_reader_take_much_memory(name: str) -> None:
    read, whole = READERS[name]

    # Every place in the head, and some of all others, with one of three numbers each.
    places = [*range(min(150, len(whole) - 4)), *range(150, len(whole) - 4, max(37, len(whole) // 60))]

    tracemalloc.start()
    for at in places:
        number = (2**31 - 1, 100_000_000, -(2**31))[at % 3]
        refused(read, whole[:at] + struct.pack("<i", number) + whole[at + 4 :])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4 * 2**20

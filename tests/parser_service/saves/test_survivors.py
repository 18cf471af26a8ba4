"""Survivors as columns: which source counts for what."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from parser_service.saves.columns import Survivors, SurvivorSource
from parser_service.saves.profile_file import SurvivorRecord
from parser_service.saves.survivors import merge_survivors, survivors_of

RECORD = SurvivorRecord(
    player_id=7,
    account="76561198000000001",
    platform_name="ada_plays",
    name="Ada",
    tribe_id=50_001,
    level=42,
    experience=1234.5,
    points=(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
    engrams=("PrimalItem_WeaponSpear_C", "PrimalItem_WeaponStoneHatchet_C"),
    deaths=3,
    is_female=True,
    last_seen_time=100.0,
)


def bodies(*player_ids: int, **columns: list[object]) -> Survivors:
    """Return bodies in the world, one per player id, with columns of the test's own."""
    count = len(player_ids)
    empty = Survivors.empty()
    values = {
        name: np.zeros((count, *column.shape[1:]), dtype=column.dtype)
        for name, column in empty.arrays().items()
    }
    values |= {name: np.full(count, np.nan) for name in ("x", "y", "z", "last_seen_time")}
    values["player_id"] = np.array(player_ids, dtype=np.int64)
    values |= {
        name: np.array(column, dtype=values[name].dtype) for name, column in columns.items() if name in values
    }
    texts = {
        "names": tuple(f"Body {player}" for player in player_ids),
        "platform_names": ("",) * count,
        "accounts": ("",) * count,
        "engram_lists": ((),) * count,
        "sources": (SurvivorSource.PAWN,) * count,
    }
    return Survivors(**values, **texts)  # type: ignore[arg-type]  # by name


def test_a_file_alone_gives_all_it_tells() -> None:
    found = survivors_of({7: RECORD})

    assert found.player_id.tolist() == [7]
    assert (found.names, found.platform_names, found.accounts) == (
        ("Ada",),
        ("ada_plays",),
        ("76561198000000001",),
    )
    assert (found.tribe_id[0], found.level[0], found.engrams[0], found.deaths[0]) == (50_001, 42, 2, 3)
    assert (found.experience[0], found.last_seen_time[0]) == (1234.5, 100.0)
    assert found.points.tolist() == [list(range(1, 13))]
    assert found.engram_lists == (RECORD.engrams,)
    assert found.is_female[0]
    assert np.isnan([found.x[0], found.y[0], found.z[0]]).all()
    assert found.inventory_id.tolist() == [[0, 0]]
    assert found.sources == (SurvivorSource.PROFILE,)


def test_rows_are_by_player_id_each_from_its_best_source() -> None:
    file, stored = replace(RECORD, name="From a file"), replace(RECORD, name="From the store")

    found = merge_survivors({7: file}, {7: stored, 5: replace(stored, player_id=5)}, bodies(9, 7, 3))

    assert found.player_id.tolist() == [3, 5, 7, 9]
    assert found.names == ("Body 3", "From the store", "From a file", "Body 9")
    assert [source.value for source in found.sources] == ["pawn", "save", "profile", "pawn"]


def test_the_body_tells_where_a_survivor_is_and_in_what_state() -> None:
    pawns = bodies(
        7,
        x=[1.0],
        y=[2.0],
        z=[3.0],
        is_asleep=[True],
        inventory_id=[[8, 9]],
        level=[5],
        tribe_id=[60_000],
    )

    found = merge_survivors({7: RECORD}, {}, pawns)

    assert (found.x[0], found.y[0], found.z[0]) == (1.0, 2.0, 3.0)
    assert found.is_asleep[0]
    assert found.inventory_id.tolist() == [[8, 9]]
    assert (found.level[0], found.tribe_id[0], found.names) == (42, 50_001, ("Ada",))


def test_a_survivor_known_by_the_body_alone_has_what_the_body_tells() -> None:
    pawns = bodies(9, level=[12], tribe_id=[60_000], deaths=[-1], engrams=[-1], experience=[math.nan])

    found = merge_survivors({}, {}, pawns)

    assert (found.level[0], found.tribe_id[0], found.names) == (12, 60_000, ("Body 9",))
    assert (found.deaths[0], found.engrams[0], found.engram_lists) == (-1, -1, ((),))
    assert math.isnan(found.experience[0])


@pytest.mark.parametrize(
    ("file", "pawn", "latest"),
    [(100.0, 200.0, 200.0), (200.0, 100.0, 200.0), (math.nan, 5.0, 5.0), (5.0, math.nan, 5.0)],
)
def test_a_survivor_was_last_seen_at_the_latest_of_all_times(file: float, pawn: float, latest: float) -> None:
    found = merge_survivors({7: replace(RECORD, last_seen_time=file)}, {}, bodies(7, last_seen_time=[pawn]))

    assert found.last_seen_time.tolist() == [latest]


def test_of_several_bodies_the_living_one_counts_then_the_last_seen() -> None:
    pawns = bodies(
        7, 7, 7, x=[1.0, 2.0, 3.0], is_dead=[True, False, False], last_seen_time=[900.0, math.nan, 50.0]
    )

    found = merge_survivors({}, {}, pawns)

    assert (found.player_id.tolist(), found.x.tolist()) == ([7], [3.0])


def test_bodies_without_a_player_are_left_out() -> None:
    assert len(merge_survivors({}, {}, bodies(0, -1))) == 0


def test_what_a_file_leaves_out_the_body_may_tell() -> None:
    silent = replace(RECORD, name="", platform_name="")
    pawns = replace(bodies(7), platform_names=("seen_in_game",))

    found = merge_survivors({7: silent}, {}, pawns)

    assert (found.names, found.platform_names) == (("Body 7",), ("seen_in_game",))


def test_no_survivors_at_all_are_an_empty_table() -> None:
    assert len(merge_survivors({}, {}, Survivors.empty())) == 0


def test_a_number_too_large_for_its_column_is_no_number() -> None:
    found = survivors_of({7: replace(RECORD, experience=1e300)})

    assert math.isnan(found.experience[0])

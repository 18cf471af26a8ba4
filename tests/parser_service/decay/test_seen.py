"""When anyone of each tribe was last seen."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parser_service.decay import tribes_seen
from parser_service.saves.columns import Members, Survivors
from tests.parser_service.decay.builders import NAN, NOW, members, survivors

RED, BLUE, ANNE, BERT, CLEO = 1_100_000_001, 1_100_000_002, 200_001, 200_002, 200_003


def seen(people: Survivors, lists: Members, *asked: int) -> list[float]:
    """Return when each of these tribes was last seen."""
    found = tribes_seen(people, lists, game_time=NOW).of(np.array(asked, dtype=np.int64))
    return [float(time) for time in found]


def test_the_last_of_a_tribe_to_be_seen_counts() -> None:
    people = survivors((ANNE, RED, NOW - 900), (BERT, RED, NOW - 100), (CLEO, BLUE, NOW - 500))

    assert seen(people, members(), RED, BLUE) == [NOW - 100, NOW - 500]


def test_a_player_without_a_tribe_owns_things_by_the_players_own_id() -> None:
    assert seen(survivors((ANNE, 0, NOW - 100)), members(), ANNE) == [NOW - 100]
    assert np.isnan(seen(survivors((ANNE, 0, NOW - 100)), members(), 0)).all()


def test_a_member_on_the_tribes_list_counts_though_the_profile_names_no_tribe() -> None:
    people = survivors((ANNE, 0, NOW - 100), (BERT, BLUE, NOW - 50))

    assert seen(people, members((RED, ANNE), (RED, CLEO)), RED, BLUE) == [NOW - 100, NOW - 50]


def test_a_time_of_another_maps_clock_is_not_believed() -> None:
    assert np.isnan(seen(survivors((ANNE, RED, NOW + 3600)), members(), RED)).all()


def test_survivors_whose_time_is_unknown_say_nothing() -> None:
    assert np.isnan(seen(survivors((ANNE, RED, NAN)), members((RED, ANNE)), RED)).all()


def test_a_world_without_survivors_tells_of_nobody() -> None:
    assert np.isnan(seen(Survivors.empty(), members((RED, ANNE)), RED, BLUE)).all()
    assert seen(Survivors.empty(), Members.empty()) == []


PLAYERS = st.sampled_from([ANNE, BERT, CLEO])
TRIBES = st.sampled_from([0, RED, BLUE])


@given(
    people=st.lists(
        st.tuples(PLAYERS, TRIBES, st.one_of(st.just(NAN), st.floats(0, 2 * NOW))),
        unique_by=lambda row: row[0],
    ),
    lists=st.lists(st.tuples(st.sampled_from([RED, BLUE]), PLAYERS), max_size=4),
)
def test_it_is_what_a_plain_loop_finds(
    people: list[tuple[int, int, float]], lists: list[tuple[int, int]]
) -> None:
    people = sorted(people)

    found = seen(survivors(*people), members(*lists), RED, BLUE, ANNE, BERT, CLEO)

    plain: dict[int, float] = {}
    for player, tribe, time in people:
        if time <= NOW + 60:
            owners = {player, tribe, *(listed for listed, member in lists if member == player)} - {0}
            for owner in owners:
                plain[owner] = max(plain.get(owner, time), time)
    np.testing.assert_array_equal(found, [plain.get(owner, NAN) for owner in (RED, BLUE, ANNE, BERT, CLEO)])

"""When structures may be destroyed, under each setting of a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parser_service.decay import (
    Category,
    Clock,
    DecayMode,
    DecayPolicy,
    Rule,
    TribesSeen,
    decay_of,
    duration,
    explain,
    to_instant,
    to_real,
)
from parser_service.saves.columns import Structures
from tests.parser_service.decay.builders import DAY, NAN, NOW, structures

TIMES = "\N{MULTIPLICATION SIGN}"


def test_a_structure_decays_a_period_after_an_ally_was_near() -> None:
    built = structures("Floor_Stone_C", "Thatch_Floor_C", ally=[NOW - DAY, NOW - 2 * DAY])

    decay = decay_of(built, DecayPolicy(), game_time=NOW)

    assert decay.decays_time.tolist() == [NOW + 11 * DAY, NOW + 2 * DAY]


def test_the_multiplier_stretches_the_period() -> None:
    decay = decay_of(structures("Floor_Wood_C", ally=[NOW]), DecayPolicy(multiplier=2.5), game_time=NOW)

    assert decay.decays_time.tolist() == [NOW + 20 * DAY]


def test_the_clock_is_the_ally_else_stasis_else_creation_else_unknown() -> None:
    built = structures(
        *["Floor_Stone_C"] * 4,
        ally=[NOW - 1, NAN, NAN, NAN],
        stasis=[NOW - 2, NOW - 2, NAN, NAN],
        created=[NOW - 3, NOW - 3, NOW - 3, NAN],
    )

    decay = decay_of(built, DecayPolicy(), game_time=NOW)

    assert [Clock(number) for number in decay.clock] == [
        Clock.ALLY,
        Clock.STASIS,
        Clock.CREATED,
        Clock.UNKNOWN,
    ]
    assert decay.since_time[:3].tolist() == [NOW - 1, NOW - 2, NOW - 3]
    assert np.isnan(decay.decays_time[3])


def test_a_time_after_the_save_is_not_believed() -> None:
    built = structures(
        "Floor_Stone_C", "Floor_Stone_C", ally=[NOW + DAY, NOW + 30], created=[NOW - DAY, NOW - DAY]
    )

    decay = decay_of(built, DecayPolicy(), game_time=NOW)

    assert decay.since_time.tolist() == [NOW - DAY, NOW + 30]


def test_an_unknown_class_is_given_the_longest_period_and_named() -> None:
    decay = decay_of(structures("Modded_Thing_C", ally=[NOW]), DecayPolicy(), game_time=NOW)

    assert decay.decays_time.tolist() == [NOW + 80 * DAY]
    assert decay.unknown_classes == ("Modded_Thing_C",)


def test_nothing_decays_where_decay_is_disabled() -> None:
    decay = decay_of(structures("Floor_Stone_C", ally=[NOW]), DecayPolicy(disabled=True), game_time=NOW)

    assert np.isnan(decay.decays_time).all()


def test_immune_classes_never_decay() -> None:
    policy = DecayPolicy(immune_classes=frozenset({"Floor_Stone_C"}))

    decay = decay_of(structures("Floor_Stone_C", "Wall_Stone_C", ally=[NOW, NOW]), policy, game_time=NOW)

    assert np.isnan(decay.decays_time).tolist() == [True, False]


def test_periods_may_be_set_by_class_and_by_category() -> None:
    policy = DecayPolicy(period_days={"Wall_Stone_C": 1.0, Category.STONE: 3.0})

    decay = decay_of(structures("Floor_Stone_C", "Wall_Stone_C", ally=[NOW, NOW]), policy, game_time=NOW)

    assert decay.decays_time.tolist() == [NOW + 3 * DAY, NOW + DAY]


def test_lone_foundations_decay_fast_where_the_server_says_so() -> None:
    built = structures(
        *["Floor_Stone_C"] * 3, "Wall_Stone_C", ally=[NOW] * 4, snapped=[False, True, False, False],
        linked=[False, False, True, False],
    )  # fmt: skip

    decay = decay_of(built, DecayPolicy(fast_decay_unsnapped_core=True, multiplier=3.0), game_time=NOW)

    assert decay.decays_time.tolist() == [NOW + DAY / 2, NOW + 36 * DAY, NOW + 36 * DAY, NOW + 36 * DAY]


def test_only_lone_foundations_decay_where_the_server_says_so() -> None:
    built = structures("Floor_Stone_C", "Wall_Stone_C", ally=[NOW, NOW])

    decay = decay_of(built, DecayPolicy(only_unsnapped_core=True), game_time=NOW)

    assert np.isnan(decay.decays_time).tolist() == [False, True]


def test_days_since_the_tribe_was_last_seen_count_for_all_it_owns() -> None:
    built = structures(
        *["Floor_Stone_C"] * 4,
        ally=[NOW - 9 * DAY, NOW - DAY, NOW - 5 * DAY, NAN],
        tribes=[60_000, 60_000, 70_000, 80_000],
    )
    policy = DecayPolicy(mode=DecayMode.TRIBE_LAST_SEEN, tribe_days=14.0)

    decay = decay_of(built, policy, game_time=NOW)

    assert decay.decays_time[:3].tolist() == [NOW + 13 * DAY, NOW + 13 * DAY, NOW + 9 * DAY]
    assert np.isnan(decay.decays_time[3])
    assert (
        explain(decay, 0, policy=policy, game_time=NOW)
        == "14 d of absence, tribe last seen 1 d before the save"
    )


def test_a_tribe_is_seen_where_its_survivors_are_seen() -> None:
    built = structures(
        *["Floor_Stone_C"] * 3, ally=[NOW - 9 * DAY, NOW - DAY, NAN], tribes=[60_000, 70_000, 80_000]
    )
    seen = TribesSeen(
        tribe_id=np.array([60_000, 70_000, 80_000]),
        time=np.array([NOW - 2 * DAY, NOW - 5 * DAY, NOW - 3 * DAY]),
    )
    policy = DecayPolicy(mode=DecayMode.TRIBE_LAST_SEEN, tribe_days=14.0)

    decay = decay_of(built, policy, game_time=NOW, seen=seen)

    assert decay.decays_time.tolist() == [NOW + 12 * DAY, NOW + 13 * DAY, NOW + 11 * DAY]


def test_the_games_switches_are_of_no_account_to_the_communitys_own_clock() -> None:
    built = structures("Floor_Stone_C", "Wall_Stone_C", ally=[NOW, NOW])
    policy = DecayPolicy(
        mode=DecayMode.TRIBE_LAST_SEEN,
        tribe_days=14.0,
        disabled=True,
        only_unsnapped_core=True,
        auto_destroy_multiplier=1.0,
        immune_classes=frozenset({"Wall_Stone_C"}),
    )

    decay = decay_of(built, policy, game_time=NOW)

    assert decay.decays_time[0] == NOW + 14 * DAY
    assert np.isnan(decay.decays_time[1])
    assert np.isnan(decay.destroyed_time).all()


@pytest.mark.parametrize(
    ("policy", "decays"),
    [
        (DecayPolicy(pvp=True), False),
        (DecayPolicy(pvp=True, pvp_structure_decay=True), True),
        (DecayPolicy(pvp_structure_decay=True), True),
        (DecayPolicy(pvp=True, pvp_structure_decay=True, disabled=True), False),
    ],
)
def test_on_a_pvp_server_structures_decay_only_where_it_says_so(policy: DecayPolicy, *, decays: bool) -> None:
    decay = decay_of(structures("Floor_Stone_C", ally=[NOW]), policy, game_time=NOW)

    assert np.isfinite(decay.decays_time).tolist() == [decays]


def test_the_server_removes_things_after_their_period_times_its_own_multiplier() -> None:
    built = structures("Floor_Stone_C", "Wall_Stone_C", ally=[NOW, NOW])
    policy = DecayPolicy(auto_destroy_multiplier=1.5, multiplier=1.0)

    decay = decay_of(built, policy, game_time=NOW)

    assert decay.decays_time.tolist() == [NOW + 12 * DAY] * 2
    assert decay.destroyed_time.tolist() == [NOW + 18 * DAY] * 2


def test_what_the_server_removes_sooner_than_it_decays_is_gone_then() -> None:
    built = structures("Floor_Stone_C", "Wall_Stone_C", ally=[NOW, NOW])
    policy = DecayPolicy(auto_destroy_multiplier=1.0, multiplier=3.0, only_auto_destroy_core=True)

    decay = decay_of(built, policy, game_time=NOW)

    assert decay.decays_time.tolist() == [NOW + 12 * DAY, NOW + 36 * DAY]
    assert np.isnan(decay.destroyed_time).tolist() == [False, True]
    assert explain(decay, 0, policy=policy, game_time=NOW) == (
        f"Stone, 12 d {TIMES} 1.0 until the server removes it, last ally at the save"
    )


def test_the_server_removes_nothing_that_is_immune_or_where_decay_is_off() -> None:
    built = structures("Floor_Stone_C", ally=[NOW])
    off = DecayPolicy(auto_destroy_multiplier=1.0, disabled=True)
    immune = DecayPolicy(auto_destroy_multiplier=1.0, immune_classes=frozenset({"Floor_Stone_C"}))

    for policy in (off, immune):
        decay = decay_of(built, policy, game_time=NOW)
        assert np.isnan(decay.decays_time).all()
        assert np.isnan(decay.destroyed_time).all()


def test_a_guessed_period_is_marked_and_said_to_be_one() -> None:
    built = structures("Mod_Thing_C", "Floor_Stone_C", ally=[NOW, NOW])
    told = DecayPolicy(period_days={"Mod_Thing_C": 10.0})

    guessed = decay_of(built, DecayPolicy(), game_time=NOW)
    known = decay_of(built, told, game_time=NOW)

    row = built.classes.index("Mod_Thing_C")
    assert guessed.is_guess.tolist().count(True) == 1
    assert guessed.unknown_classes == ("Mod_Thing_C",)
    first = int(np.flatnonzero(built.class_index == row)[0])
    assert explain(guessed, first, policy=DecayPolicy(), game_time=NOW) == (
        f"Other, period unknown and taken as 80 d {TIMES} 1.0, last ally at the save"
    )
    assert not known.is_guess.any()
    assert (
        explain(known, first, policy=told, game_time=NOW) == f"Other, 10 d {TIMES} 1.0, last ally at the save"
    )


def test_a_class_with_a_figure_of_its_own_is_explained_by_its_name() -> None:
    decay = decay_of(structures("StructureTurretBaseBP_C", ally=[NOW]), DecayPolicy(), game_time=NOW)

    assert explain(decay, 0, policy=DecayPolicy(), game_time=NOW) == (
        f"Auto Turret, 12 d {TIMES} 1.0, last ally at the save"
    )


POLICIES = st.builds(
    DecayPolicy,
    mode=st.sampled_from(DecayMode),
    multiplier=st.sampled_from([0.5, 1.0, 4.0]),
    disabled=st.booleans(),
    pvp=st.booleans(),
    pvp_structure_decay=st.booleans(),
    only_unsnapped_core=st.booleans(),
    fast_decay_unsnapped_core=st.booleans(),
    auto_destroy_multiplier=st.sampled_from([0.0, 0.5, 2.0]),
    only_auto_destroy_core=st.booleans(),
    immune_classes=st.sampled_from([frozenset(), frozenset({"Floor_Stone_C"})]),
)
TIMES_OF_WORLD = st.one_of(st.just(NAN), st.floats(0, 2 * NOW))


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["Floor_Stone_C", "Wall_Metal_C", "SimpleBed_C", "Mod_Thing_C"]),
            TIMES_OF_WORLD,
            TIMES_OF_WORLD,
            st.sampled_from([60_000, 70_000]),
            st.booleans(),
        ),
        max_size=12,
    ),
    policy=POLICIES,
)
def test_under_every_policy_the_columns_agree_with_each_other(
    rows: list[tuple[str, float, float, int, bool]], policy: DecayPolicy
) -> None:
    names, ally, created, tribes, snapped = (
        (list(column) for column in zip(*rows, strict=True)) if rows else [[]] * 5
    )
    built = structures(*names, ally=ally, created=created, tribes=tribes, snapped=snapped)

    decay = decay_of(built, policy, game_time=NOW)

    never = decay.rule == Rule.NEVER
    assert (np.isnan(decay.period_seconds) == never).all()
    unknown = decay.clock == Clock.UNKNOWN
    assert (np.isnan(decay.decays_time) == (never | unknown)).all()
    assert (np.isnan(decay.since_time) == unknown).all()
    late = ~np.isnan(decay.destroyed_time)
    assert (decay.decays_time[late] <= decay.destroyed_time[late]).all()
    assert (decay.since_time[~unknown] <= NOW + 60).all()
    for row in range(len(built)):
        assert explain(decay, row, policy=policy, game_time=NOW)


def test_no_structures_are_an_ordinary_input() -> None:
    for mode in DecayMode:
        assert len(decay_of(Structures.empty(), DecayPolicy(mode=mode), game_time=NOW).decays_time) == 0


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
def test_a_policy_of_impossible_numbers_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        DecayPolicy(dino_multiplier=wrong)
    with pytest.raises(ValueError, match="positive"):
        DecayPolicy(auto_destroy_multiplier=wrong or -0.5)
    with pytest.raises(ValueError, match="positive"):
        DecayPolicy(multiplier=wrong)
    with pytest.raises(ValueError, match="positive"):
        DecayPolicy(tribe_days=wrong)


def test_an_instant_is_anchored_on_the_save() -> None:
    saved_at = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    real = to_real(np.array([NOW + 3600.0, NOW - 60.0, NAN]), game_time=NOW, saved_at=saved_at)

    assert [to_instant(float(value)) for value in real] == [
        saved_at + timedelta(hours=1),
        saved_at - timedelta(minutes=1),
        None,
    ]


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -float("inf"), 1e18, -1e18])
def test_what_no_calendar_holds_is_no_instant(seconds: float) -> None:
    assert to_instant(seconds) is None


@pytest.mark.parametrize(
    ("ally", "created", "policy", "words"),
    [
        (NOW - 273_600, NAN, DecayPolicy(), f"Stone, 12 d {TIMES} 1.0, last ally 3 d 4 h before the save"),
        (
            NOW - 273_600,
            NAN,
            DecayPolicy(multiplier=0.25),
            f"Stone, 12 d {TIMES} 0.25, last ally 3 d 4 h before the save",
        ),
        (NOW, NAN, DecayPolicy(), f"Stone, 12 d {TIMES} 1.0, last ally at the save"),
        (
            NAN,
            NOW - 120,
            DecayPolicy(),
            f"Stone, 12 d {TIMES} 1.0, built 2 min before the save, no later visit on record",
        ),
        (NAN, NAN, DecayPolicy(), "Stone, decay unknown: the save holds no time to count from"),
        (NOW, NAN, DecayPolicy(disabled=True), "Stone, does not decay here"),
        (
            NOW - 3600,
            NAN,
            DecayPolicy(fast_decay_unsnapped_core=True),
            "Stone, lone, 12 h, last ally 1 h before the save",
        ),
    ],
)
def test_the_explanation_says_how_the_instant_comes_about(
    ally: float, created: float, policy: DecayPolicy, words: str
) -> None:
    decay = decay_of(structures("Floor_Stone_C", ally=[ally], created=[created]), policy, game_time=NOW)

    assert explain(decay, 0, policy=policy, game_time=NOW) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0 min"), (59.0, "0 min"), (60.0, "1 min"), (3600.0, "1 h"), (3660.0, "1 h 1 min"), (DAY, "1 d"),
     (DAY + 60, "1 d"), (273_600.0, "3 d 4 h"), (-5.0, "0 min")],
)  # fmt: skip
def test_a_duration_is_told_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words

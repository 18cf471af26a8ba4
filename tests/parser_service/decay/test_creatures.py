"""When creatures may be claimed by anyone."""

from __future__ import annotations

import numpy as np
import pytest

from parser_service.decay import Clock, DecayPolicy, creature_decay_of
from parser_service.saves.columns import ABANDONED_TEAM, UNCLAIMED_TEAM, Tames
from tests.parser_service.decay.builders import DAY, NAN, NOW, tames


def test_a_creature_may_be_claimed_a_period_after_an_ally_was_near() -> None:
    owned = tames(1, last_ally_time=[NOW - DAY], tamed_time=[NOW - 90 * DAY])

    decay = creature_decay_of(owned, DecayPolicy(dino_days=8.0, dino_multiplier=2.0), game_time=NOW)

    assert decay.decays_time.tolist() == [NOW + 15 * DAY]
    assert Clock(int(decay.clock[0])) is Clock.ALLY


def test_the_clock_is_the_ally_else_stasis_else_taming_else_unknown() -> None:
    owned = tames(
        4,
        last_ally_time=[NOW - 1, NOW + DAY, NAN, NAN],
        last_stasis_time=[NOW - 2, NOW - 2, NAN, NAN],
        tamed_time=[NOW - 3, NOW - 3, NOW - 3, NAN],
    )

    decay = creature_decay_of(owned, DecayPolicy(), game_time=NOW)

    assert [Clock(number) for number in decay.clock] == [
        Clock.ALLY,
        Clock.STASIS,
        Clock.CREATED,
        Clock.UNKNOWN,
    ]
    assert np.isnan(decay.decays_time).tolist() == [False, False, False, True]


def test_what_is_in_a_pod_or_belongs_to_nobody_does_not_decay() -> None:
    owned = tames(
        4,
        last_ally_time=[NOW] * 4,
        is_cryopodded=[True, False, False, False],
        tribe_id=[50_001, UNCLAIMED_TEAM, ABANDONED_TEAM, 50_001],
    )

    decay = creature_decay_of(owned, DecayPolicy(), game_time=NOW)

    assert np.isnan(decay.decays_time).tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("policy", "decays"),
    [
        (DecayPolicy(), True),
        (DecayPolicy(disabled=True), True),
        (DecayPolicy(dino_decay_disabled=True), False),
        (DecayPolicy(pvp=True), False),
        (DecayPolicy(pvp=True, pvp_dino_decay=True), True),
    ],
)
def test_creatures_have_switches_of_their_own(policy: DecayPolicy, *, decays: bool) -> None:
    decay = creature_decay_of(tames(1, last_ally_time=[NOW]), policy, game_time=NOW)

    assert np.isfinite(decay.decays_time).tolist() == [decays]


def test_no_creatures_are_an_ordinary_input() -> None:
    assert len(creature_decay_of(Tames.empty(), DecayPolicy(), game_time=NOW).decays_time) == 0

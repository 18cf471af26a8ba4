"""When creatures may be claimed by anyone, on the world's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parser_service.decay.instants import Clock
from parser_service.decay.policy import DecayPolicy
from parser_service.decay.seen import CLOCK_SLACK
from parser_service.saves.columns import FIRST_PLAYER_TEAM, UNCLAIMED_TEAM, Float64Array, Tames

_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatureDecay:
    """The decay of each creature that somebody owns.

    Attributes
    ----------
    clock : ndarray of shape (n,), int8
        The ``Clock`` that counts; ``CREATED`` is when it was tamed.
    since_time : ndarray of shape (n,), float64
        What that clock was last set to, in seconds of the world's own clock; NaN unknown.
    decays_time : ndarray of shape (n,), float64
        When anyone may claim it, likewise; NaN never, or unknown.
    """

    clock: NDArray[np.int8]
    since_time: Float64Array
    decays_time: Float64Array

    def __post_init__(self) -> None:
        if len({len(column) for column in (self.clock, self.since_time, self.decays_time)}) > 1:
            message = "columns of unequal length"
            raise ValueError(message)


def creature_decay_of(tames: Tames, policy: DecayPolicy, *, game_time: float) -> CreatureDecay:
    """Return when each creature may be claimed by anyone under a policy.

    A creature in a cryopod is not in the world, and one that nobody owns has nothing to lose: neither decays.
    """
    latest = game_time + CLOCK_SLACK
    since = np.full(len(tames), np.nan)
    clock = np.full(len(tames), Clock.UNKNOWN, dtype=np.int8)
    for better, number in (
        (tames.tamed_time, Clock.CREATED),
        (tames.last_stasis_time, Clock.STASIS),
        (tames.last_ally_time, Clock.ALLY),
    ):
        known = better <= latest
        since[known] = better[known]
        clock[known] = number
    is_owned = (tames.tribe_id >= FIRST_PLAYER_TEAM) & (tames.tribe_id != UNCLAIMED_TEAM)
    decays = is_owned & ~tames.is_cryopodded & policy.dinos_decay
    period = policy.dino_days * _DAY * policy.dino_multiplier
    return CreatureDecay(clock=clock, since_time=since, decays_time=np.where(decays, since + period, np.nan))

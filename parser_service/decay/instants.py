"""When structures may be destroyed: on the world's own clock, and as real instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parser_service.decay.categories import PERIODS, Category, category_numbers, classify
from parser_service.decay.policy import DecayMode, DecayPolicy
from parser_service.saves.columns import BoolArray, Float64Array, Structures

_DAY: Final = 86_400.0
# ASE writes its clock in single precision: half a second, and more on very old worlds.
_CLOCK_SLACK: Final = 60.0
# datetime ends with the year 9999; an instant beyond it comes of a damaged time.
_LAST_INSTANT: Final = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class Clock(IntEnum):
    """Which of a structure's times its decay is counted from."""

    UNKNOWN = 0
    ALLY = 1
    STASIS = 2
    CREATED = 3
    TRIBE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay:
    """The decay of each structure of a world.

    Attributes
    ----------
    category : ndarray of shape (n,), int8
        Place in ``CATEGORIES``.
    clock : ndarray of shape (n,), int8
        The ``Clock`` that counts.
    since_time : ndarray of shape (n,), float64
        What that clock was last set to, in seconds of the world's own clock; NaN unknown.
    period_seconds : ndarray of shape (n,), float64
        Seconds from then to decay, multiplier and all; NaN never.
    decays_time : ndarray of shape (n,), float64
        When the structure may be destroyed, in seconds of the world's own clock; NaN never, or unknown.
    unknown_classes : tuple of str
        Classes that no rule fits.
    """

    category: NDArray[np.int8]
    clock: NDArray[np.int8]
    since_time: Float64Array
    period_seconds: Float64Array
    decays_time: Float64Array
    unknown_classes: tuple[str, ...]

    def __post_init__(self) -> None:
        columns = (self.category, self.clock, self.since_time, self.period_seconds, self.decays_time)
        if len({len(column) for column in columns}) > 1:
            message = "columns of unequal length"
            raise ValueError(message)


def decay_of(structures: Structures, policy: DecayPolicy, *, game_time: float) -> Decay:
    """Return when each structure may be destroyed under a policy.

    ``game_time`` is what the world's clock shows. A time that is later than it says nothing, and a structure whose
    times are all unknown is not decayed: its instant is unknown.
    """
    by_tribe = policy.mode is DecayMode.TRIBE_LAST_SEEN
    latest = game_time + _CLOCK_SLACK
    since, clock = _tribe_last_seen(structures, latest) if by_tribe else _last_reset(structures, latest)
    period = np.full(len(structures), policy.tribe_days * _DAY) if by_tribe else _periods(structures, policy)
    period[_never(structures, policy)] = np.nan
    return Decay(
        category=category_numbers(structures.classes)[structures.class_index],
        clock=clock,
        since_time=since,
        period_seconds=period,
        decays_time=since + period,
        unknown_classes=tuple(
            name for name in structures.classes if classify(name).category is Category.OTHER
        ),
    )


def _last_reset(structures: Structures, latest: float) -> tuple[Float64Array, NDArray[np.int8]]:
    """Return when each structure's clock was last set, and which clock: ally, else stasis, else creation."""
    since = np.full(len(structures), np.nan)
    clock = np.full(len(structures), Clock.UNKNOWN, dtype=np.int8)
    for better, number in (
        (structures.created_time, Clock.CREATED),
        (structures.last_stasis_time, Clock.STASIS),
        (structures.last_ally_time, Clock.ALLY),
    ):
        known = better <= latest
        since[known] = better[known]
        clock[known] = number
    return since, clock


def _tribe_last_seen(structures: Structures, latest_time: float) -> tuple[Float64Array, NDArray[np.int8]]:
    """Return when anyone of the owning tribe was last near anything it owns."""
    _, row = np.unique(structures.tribe_id, return_inverse=True)
    times, _ = _last_reset(structures, latest_time)
    latest = np.full(int(row.max(initial=-1)) + 1, -np.inf)
    known = ~np.isnan(times)
    np.maximum.at(latest, row[known], times[known])
    since = latest[row]
    since[np.isneginf(since)] = np.nan
    return since, np.where(np.isnan(since), Clock.UNKNOWN, Clock.TRIBE).astype(np.int8)


def _lone_core(structures: Structures) -> BoolArray:
    """Return which structures are foundations or pillars that nothing is snapped to."""
    core = np.array([classify(name).is_core for name in structures.classes], dtype=np.bool_)
    lone: BoolArray = core[structures.class_index] & ~structures.was_snapped & ~structures.is_linked
    return lone


def _periods(structures: Structures, policy: DecayPolicy) -> Float64Array:
    """Return each structure's period in seconds."""
    days = np.array([_days(name, policy) for name in structures.classes], dtype=np.float64)
    period = days[structures.class_index] * _DAY * policy.multiplier
    if policy.fast_decay_unsnapped_core:
        # An interval of its own that the multiplier does not stretch; what decays sooner anyway still does.
        fast = policy.fast_decay_interval.total_seconds()
        period = np.where(_lone_core(structures), np.minimum(period, fast), period)
    return period


def _days(class_name: str, policy: DecayPolicy) -> float:
    category = classify(class_name).category
    return policy.period_days.get(class_name, policy.period_days.get(category, PERIODS[category].days))


def _never(structures: Structures, policy: DecayPolicy) -> BoolArray:
    """Return which structures the policy spares."""
    immune = np.array([name in policy.immune_classes for name in structures.classes], dtype=np.bool_)
    spared: BoolArray = immune[structures.class_index]
    if policy.only_unsnapped_core and policy.mode is DecayMode.MATERIAL:
        spared = spared | ~_lone_core(structures)
    return spared | policy.disabled


def to_real(times: Float64Array, *, game_time: float, saved_at: datetime) -> Float64Array:
    """Return instants on the world's own clock as seconds since 1970, UTC; NaN stays NaN.

    Parameters
    ----------
    times : ndarray of shape (n,), float64
        Seconds of the world's own clock.
    game_time : float
        What that clock showed when the world was saved.
    saved_at : datetime
        When that was, aware.

    Notes
    -----
    The world's clock runs in real seconds while the server runs and stands still while it does not, so that an
    instant moves later by the time a server is down: it is anchored anew on each save.
    """
    return saved_at.timestamp() + (times - game_time)


def to_instant(seconds: float) -> datetime | None:
    """Return a real instant, or ``None`` for NaN and for what no calendar holds."""
    if not -_LAST_INSTANT < seconds < _LAST_INSTANT:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC)

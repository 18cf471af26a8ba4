"""When structures may be destroyed: on the world's own clock, and as real instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parser_service.decay.categories import Category, ClassRule, category_numbers, classify
from parser_service.decay.policy import DecayMode, DecayPolicy
from parser_service.decay.seen import CLOCK_SLACK, TribesSeen
from parser_service.saves.columns import BoolArray, Float64Array, Int32Array, Structures

_DAY: Final = 86_400.0
# datetime ends with the year 9999; an instant beyond it comes of a damaged time.
_LAST_INSTANT: Final = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class Clock(IntEnum):
    """Which of a structure's times its decay is counted from."""

    UNKNOWN = 0
    ALLY = 1
    STASIS = 2
    CREATED = 3
    TRIBE = 4


class Rule(IntEnum):
    """What ends a structure's time."""

    NEVER = 0
    """Nothing does."""
    PERIOD = 1
    """The period of its class, or of what it is made of: then anyone may demolish it."""
    FAST = 2
    """The short interval of lone foundations and pillars."""
    AUTO_DESTROY = 3
    """The server itself removes it, before or without anyone demolishing it."""
    ABSENCE = 4
    """The days that its tribe may be away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay:
    """The decay of each structure of a world.

    Attributes
    ----------
    category : ndarray of shape (n,), int8
        Place in ``CATEGORIES``.
    class_index : ndarray of shape (n,), int32
        Row of ``rules``.
    clock : ndarray of shape (n,), int8
        The ``Clock`` that counts.
    rule : ndarray of shape (n,), int8
        The ``Rule`` that ends its time first.
    is_guess : ndarray of shape (n,), bool
        The period of its class is not known, and the longest of all was taken.
    since_time : ndarray of shape (n,), float64
        What that clock was last set to, in seconds of the world's own clock; NaN unknown.
    period_seconds : ndarray of shape (n,), float64
        Seconds from then to decay, multiplier and all; NaN never.
    decays_time : ndarray of shape (n,), float64
        When the structure may be destroyed, in seconds of the world's own clock; NaN never, or unknown.
    destroyed_time : ndarray of shape (n,), float64
        When the server itself removes it, likewise; NaN where it does not, or unknown.
    rules : tuple of ClassRule
        What is known of each class.
    unknown_classes : tuple of str
        Classes whose period is a guess.
    """

    category: NDArray[np.int8]
    class_index: Int32Array
    clock: NDArray[np.int8]
    rule: NDArray[np.int8]
    is_guess: BoolArray
    since_time: Float64Array
    period_seconds: Float64Array
    decays_time: Float64Array
    destroyed_time: Float64Array
    rules: tuple[ClassRule, ...]
    unknown_classes: tuple[str, ...]

    def __post_init__(self) -> None:
        columns = (
            *(self.category, self.class_index, self.clock, self.rule, self.is_guess),
            *(self.since_time, self.period_seconds, self.decays_time, self.destroyed_time),
        )
        if len({len(column) for column in columns}) > 1:
            message = "columns of unequal length"
            raise ValueError(message)


def decay_of(
    structures: Structures, policy: DecayPolicy, *, game_time: float, seen: TribesSeen | None = None
) -> Decay:
    """Return when each structure may be destroyed under a policy.

    Parameters
    ----------
    structures : Structures
        Of one world.
    policy : DecayPolicy
        The rules of its server.
    game_time : float
        What the world's clock shows. A time that is later than it says nothing, and a structure whose times are all
        unknown is not decayed: its instant is unknown.
    seen : TribesSeen, optional
        When each tribe was last seen, for the mode ``tribe_last_seen``; without it, being near what one owns is
        all that counts as being seen.
    """
    rules = tuple(classify(name) for name in structures.classes)
    is_guess = np.array([_is_guess(name, policy) for name in structures.classes], dtype=np.bool_)
    latest = game_time + CLOCK_SLACK
    if policy.mode is DecayMode.TRIBE_LAST_SEEN:
        since, clock = _tribe_last_seen(structures, latest, seen)
        period, rule = _absence(structures, policy)
        destroyed = np.full(len(structures), np.nan)
    else:
        since, clock = _last_reset(structures, latest)
        period, rule = _periods(structures, policy)
        period, rule, destroyed = _with_auto_destroy(structures, policy, period, rule)
    rule[np.isnan(period)] = Rule.NEVER
    return Decay(
        category=category_numbers(structures.classes)[structures.class_index],
        class_index=structures.class_index,
        clock=clock,
        rule=rule,
        is_guess=is_guess[structures.class_index],
        since_time=since,
        period_seconds=period,
        decays_time=since + period,
        destroyed_time=since + destroyed,
        rules=rules,
        unknown_classes=tuple(name for name in structures.classes if _is_guess(name, policy)),
    )


def _is_guess(class_name: str, policy: DecayPolicy) -> bool:
    return classify(class_name).is_guess and not {class_name, Category.OTHER} & {*policy.period_days}


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


def _tribe_last_seen(
    structures: Structures, latest_time: float, seen: TribesSeen | None
) -> tuple[Float64Array, NDArray[np.int8]]:
    """Return when anyone of the owning tribe was last near anything it owns, or was seen elsewhere on the map."""
    tribe, row = np.unique(structures.tribe_id, return_inverse=True)
    times, _ = _last_reset(structures, latest_time)
    latest = np.full(len(tribe), np.nan)
    np.fmax.at(latest, row, times)
    if seen is not None:
        latest = np.fmax(latest, seen.of(tribe))
    since = latest[row]
    return since, np.where(np.isnan(since), Clock.UNKNOWN, Clock.TRIBE).astype(np.int8)


def _absence(structures: Structures, policy: DecayPolicy) -> tuple[Float64Array, NDArray[np.int8]]:
    """Return how long each structure's tribe may be away. The game's own switches are of no account here."""
    period = np.where(_immune(structures, policy), np.nan, policy.tribe_days * _DAY)
    return period, np.full(len(structures), Rule.ABSENCE, dtype=np.int8)


def _periods(structures: Structures, policy: DecayPolicy) -> tuple[Float64Array, NDArray[np.int8]]:
    """Return each structure's period in seconds, NaN for none, and what it comes of."""
    period = _base_seconds(structures, policy) * policy.multiplier
    rule = np.full(len(structures), Rule.PERIOD, dtype=np.int8)
    lone = _lone_core(structures)
    if policy.fast_decay_unsnapped_core:
        # An interval of its own that the multiplier does not stretch; what decays sooner anyway still does.
        fast = policy.fast_decay_interval.total_seconds()
        sooner = lone & (period > fast)
        period[sooner] = fast
        rule[sooner] = Rule.FAST
    spared = _immune(structures, policy) | (not policy.structures_decay)
    if policy.only_unsnapped_core:
        spared |= ~lone
    period[spared] = np.nan
    return period, rule


def _with_auto_destroy(
    structures: Structures, policy: DecayPolicy, period: Float64Array, rule: NDArray[np.int8]
) -> tuple[Float64Array, NDArray[np.int8], Float64Array]:
    """Return the periods cut short where the server removes things sooner, the rules, and when it does."""
    after = np.full(len(structures), np.nan)
    if policy.auto_destroy_multiplier and policy.structures_decay:
        # The PvE multiplier is no part of it, and it does not wait for the period to end: usebeacon.app's editor, and
        # steamcommunity.com/app/346110/discussions/0/141136086940145265 for the latter.
        after = _base_seconds(structures, policy) * policy.auto_destroy_multiplier
        if policy.only_auto_destroy_core:
            after[~_core(structures)] = np.nan
        after[_immune(structures, policy)] = np.nan
    first = np.fmin(period, after)
    sooner = ~np.isnan(after) & ~(period <= after)
    return first, np.where(sooner, Rule.AUTO_DESTROY, rule).astype(np.int8), after


def _base_seconds(structures: Structures, policy: DecayPolicy) -> Float64Array:
    """Return each structure's period at official rates."""
    days = np.array([_days(name, policy) for name in structures.classes], dtype=np.float64)
    return days[structures.class_index] * _DAY


def _days(class_name: str, policy: DecayPolicy) -> float:
    rule = classify(class_name)
    return policy.period_days.get(class_name, policy.period_days.get(rule.category, rule.days))


def _core(structures: Structures) -> BoolArray:
    """Return which structures are foundations, pillars or the like."""
    core = np.array([classify(name).is_core for name in structures.classes], dtype=np.bool_)
    return core[structures.class_index]


def _lone_core(structures: Structures) -> BoolArray:
    """Return which structures are foundations or pillars that nothing is snapped to."""
    lone: BoolArray = _core(structures) & ~structures.was_snapped & ~structures.is_linked
    return lone


def _immune(structures: Structures, policy: DecayPolicy) -> BoolArray:
    """Return which structures never decay, by the table of classes or by the owner's list."""
    immune = np.array(
        [name in policy.immune_classes or classify(name).is_immune for name in structures.classes],
        dtype=np.bool_,
    )
    return immune[structures.class_index]


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

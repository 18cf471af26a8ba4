"""Says in words how a decay instant comes about."""

from __future__ import annotations

from typing import Final

from parser_service.decay.instants import Clock, Decay, Rule
from parser_service.decay.policy import DecayPolicy

_DAY: Final = 86_400.0
_CLOCKS: Final = {
    Clock.ALLY: "last ally {ago}",
    Clock.STASIS: "last in view {ago}",
    Clock.CREATED: "built {ago}, no later visit on record",
    Clock.TRIBE: "tribe last seen {ago}",
}


def explain(decay: Decay, row: int, *, policy: DecayPolicy, game_time: float) -> str:
    """Return how the decay of one structure is counted.

    An example: "Stone, 12 d x 1.0, last ally 3 d 4 h before the save", with a real multiplication sign.
    """
    label = decay.rules[int(decay.class_index[row])].label
    rule = Rule(int(decay.rule[row]))
    if rule is Rule.NEVER:
        return f"{label}, does not decay here"
    clock = Clock(int(decay.clock[row]))
    if clock is Clock.UNKNOWN:
        return f"{label}, decay unknown: the save holds no time to count from"
    since = _CLOCKS[clock].format(ago=_ago(game_time - float(decay.since_time[row])))
    if rule is Rule.ABSENCE:
        return f"{policy.tribe_days:g} d of absence, {since}"
    known = f"{label}, period unknown and taken as" if decay.is_guess[row] else f"{label},"
    return f"{known} {_counted(rule, float(decay.period_seconds[row]), policy)}, {since}"


def _counted(rule: Rule, period: float, policy: DecayPolicy) -> str:
    """Return how long a structure lasts, and why."""
    if rule is Rule.FAST:
        return f"lone, {duration(period)}"
    if rule is Rule.AUTO_DESTROY:
        return f"{_times(period, policy.auto_destroy_multiplier)} until the server removes it"
    return _times(period, policy.multiplier)


def _times(period: float, multiplier: float) -> str:
    return f"{period / _DAY / multiplier:g} d × {round(multiplier, 4)}"  # noqa: RUF001  # as people write it


def _ago(seconds: float) -> str:
    return f"{duration(seconds)} before the save" if seconds >= 60 else "at the save"


def duration(seconds: float) -> str:
    """Return a time span in its two largest units.

    Examples
    --------
    >>> duration(273_600.0)
    '3 d 4 h'
    """
    minutes = int(max(seconds, 0) // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "d"), (hours, "h"), (rest, "min")]
    first = next((place for place, (number, _) in enumerate(parts) if number), 2)
    return " ".join(f"{number} {unit}" for number, unit in parts[first : first + 2] if number or first == 2)

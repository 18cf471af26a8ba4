"""When a child is restarted: pure rules, without clocks or processes."""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace
from enum import StrEnum

# sysexits.h: "configuration error". A child that exits so cannot run until somebody changes a setting.
EX_CONFIG = 78


class Ending(StrEnum):
    """How a child came to its end."""

    FINISHED = "finished"
    CRASHED = "crashed"
    KILLED = "killed"
    UNRESPONSIVE = "unresponsive"
    MISCONFIGURED = "misconfigured"
    NOT_STARTED = "not started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The numbers of the rules; times are in seconds."""

    first_delay: float = 0.2
    base_delay: float = 1.0
    longest_delay: float = 60.0
    # Something else killed a child that worked: it comes back soon, however often that happens.
    longest_delay_when_killed: float = 5.0
    stable_after: float = 60.0
    breaker_after: int = 6
    breaker_delay: float = 600.0
    misconfigured_delay: float = 60.0
    start_deadline: float = 60.0
    silence_deadline: float = 10.0
    drain_deadline: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is remembered of a child's earlier endings."""

    failures: int = 0
    kills: int = 0
    restarts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What follows from an ending."""

    history: History
    delay: float
    breaker_open: bool
    text: str


def ending_of(code: int, *, unresponsive: bool = False) -> Ending:
    """Return how a child ended, from its exit code (negative: the signal that killed it)."""
    if unresponsive:
        return Ending.UNRESPONSIVE
    if code == EX_CONFIG:
        return Ending.MISCONFIGURED
    if code in {-signal.SIGKILL, -signal.SIGTERM}:
        return Ending.KILLED
    return Ending.FINISHED if code == 0 else Ending.CRASHED


def describe(ending: Ending, code: int) -> str:
    """Return the ending in words."""
    if ending is Ending.UNRESPONSIVE:
        return "stopped answering and was ended"
    if ending is Ending.MISCONFIGURED:
        return "cannot run with its configuration"
    if ending is Ending.NOT_STARTED:
        return "could not be started"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        return f"was killed ({name})"
    return "ended by itself" if code == 0 else f"failed (exit code {code})"


def judge(
    policy: Policy, history: History, ending: Ending, *, code: int, ran_seconds: float, chance: float
) -> Verdict:
    """Return when to start again.

    ``ran_seconds`` is how long the child did its job (0 when it never got so far), ``chance`` a random number
    from 0 to 1 that keeps children which fail together from starting together.
    """
    if ran_seconds >= policy.stable_after:
        history = replace(history, failures=0, kills=0)
    history = replace(history, restarts=history.restarts + 1)
    text = describe(ending, code)
    if ending is Ending.MISCONFIGURED:
        # No crash: trying again quickly cannot help, and a refused token must not be sent to Discord often.
        return Verdict(history=history, delay=policy.misconfigured_delay, breaker_open=False, text=text)
    if ending is Ending.KILLED:
        history = replace(history, kills=history.kills + 1)
        delay = min(backoff(policy, history.kills), policy.longest_delay_when_killed)
        return Verdict(history=history, delay=_jitter(delay, chance), breaker_open=False, text=text)
    history = replace(history, failures=history.failures + 1)
    if history.failures >= policy.breaker_after:
        text = f"{text}, {history.failures} times without a stable minute"
        return Verdict(history=history, delay=policy.breaker_delay, breaker_open=True, text=text)
    delay = _jitter(backoff(policy, history.failures), chance)
    return Verdict(history=history, delay=delay, breaker_open=False, text=text)


def backoff(policy: Policy, failures: int) -> float:
    """Return the seconds to wait after this many failures: at once, then 1, 2, 4 … 60."""
    if failures <= 1:
        return policy.first_delay
    return float(min(policy.longest_delay, policy.base_delay * 2.0 ** min(failures - 2, 30)))


def is_unresponsive(
    policy: Policy, *, was_ready: bool, silent_seconds: float, unexplained_seconds: float
) -> bool:
    """Return whether a child hangs.

    Once it was ready, its event loop says something every second. Before that it may load for long, but must
    become ready or say what is in the way. A child that says that it cannot do its job is left alone: a restart
    would not bring Discord back.
    """
    if was_ready:
        return silent_seconds > policy.silence_deadline
    return max(silent_seconds, unexplained_seconds) > policy.start_deadline


def _jitter(delay: float, chance: float) -> float:
    """Return up to a quarter more or less."""
    return delay * (0.75 + 0.5 * chance)

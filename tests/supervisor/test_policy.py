from __future__ import annotations

import signal

import pytest

from supervisor.policy import (
    EX_CONFIG,
    Ending,
    History,
    Policy,
    backoff,
    describe,
    ending_of,
    is_unresponsive,
    judge,
)

POLICY = Policy()
MIDDLE = 0.5  # the chance that neither shortens nor lengthens a delay


@pytest.mark.parametrize(
    ("code", "unresponsive", "ending"),
    [
        (0, False, Ending.FINISHED),
        (1, False, Ending.CRASHED),
        (-signal.SIGSEGV, False, Ending.CRASHED),
        (-signal.SIGKILL, False, Ending.KILLED),
        (-signal.SIGTERM, False, Ending.KILLED),
        (-signal.SIGKILL, True, Ending.UNRESPONSIVE),
        (EX_CONFIG, False, Ending.MISCONFIGURED),
    ],
)
def test_an_ending_is_told_by_the_exit_code(code: int, unresponsive: bool, ending: Ending) -> None:
    assert ending_of(code, unresponsive=unresponsive) is ending


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0.2), (1, 0.2), (2, 1), (3, 2), (4, 4), (5, 8), (6, 16), (7, 32), (8, 60), (9, 60), (10_000, 60)],
)
def test_the_first_restart_comes_at_once_and_later_ones_ever_later(failures: int, seconds: float) -> None:
    assert backoff(POLICY, failures) == seconds


def test_crashes_in_a_row_open_the_breaker_at_the_sixth() -> None:
    history, opened, delays = History(), [], []
    for _ in range(7):
        verdict = judge(POLICY, history, Ending.CRASHED, code=1, ran_seconds=3, chance=MIDDLE)
        history = verdict.history
        opened.append(verdict.breaker_open)
        delays.append(verdict.delay)

    assert opened == [False, False, False, False, False, True, True]
    assert delays == [0.2, 1, 2, 4, 8, 600, 600]
    assert history.restarts == 7


def test_a_stable_minute_forgets_earlier_crashes() -> None:
    before = History(failures=5, kills=3, restarts=8)

    verdict = judge(POLICY, before, Ending.CRASHED, code=1, ran_seconds=60, chance=MIDDLE)

    assert verdict.history == History(failures=1, kills=0, restarts=9)
    assert verdict.delay == 0.2


def test_being_killed_is_no_crash_loop_however_often_it_happens() -> None:
    history, delays = History(), []
    for _ in range(20):
        verdict = judge(POLICY, history, Ending.KILLED, code=-9, ran_seconds=1, chance=MIDDLE)
        assert not verdict.breaker_open
        history = verdict.history
        delays.append(verdict.delay)

    assert delays[:6] == [0.2, 1, 2, 4, 5, 5]
    assert max(delays) == 5


def test_a_wrong_configuration_is_tried_once_a_minute_and_counts_as_no_crash() -> None:
    verdict = judge(POLICY, History(failures=2), Ending.MISCONFIGURED, code=78, ran_seconds=0, chance=0.0)

    assert (verdict.delay, verdict.breaker_open, verdict.history.failures) == (60, False, 2)
    assert verdict.text == "cannot run with its configuration"


@pytest.mark.parametrize(("chance", "delay"), [(0.0, 1.5), (0.5, 2.0), (1.0, 2.5)])
def test_chance_moves_a_delay_by_a_quarter(chance: float, delay: float) -> None:
    verdict = judge(POLICY, History(failures=2), Ending.CRASHED, code=1, ran_seconds=0, chance=chance)

    assert verdict.delay == delay


@pytest.mark.parametrize(
    ("was_ready", "silent_seconds", "unexplained_seconds", "unresponsive"),
    [
        (False, 59, 59, False),
        (False, 61, 0, True),
        (False, 0, 61, True),
        (True, 9.9, 500, False),
        (True, 10.1, 0, True),
    ],
)
def test_silence_is_borne_longer_while_starting(
    was_ready: bool, silent_seconds: float, unexplained_seconds: float, unresponsive: bool
) -> None:
    found = is_unresponsive(
        POLICY, was_ready=was_ready, silent_seconds=silent_seconds, unexplained_seconds=unexplained_seconds
    )

    assert found is unresponsive


@pytest.mark.parametrize(
    ("ending", "code", "text"),
    [
        (Ending.CRASHED, 1, "failed (exit code 1)"),
        (Ending.CRASHED, -11, "was killed (SIGSEGV)"),
        (Ending.KILLED, -9, "was killed (SIGKILL)"),
        (Ending.FINISHED, 0, "ended by itself"),
        (Ending.CRASHED, -200, "was killed (signal 200)"),
    ],
)
def test_an_ending_is_told_in_words(ending: Ending, code: int, text: str) -> None:
    assert describe(ending, code) == text

"""What a restart does next."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.admin.restarting.domain import (
    MARKS,
    Announce,
    Await,
    CountAgain,
    Exit,
    Facts,
    Fail,
    Finish,
    Save,
    State,
    Step,
    announcement,
    next_step,
)
from shared.store.commands import CommandOutcome, CommandState
from tests.bots.admin.world import START


def outcome(state: CommandState, failure: str | None = None) -> CommandOutcome:
    return CommandOutcome(state=state, reply=None, failure=failure)


CONFIRMED = outcome(CommandState.CONFIRMED)
DOUBTFUL = outcome(CommandState.FAILED, "It may or may not have run.")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def counting(announced: int | None = None) -> Facts:
    return Facts(state=State.COUNTING, due_at=START + minutes(10), announced_minutes=announced)


@pytest.mark.parametrize(
    ("announced", "at", "step"),
    [
        (None, 0.0, Announce(minutes=10)),
        (10, 0.1, None),
        (10, 4.9, None),
        (10, 5.0, Announce(minutes=5)),
        (5, 6.9, None),
        (5, 7.1, Announce(minutes=3)),
        (5, 9.5, Announce(minutes=1)),
        (1, 9.9, None),
        (1, 10.0, Save()),
        (1, 11.9, Save()),
        (10, 12.1, CountAgain(due_at=START + minutes(17.1))),
        (1, 600.0, CountAgain(due_at=START + minutes(605))),
    ],
)
def test_a_countdown(announced: int | None, at: float, step: Step | None) -> None:
    assert next_step(counting(announced), START + minutes(at)) == step


@given(st.integers(1, 120), st.lists(st.floats(0.01, 300), min_size=1, max_size=60))
def test_players_are_warned_in_falling_numbers_before_every_save(length: int, gaps: list[float]) -> None:
    now, due_at = START, START + minutes(length)
    announced: int | None = None
    told: list[tuple[datetime, int]] = []
    for gap in [0.0, *gaps]:
        now += timedelta(seconds=gap)
        facts = Facts(state=State.COUNTING, due_at=due_at, announced_minutes=announced)
        match next_step(facts, now):
            case Announce(minutes=left):
                assert announced is None or left < announced
                assert announced is None or any(left <= mark < announced for mark in MARKS)
                assert timedelta(0) <= minutes(left) - (due_at - now) < minutes(1)
                announced = left
                told.append((now, left))
            case CountAgain(due_at=moved):
                due_at, announced = moved, None
            case Save():
                assert told
                assert now >= due_at
                return


@pytest.mark.parametrize(
    ("save", "step"),
    [
        (None, None),
        (outcome(CommandState.QUEUED), None),
        (outcome(CommandState.SENDING), None),
        (CONFIRMED, Exit()),
        (
            DOUBTFUL,
            Fail(
                note="The world could not be saved, so the server was not restarted: It may or may not have run.",
                tells_players=True,
            ),
        ),
    ],
)
def test_a_server_exits_only_after_its_world_is_known_to_be_saved(
    save: CommandOutcome | None, step: Step | None
) -> None:
    facts = Facts(state=State.SAVING, due_at=START, announced_minutes=0, save=save)

    assert next_step(facts, START + timedelta(days=1)) == step


def test_an_exit_that_was_not_sent_fails_and_a_doubtful_one_is_watched() -> None:
    def after(command: CommandOutcome) -> Step | None:
        return next_step(Facts(state=State.EXITING, due_at=START, announced_minutes=0, exit=command), START)

    assert after(outcome(CommandState.QUEUED)) is None
    assert after(CONFIRMED) == Await(note="")
    assert after(DOUBTFUL) == Await(note="It may or may not have run.")
    expired = after(outcome(CommandState.EXPIRED))
    assert isinstance(expired, Fail)
    assert expired.tells_players


@pytest.mark.parametrize(
    ("is_up", "up_since", "seen", "started", "command", "waited", "step"),
    [
        # still seen up, from before it was told to exit
        (True, -60.0, 0.5, None, CONFIRMED, 1.0, None),
        (False, None, 1.0, None, CONFIRMED, 2.0, None),
        (True, 4.0, 4.0, None, CONFIRMED, 5.0, 4.0),
        # so fast that nobody saw it down, but its log tells of the start
        (True, -60.0, 2.0, 1.5, CONFIRMED, 3.0, 1.5),
        # the log tells of the start, and nobody has looked since
        (True, -60.0, 1.0, 1.5, CONFIRMED, 3.0, None),
        (False, None, 3.0, 1.5, CONFIRMED, 3.0, None),
        (True, -60.0, 4.0, None, DOUBTFUL, 2.0, None),
        (True, -60.0, 4.0, None, DOUBTFUL, 4.0, "did not go down"),
        (False, None, 30.0, None, CONFIRMED, 31.0, "half an hour"),
    ],
)
def test_the_return_of_a_server(
    is_up: bool,
    up_since: float | None,
    seen: float,
    started: float | None,
    command: CommandOutcome,
    waited: float,
    step: float | str | None,
) -> None:
    facts = Facts(
        state=State.RETURNING,
        due_at=START,
        announced_minutes=0,
        exited_at=START,
        exit=command,
        is_up=is_up,
        up_since=None if up_since is None else START + minutes(up_since),
        seen_at=START + minutes(seen),
        started_at=None if started is None else START + minutes(started),
    )

    found = next_step(facts, START + minutes(waited))

    if step is None:
        assert found is None
    elif isinstance(step, str):
        assert isinstance(found, Fail)
        assert step in found.note
    else:
        assert found == Finish(up_at=START + minutes(step))


def test_what_players_read() -> None:
    assert announcement(0, "update") == "Server restart now: update"
    assert announcement(1, "update") == "Server restart in 1 minute: update"
    assert announcement(5, "update") == "Server restart in 5 minutes: update"

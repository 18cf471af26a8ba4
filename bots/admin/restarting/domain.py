"""A server's way through a restart: what to do next, given how things stand. Nothing here does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.store.commands import CommandOutcome, CommandState

# So many minutes before, players are told; and at once when the restart is ordered or moved.
MARKS = (60, 30, 15, 10, 5, 3, 1)

MORE_TIME = timedelta(minutes=10)
"""What one press of "+10 min" gives."""

LONGEST_WAIT = timedelta(hours=3)
"""So far ahead a restart may be moved."""

LONGEST_RETURN = timedelta(minutes=30)
"""A map that has not come back by now will not come back by itself; the largest take ten minutes or so."""

# Who was away for longer than this must not restart a server without a word.
_MISSED = timedelta(minutes=2)
_WARN_AGAIN = timedelta(minutes=5)
# A server whose exit is doubtful and that was up all this time did not exit.
_DOUBT = timedelta(minutes=3)
SKEW = timedelta(seconds=2)
"""Clocks of game servers and of this machine differ by a little."""


class State(StrEnum):
    """How far a restart has come."""

    COUNTING = "counting"
    SAVING = "saving"
    EXITING = "exiting"
    RETURNING = "returning"
    DONE = "done"
    ABORTED = "aborted"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will happen."""
        return self in {State.DONE, State.ABORTED, State.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How a restart stands; ``save`` and ``exit`` are what became of the commands, once they were queued."""

    state: State
    due_at: datetime
    announced_minutes: int | None
    exited_at: datetime | None = None
    save: CommandOutcome | None = None
    exit: CommandOutcome | None = None
    is_up: bool = False
    up_since: datetime | None = None
    seen_at: datetime | None = None
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Tell players how many minutes are left."""

    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountAgain:
    """Begin a new countdown: the time passed while nobody could warn the players."""

    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """Have the world written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """Have the server exit: the world is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Await:
    """The server exits, or perhaps does; watch for its return."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The server is back."""

    up_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail:
    """It cannot go on; ``tells_players``: the restart they were told of is off."""

    note: str
    tells_players: bool


Step = Announce | CountAgain | Save | Exit | Await | Finish | Fail


def next_step(facts: Facts, now: datetime) -> Step | None:
    """Return what is to be done now, or ``None``: wait."""
    match facts.state:
        case State.COUNTING:
            return _count(facts, now)
        case State.SAVING:
            return _after_save(facts.save)
        case State.EXITING:
            return _after_exit(facts.exit)
        case State.RETURNING:
            return _look_for_return(facts, now)
        case _:
            return None


def minutes_left(due_at: datetime, now: datetime) -> int:
    """Return how many minutes are left, as people count them: begun ones in full."""
    return max(-int(-(due_at - now).total_seconds() // 60), 0)


def _count(facts: Facts, now: datetime) -> Step | None:
    late = now - facts.due_at
    if late > _MISSED:
        return CountAgain(due_at=now + _WARN_AGAIN)
    if late >= timedelta(0):
        return Save()
    left = minutes_left(facts.due_at, now)
    if facts.announced_minutes is None:
        return Announce(minutes=left)
    passed = [mark for mark in MARKS if left <= mark < facts.announced_minutes]
    return Announce(minutes=left) if passed else None


def _after_save(outcome: CommandOutcome | None) -> Step | None:
    if outcome is None or outcome.state in {CommandState.QUEUED, CommandState.SENDING}:
        return None
    if outcome.state is CommandState.CONFIRMED:
        return Exit()
    why = outcome.failure or outcome.state.value
    return Fail(
        note=f"The world could not be saved, so the server was not restarted: {why}", tells_players=True
    )


def _after_exit(outcome: CommandOutcome | None) -> Step | None:
    if outcome is None or outcome.state in {CommandState.QUEUED, CommandState.SENDING}:
        return None
    if outcome.state is CommandState.EXPIRED:
        why = outcome.failure or "it could not be reached in time"
        return Fail(
            note=f"The world was saved, but the server was not told to exit: {why}", tells_players=True
        )
    # a server that exits may well not answer any more
    return Await(
        note="" if outcome.state is CommandState.CONFIRMED else outcome.failure or "No answer to DoExit."
    )


def _look_for_return(facts: Facts, now: datetime) -> Step | None:
    assert facts.exited_at is not None  # set with the state
    returns = []
    if facts.up_since is not None and facts.up_since > facts.exited_at:
        returns.append(facts.up_since)
    # a server that is back before anybody looks is never seen down, but its log tells of the start
    if facts.started_at is not None and facts.started_at > facts.exited_at - SKEW:
        returns.append(facts.started_at)
    if returns and facts.is_up and facts.seen_at is not None and facts.seen_at >= min(returns):
        return Finish(up_at=max(min(returns), facts.exited_at))
    waited = now - facts.exited_at
    is_doubtful = facts.exit is None or facts.exit.state is not CommandState.CONFIRMED
    was_never_down = facts.is_up and facts.up_since is not None and facts.up_since <= facts.exited_at
    if waited > _DOUBT and is_doubtful and was_never_down:
        return Fail(
            note="The server did not go down: DoExit may not have reached it. Try again.", tells_players=False
        )
    if waited > LONGEST_RETURN:
        return Fail(
            note="The server has not come back for half an hour. Start it where it is hosted.",
            tells_players=False,
        )
    return None


def announcement(minutes: int, reason: str) -> str:
    """Return what players are told."""
    when = "now" if minutes == 0 else f"in {minutes} minute{'' if minutes == 1 else 's'}"
    return f"Server restart {when}: {reason}"

"""What a host says, in words with their age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from parser_service.hosting.domain import HostedServer, explain, explain_failure, next_state
from shared.cache.kept import Answer, AnswerSource, Failure
from shared.nitrado.models import ServerStatus

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def told(
    status: ServerStatus, *, since: float = 0, seen: float = 0, is_since_seen: bool = True
) -> Answer[HostedServer]:
    """Return an answer, with ages in seconds."""
    server = HostedServer(status=status, since_at=NOW - timedelta(seconds=since), is_since_seen=is_since_seen)
    at = NOW - timedelta(seconds=seen)
    return Answer(value=server, fetched_at=at, is_stale=False, source=AnswerSource.UPSTREAM)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (ServerStatus.RESTARTING, "Nitrado: restarting since 2 min (seen 20 s ago)."),
        (ServerStatus.STOPPED, "Nitrado: stopped since 2 min (seen 20 s ago)."),
        (ServerStatus.SUSPENDED, "Nitrado: suspended, its time is not paid for since 2 min (seen 20 s ago)."),
        (ServerStatus.INSTALLING, "Nitrado: installing the game since 2 min (seen 20 s ago)."),
        (
            ServerStatus.UNKNOWN,
            "Nitrado: busy with something this version does not know since 2 min (seen 20 s ago).",
        ),
    ],
)
def test_a_state_is_told_with_since_when_and_how_old_that_is(status: ServerStatus, said: str) -> None:
    assert explain(told(status, since=130, seen=20), NOW) == said


def test_a_beginning_that_nobody_saw_is_no_later_than_told() -> None:
    answer = told(ServerStatus.STOPPED, since=7200, seen=5, is_since_seen=False)

    assert explain(answer, NOW) == "Nitrado: stopped since 2 h or longer (seen 5 s ago)."


def test_a_clock_that_went_back_gives_no_negative_age() -> None:
    assert explain(told(ServerStatus.STARTED, since=-60, seen=-60), NOW).endswith("0 s (seen 0 s ago).")


def test_why_there_is_no_word_at_all_is_told() -> None:
    failure = Failure(code="NIT-04", message="Nitrado's API is in maintenance.")

    assert explain_failure(failure) == "Nitrado says nothing of it: Nitrado's API is in maintenance."


def test_a_state_goes_on_until_another_is_seen() -> None:
    first = next_state(ServerStatus.STARTED, None, NOW)
    answer = Answer(value=first, fetched_at=NOW, is_stale=False, source=AnswerSource.REDIS)
    later = NOW + timedelta(minutes=5)

    same = next_state(ServerStatus.STARTED, answer, later)
    other = next_state(ServerStatus.STOPPED, answer, later)

    assert (same.since_at, same.is_since_seen) == (NOW, False)
    assert (other.since_at, other.is_since_seen) == (later, True)


def test_nitrado_knows_best_since_when() -> None:
    changed = NOW - timedelta(hours=3)
    told_before = told(ServerStatus.STARTED, since=60, seen=5)

    first = next_state(ServerStatus.STARTED, None, NOW, changed_at=changed)
    again = next_state(ServerStatus.STARTED, told_before, NOW, changed_at=changed)

    assert (first.since_at, first.is_since_seen) == (changed, True)
    assert again == first


def test_a_change_in_the_future_says_nothing() -> None:
    state = next_state(ServerStatus.STARTED, None, NOW, changed_at=NOW + timedelta(minutes=3))

    assert (state.since_at, state.is_since_seen) == (NOW, False)

"""Which source leads: the best that works and is not behind the times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from parser_service.feeds.source import SourceName
from parser_service.feeds.standing import Standing

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
LOG, NITRADO, RCON = SourceName


@pytest.fixture
def standing() -> Standing:
    return Standing([(LOG, 5.0), (NITRADO, 60.0), (RCON, 0.0)])


def test_the_best_leads_while_nothing_is_known(standing: Standing) -> None:
    assert standing.leader(0) is LOG


def test_a_source_that_fails_leads_for_its_patience_and_then_the_next(standing: Standing) -> None:
    standing.failed(LOG, 0, "no file")
    standing.failed(NITRADO, 0, "maintenance")

    assert [standing.leader(now) for now in (4, 6, 59, 61)] == [LOG, NITRADO, NITRADO, RCON]
    assert standing.why_not(LOG) == "no file"


def test_a_source_that_comes_back_leads_at_once(standing: Standing) -> None:
    standing.failed(LOG, 0, "no file")
    assert standing.leader(10) is NITRADO

    standing.worked(LOG, 11, AT)

    assert standing.leader(11) is LOG


def test_where_nothing_works_the_last_resort_is_tried(standing: Standing) -> None:
    for name in (LOG, NITRADO, RCON):
        standing.failed(name, 0, "down")

    assert standing.leader(100) is RCON


def test_a_late_file_leads_again_when_it_has_been_prompt_three_times(standing: Standing) -> None:
    standing.worked(LOG, 0, AT)
    standing.files_are_late()
    standing.worked(RCON, 1, AT)
    led = []

    for number, delay in enumerate([1, 900, 2, 3, 4], start=1):
        shown = number * 1_000.0
        at = AT + timedelta(seconds=shown)
        standing.rcon_showed(at, shown)
        standing.worked(LOG, shown + delay, at)
        led.append(standing.leader(shown + delay))

    assert led == [RCON, RCON, RCON, RCON, LOG]


def test_a_slow_file_leads_only_where_rcon_is_away() -> None:
    standing = Standing([(NITRADO, 60.0), (RCON, 0.0)], slow=[NITRADO])
    for number in range(10):
        standing.rcon_showed(AT + timedelta(seconds=number), number)
        standing.worked(NITRADO, number, AT + timedelta(seconds=number))

    assert standing.leader(10) is RCON
    standing.failed(RCON, 11, "down")
    assert standing.leader(11) is NITRADO


def test_a_late_file_leads_where_rcon_is_away(standing: Standing) -> None:
    standing.files_are_late()
    standing.failed(RCON, 0, "down")
    standing.failed(NITRADO, 0, "down")

    assert standing.leader(100) is LOG

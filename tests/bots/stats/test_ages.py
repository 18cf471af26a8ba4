"""Ages in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bots.stats.ages import age, duration


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (119, "119 s"),
        (120, "2 min"),
        (3599, "59 min"),
        (3600, "1 h 0 min"),
        (86_400, "1 d 0 h"),
        (176_700, "2 d 1 h"),
    ],
)
def test_spans_read_well(seconds: int, expected: str) -> None:
    assert duration(timedelta(seconds=seconds)) == expected


def test_an_age_that_is_not_known_says_so() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)

    assert age(None, now) == "of unknown age"
    assert age(now - timedelta(minutes=18), now) == "18 min old"

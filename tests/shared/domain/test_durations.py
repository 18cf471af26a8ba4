from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.durations import in_words, parse_duration
from shared.errors import InvalidInputError

LONGEST = timedelta(days=400)


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=18), "18 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(days=3), "3 d"),
        (timedelta(days=3, hours=4, minutes=59), "3 d 4 h"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(duration: timedelta, words: str) -> None:
    assert in_words(duration) == words


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("48h", timedelta(hours=48)),
        (" 3D ", timedelta(days=3)),
        ("1w 2d", timedelta(days=9)),
        ("1d12h", timedelta(hours=36)),
        ("90 m", timedelta(minutes=90)),
    ],
)
def test_a_duration_is_read_from_what_people_type(text: str, duration: timedelta) -> None:
    assert parse_duration(text, longest=LONGEST) == duration


@pytest.mark.parametrize("text", ["", "soon", "5", "h", "3d later", "0d", "401d", "99999w", "-3d", "٣d"])
def test_what_is_no_duration_is_refused_with_what_would_do(text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"48h|between"):
        parse_duration(text, longest=LONGEST)


@given(st.text())
def test_any_text_gives_a_duration_in_bounds_or_a_refusal(text: str) -> None:
    try:
        duration = parse_duration(text, longest=LONGEST)
    except InvalidInputError:
        return

    assert timedelta(0) < duration <= LONGEST

"""A line is the same line by whatever way it came."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parser_service.feeds.identity import LineKey

LOG = "[2026.05.04-10.00.00:123][  7]2026.05.04_10.00.00: "
RCON = "2026.05.04_10.00.00: "


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LOG + "Aster (Aster): hello", RCON + "Aster (Aster): hello"),
        (LOG + "Aster (Aster): hello ", RCON + "Aster (Aster): hello"),
        (LOG + "Чарли (Ч): снег ☃", RCON + "????? (?): ???? ?"),
        (LOG + "Zoë (Zoë): \U0001f996!", RCON + "Zo? (Zo?): ??!"),
        (LOG + "Two\nlines (Two): x", RCON + "Two\nlines (Two): x"),
        (LOG + "x" * 4_000, RCON + "x" * 5_000),
    ],
    ids=["plain", "blank", "ascii only", "pairs", "line break", "cut"],
)
def test_a_line_of_the_file_and_of_rcon_are_equal(one: str, other: str) -> None:
    assert LineKey.of(one) == LineKey.of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LOG + "a (a): 1", RCON + "a (a): 2"),
        (LOG + "a (a): 1", "2026.05.04_10.00.01: a (a): 1"),
        (LOG + "a (a): really?", RCON + "a (a): really"),
    ],
)
def test_other_texts_and_other_seconds_are_other_lines(one: str, other: str) -> None:
    first, second = LineKey.of(one), LineKey.of(other)

    assert first.text != second.text or not first.is_same(second, timedelta(seconds=1))


def test_lines_of_the_engine_are_told_apart_by_the_millisecond() -> None:
    one = LineKey.of("[2026.05.04-10.00.00:123][  7]Log file open")
    other = LineKey.of("[2026.05.04-10.00.00:124][  7]Log file open")

    assert one.is_same(one, timedelta())
    assert not one.is_same(other, timedelta())


@pytest.mark.parametrize(("seconds", "is_same"), [(0, True), (-29, True), (29, True), (31, False)])
def test_a_line_without_a_stamp_is_known_by_its_time(seconds: int, is_same: bool) -> None:
    heard = LineKey.of("a (a): hello")

    assert heard.is_same(LineKey.of(RCON + "a (a): hello"), timedelta(seconds=seconds)) is is_same

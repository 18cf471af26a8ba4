from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from parser_service.link.rules import is_last_shown, is_safe_to_repeat


@pytest.mark.parametrize(
    ("command", "is_safe"),
    [
        ("SaveWorld", True),
        ("saveworld", True),
        ("  ListPlayers ", True),
        ("BanPlayer 0002abc", True),
        ("ServerChat SaveWorld", False),
        ("GetGameLog", False),
        ("GetChat", False),
        ("DoExit", False),
        ("GiveItemToPlayer 1 2 3 4 0", False),
        ("SaveWorldNow", False),
        ("", False),
        ("   ", False),
    ],
)
def test_only_commands_that_do_no_harm_twice_are_safe_to_repeat(command: str, is_safe: bool) -> None:
    assert is_safe_to_repeat(command) is is_safe


@pytest.mark.parametrize(
    ("sent", "shown", "is_shown"),
    [
        ([1], [], False),
        ([1], [2], True),
        # read before it was sent: somebody else's
        ([3], [2], False),
        # the first one's line comes late
        ([1, 3], [4], False),
        ([1, 3], [2], False),
        ([1, 3], [2, 4], True),
        ([1, 3], [4, 5], True),
        ([1, 3, 5], [4, 6], False),
        ([1, 3, 5], [4, 6, 7], True),
        # one pass of the feed reads several lines at one instant
        ([1, 3], [4, 4], True),
    ],
)
def test_each_line_of_the_log_is_one_commands_and_no_others(
    sent: list[int], shown: list[int], is_shown: bool
) -> None:
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)

    def at(seconds: list[int]) -> list[datetime]:
        return [noon + timedelta(seconds=each) for each in seconds]

    assert is_last_shown(at(sent), at(shown)) is is_shown

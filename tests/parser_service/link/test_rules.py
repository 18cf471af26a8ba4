from __future__ import annotations

import pytest

from parser_service.link.rules import is_safe_to_repeat


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

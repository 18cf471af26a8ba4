"""ASA's name ids."""

from __future__ import annotations

import pytest

from shared.saves.names import hashed_name


# Read from the name tables of real ASA worlds.
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("None", 0x09AD2622),
        ("TargetingTeam", 0x081D4335),
        ("IntProperty", 0xF3FAB271),
        ("StrProperty", 0xA89FFF80),
        ("DoubleProperty", 0x908CD90D),
        ("OriginalCreationTime", 0xDACE51AF),
    ],
)
def test_a_name_has_the_id_that_worlds_store_it_under(name: str, number: int) -> None:
    assert hashed_name(name) == number


def test_the_id_does_not_depend_on_upper_and_lower_case() -> None:
    assert hashed_name("tribeID") == hashed_name("TribeId")

from __future__ import annotations

import pytest

from parser_service.grammar.lines import parse_line
from parser_service.grammar.masking import mask_addresses, mask_line, mask_passwords


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("from 198.51.100.7:7777", "from ***:7777"),
        ("from 2001:db8::7 and ::1", "from *** and ***"),
        ("from ::ffff:198.51.100.7", "from ***"),
        ("at 12:34:56:78", "at 12:34:56:78"),
        ("Day 1, 19:49:31", "Day 1, 19:49:31"),
        ("X=-187676.939 Y=13689.283 Z=59232.937", "X=-187676.939 Y=13689.283 Z=59232.937"),
    ],
)
def test_addresses_are_masked_and_times_and_places_are_not(text: str, masked: str) -> None:
    assert mask_addresses(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("cheat EnableCheats hunter two", "cheat EnableCheats ***"),
        ("requestspectator hunter2", "requestspectator ***"),
        ("EnableCheats", "EnableCheats"),
        (
            "Ragnarok?ServerPassword=abc?ServerAdminPassword=d e",
            "Ragnarok?ServerPassword=***?ServerAdminPassword=*** e",
        ),
        ("SetPin 1234 and pincode=98765", "SetPin *** and pincode=***"),
        ("spinning 1234 pineapples", "spinning 1234 pineapples"),
    ],
)
def test_passwords_and_pins_are_masked(text: str, masked: str) -> None:
    assert mask_passwords(text) == masked


def test_whatever_stands_where_an_address_belongs_is_dropped() -> None:
    assert mask_line("IP for incoming account 0002ab - IP not-a-number") == "IP for incoming account 0002ab"


def test_a_long_line_is_stored_whole_and_masked_to_its_end() -> None:
    line = (
        "[2026.03.01-10.20.30:456][ 78]2026.03.01_10.20.30: " + "x" * 1_010 + " from 198.51.100.7 at the end"
    )

    parsed = parse_line(line, game="asa")

    assert parsed.raw == line.replace("198.51.100.7", "***")

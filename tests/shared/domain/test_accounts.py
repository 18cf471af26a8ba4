from __future__ import annotations

import pytest

from shared.domain.accounts import read_platform_id


@pytest.mark.parametrize(
    ("text", "platform_id"),
    [
        ("76561190000000001", "76561190000000001"),
        (" 0002ABCD0002ABCD0002ABCD0002ABCD ", "0002abcd0002abcd0002abcd0002abcd"),
        ("123", "123"),
        ("", None),
        ("0", None),
        ("00000000000000000000000000000000", None),
        ("None", None),
        ("NULL", None),
        ("a b", None),
        ("x" * 65, None),
        ("٣٣٣٣", None),
    ],
)
def test_an_account_has_one_spelling_and_what_identifies_nobody_is_none(
    text: str, platform_id: str | None
) -> None:
    assert read_platform_id(text) == platform_id

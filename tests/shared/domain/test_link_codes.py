from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.link_codes import code_in_chat, code_in_name, name_of_code, new_code


def test_codes_are_long_and_have_no_character_that_is_taken_for_another() -> None:
    codes = {new_code() for _ in range(2000)}

    assert len(codes) == 2000
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)).isdisjoint("01OIL")


@given(st.sampled_from(["", "!link ", "!LINK  "]), st.booleans(), st.sampled_from(["-", " ", ""]))
def test_a_code_is_read_however_it_is_typed(command: str, is_small: bool, separator: str) -> None:
    code = new_code()
    typed = f" {command}{code[:4]}{separator}{code[4:]} "

    assert code_in_chat(typed.lower() if is_small else typed) == code


@given(st.sampled_from(["-", " ", ""]), st.booleans())
def test_a_name_bears_its_code_however_it_is_written(separator: str, is_small: bool) -> None:
    code = new_code()
    name = f" VERIFY{separator}{code[:4]}{separator}{code[4:]}"

    assert code_in_name(name.lower() if is_small else name) == code
    assert code_in_name(name_of_code(code)) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello there",
        "!link",
        "!link ABCD-EFG",
        "my code is ABCD-EFGH",
        "!link ABCD-EFGH please",
        "\uff21\uff22\uff23\uff24-\uff25\uff26\uff27\uff28",
        "ABCD" + " " * 5000 + "EFGH",
    ],
)
def test_other_lines_are_no_codes(text: str) -> None:
    assert code_in_chat(text) is None
    assert code_in_name(text) is None


def test_a_code_alone_is_no_name_that_proves_anything() -> None:
    assert code_in_name("ABCDEFGH") is None

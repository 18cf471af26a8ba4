from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parser_service.grammar.shapes import SHAPE_LIMIT, shape_of

STAMPS = "[2026.03.01-10.20.30:456][ 78]2026.03.01_10.20.30: "


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        ("Ada teleported Ben to obelisk 3!", "* teleported * to obelisk #!"),
        ("Frozen by ID: 123456", "* by ID: #"),
        (
            "Your 'Stone Wall' was tickled by Old Ben - Lvl 12 (Fern)!",
            "Your '*' was tickled by * - Lvl # (*)!",
        ),
        ("at -347214 387800.5 00:01:02", "at -# # #"),
        ('<RichColor Color="1, 0, 0, 1">a thing</>', "a thing"),
        ("account 0002ab12ab12ab12ab12 is new", "account # is new"),
        ("", ""),
    ],
)
def test_names_and_numbers_are_taken_out(line: str, shape: str) -> None:
    assert shape_of(line) == shape


def test_stamps_do_not_make_a_shape() -> None:
    assert (
        shape_of(STAMPS + "a thing happened")
        == shape_of(STAMPS[30:] + "a thing happened")
        == "a thing happened"
    )


def test_lines_that_differ_in_names_alone_have_one_shape() -> None:
    assert shape_of("Ada Lee sold 3 eggs to Ben") == shape_of("Cy sold 12 eggs to Old Nib")


@given(st.text(max_size=3_000))
def test_any_line_has_a_short_shape_that_is_its_own_shape(line: str) -> None:
    shape = shape_of(line)

    assert len(shape) <= SHAPE_LIMIT
    assert "\n" not in shape

"""Cards always fit, and names are shown as they are, never interpreted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.discord_kit.cards import DESCRIPTION, FIELDS, TOTAL, card, cut, plain

texts = st.text(max_size=5000)


@given(texts, texts, st.lists(st.tuples(texts, texts), max_size=30), texts)
def test_a_card_is_always_within_discords_limits(
    title: str, description: str, fields: list[tuple[str, str]], footer: str
) -> None:
    embed = card(title, description, fields=fields, footer=footer)

    assert len(embed) <= TOTAL
    assert len(embed.fields) <= FIELDS
    assert len(embed.description or "") <= DESCRIPTION
    assert all(field.name and field.value for field in embed.fields)


def test_a_card_says_how_much_it_leaves_out() -> None:
    embed = card("Tribes", fields=[(f"Tribe {number}", "x" * 1000) for number in range(10)])

    assert embed.footer.text == f"{10 - len(embed.fields)} more not shown"


@given(texts, st.integers(0, 100))
def test_a_cut_text_is_never_longer_than_asked(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= max(limit, 1)


@given(st.text())
def test_a_name_is_one_visible_line(name: str) -> None:
    shown = plain(name)

    assert shown
    assert shown.isprintable()


def test_markdown_in_a_name_is_shown_and_not_obeyed() -> None:
    assert plain("**bold** `x`\u202e\n") == r"\*\*bold\*\* \`x\`"

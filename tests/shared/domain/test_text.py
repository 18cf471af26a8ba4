from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.text import fold, for_discord, for_game, webhook_name

# any string at all, and strings made of the pieces that attacks are made of
PIECES = [
    *[
        "<RichColor ",
        "</>",
        "<",
        ">",
        "/",
        '"',
        "|",
        "\\",
        "*",
        "_",
        "`",
        "||",
        "[a](b)",
        "<:x:1>",
        "<a:y:22>",
        "<@5>",
    ],
    *[
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200d",
        "\n",
        "\r",
        "\0",
        "\ud800",
        "\uff1c",
        "\uff5c",
        "\uff02",
        "\u3000",
    ],
    *[
        "http://a.b/c*d|e",
        "discord",
        "clyde",
        "everyone",
        '<img src="Chat.Image" path="/G/E.E"/>',
        "…",
        "...",
    ],
    *["🎉", "é", "a", " ", "-", "#"],
]
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
ANY_TEXT = st.text(st.characters(codec=None), max_size=60) | HOSTILE
LIMITS = st.integers(min_value=1, max_value=80)


def hidden_characters(text: str) -> list[str]:
    return [
        character
        for character in text
        if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or (unicodedata.category(character) == "Cf" and character not in "\u200c\u200d")
    ]


@given(ANY_TEXT, LIMITS, st.booleans())
def test_text_for_the_game_is_one_bounded_line_without_markup_quotes_or_commands(
    text: str, limit: int, ascii_only: bool
) -> None:
    line = for_game(text, limit=limit, ascii_only=ascii_only)

    assert len(line) <= limit
    assert hidden_characters(line) == []
    assert not re.search(r"<[^\W\d]|</", line)
    assert '"' not in line
    assert "|" not in line
    assert not ascii_only or line.isascii()


@given(ANY_TEXT, LIMITS, st.booleans())
def test_text_made_for_the_game_stays_as_it_is_when_made_again(
    text: str, limit: int, ascii_only: bool
) -> None:
    once = for_game(text, limit=limit, ascii_only=ascii_only)

    assert for_game(once, limit=limit, ascii_only=ascii_only) == once


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("hello", "hello"),
        ("two\r\nlines", "two  lines"),
        ('<RichColor Color="1,0,0,1">Red</>', "< RichColor Color='1,0,0,1'>Red< />"),
        ("I <3 you", "I <3 you"),
        ("look <:rex_head:123456789012345678>!", "look :rex_head:!"),
        ("<a:dance:1>", ":dance:"),
        ("hi | DoExit", "hi ¦ DoExit"),
        ("@everyone", "@everyone"),
        ("a\u202eb\u2066c", "abc"),
        ("Ünïcödé 日本", "Ünïcödé 日本"),
        ("x" * 30, "x" * 19 + "…"),
    ],
)
def test_the_game_shows_what_was_written(text: str, shown: str) -> None:
    assert for_game(text, limit=40 if len(text) < 30 or "<" in text else 20) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grüße", "Grusse"),
        ("\uff1cRichColor\uff1e\uff5c\uff02", "< RichColor>!'"),
        ("\ue000", "?"),
        ("e\u0301", "e"),
        ("x" * 30, "x" * 17 + "..."),
    ],
)
def test_a_server_without_unicode_is_sent_ascii_that_is_just_as_harmless(text: str, shown: str) -> None:
    assert for_game(text, limit=20, ascii_only=True) == shown


@given(ANY_TEXT, LIMITS)
def test_text_for_discord_is_one_bounded_line_with_no_live_markdown(text: str, limit: int) -> None:
    line = for_discord(text, limit=limit)

    assert len(line.encode("utf-16-le")) // 2 <= limit
    assert hidden_characters(line) == []
    links = re.findall(r"https?://[^\s<]*", line)
    outside_links = re.sub(r"https?://[^\s<]*", "", line)
    assert not re.search(r"[*_~`|\[\]<]", re.sub(r"\\[\\*_~`|\[\]<>#+-]", "", outside_links))
    assert not re.search(r"[*`|\\]", "".join(links))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("**bold** _it_ ~~x~~ `c` ||s||", r"\*\*bold\*\* \_it\_ \~\~x\~\~ \`c\` \|\|s\|\|"),
        ("[free](https://evil.example/a_b*c)", r"\[free\](https://evil.example/a_b%2Ac)"),
        ("see HTTPS://a.example/b<@123>", r"see https://a.example/b \<@123>"),
        ("steam://run_me<#5>", r"steam://run\_me \<#5>"),
        ("# Title", r"\# Title"),
        ("- item", r"\- item"),
        (">>> quote", r"\>>> quote"),
        ("@everyone <@123> <t:1:R>", r"@everyone \<@123> \<t:1:R>"),
        ('<RichColor Color="1, 0, 0, 1">Your Rex died!</>', "Your Rex died!"),
        ('hey <img src="Chat.Image" path="/Game/Emotes/Laugh.Laugh"/>', "hey :Laugh:"),
        ('<img src="Chat.Image" path="no good name!"/>', ":emoji:"),
        ("one\ntwo", "one two"),
        ("\u202egnp.exe", "gnp.exe"),
    ],
)
def test_discord_shows_what_the_game_wrote(text: str, shown: str) -> None:
    assert for_discord(text) == shown


def test_a_message_that_is_too_long_ends_in_an_ellipsis_and_never_in_half_an_escape() -> None:
    shown = for_discord("*" * 3_000)

    assert len(shown) <= 2_000
    assert shown.endswith("\\*…")


def test_characters_outside_the_basic_plane_count_twice() -> None:
    shown = for_discord("🎉" * 1_500)

    assert len(shown.encode("utf-16-le")) // 2 <= 2_000


@given(ANY_TEXT)
def test_a_webhook_name_is_always_acceptable(name: str) -> None:
    result = webhook_name(name)

    assert 1 <= len(result.encode("utf-16-le")) // 2 <= 80
    assert hidden_characters(result) == []
    assert not re.search("clyde|discord", result, re.IGNORECASE)
    assert result == result.strip()
    assert webhook_name(result) == result


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Bob", "Bob"),
        ("Discord Moderator", "Dis·cord Moderator"),
        ("CLYDE", "CLY·DE"),
        ("dis\u200bcord", "dis·cord"),
        ("everyone", "every·one"),
        ("everyone else", "everyone else"),
        ("  a \n b ", "a b"),
        ("", "Nameless survivor"),
        ("\u3164\u202e", "Nameless survivor"),
        ("n" * 90, "n" * 79 + "…"),
    ],
)
def test_reserved_names_are_rewritten_and_not_dropped(name: str, shown: str) -> None:
    assert webhook_name(name) == shown


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=30), max_size=20),
    st.integers(1, 60),
)
def test_folding_keeps_every_line_in_order_within_the_limit(lines: list[str], limit: int) -> None:
    texts = fold(lines, limit)

    assert all(len(text.encode("utf-16-le")) // 2 <= limit for text in texts)
    folded = "\n".join(texts).split("\n") if texts else []
    assert len(folded) == len(lines)
    for line, kept in zip(lines, folded, strict=True):
        assert kept == line or line.startswith(kept.removesuffix("…"))


def test_a_burst_is_folded_into_as_few_texts_as_fit() -> None:
    texts = fold(["aaaa", "bbbb", "cccc", "d" * 20], 10, separator=" / ")

    assert texts == ["aaaa", "bbbb", "cccc", "d" * 9 + "…"]
    assert fold(["aaaa", "bbbb", "cccc"], 11, separator=" / ") == ["aaaa / bbbb", "cccc"]

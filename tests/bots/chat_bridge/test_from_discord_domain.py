"""How Discord reads in the game."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.chat_bridge.from_discord.domain import (
    LINE_LIMIT,
    Attached,
    Attachment,
    Receipt,
    Spoken,
    lines_for_game,
    progress,
)
from shared.ids import ChannelId, GuildId, MemberId, MessageId
from shared.store.commands import CommandState

Q, S, C, F, E = (
    CommandState.QUEUED,
    CommandState.SENDING,
    CommandState.CONFIRMED,
    CommandState.FAILED,
    CommandState.EXPIRED,
)


def spoken(
    text: str, *, name: str = "Alice", reply_to: str | None = None, attached: tuple[Attached, ...] = ()
) -> Spoken:
    return Spoken(
        message_id=MessageId(1),
        guild_id=GuildId(2),
        channel_id=ChannelId(3),
        author_id=MemberId(4),
        author_name=name,
        text=text,
        attached=attached,
        reply_to=reply_to,
    )


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (spoken("hello"), ["[D] Alice: hello"]),
        (spoken("two\nlines"), ["[D] Alice: two lines"]),
        (spoken("<:dodo:123> @everyone"), ["[D] Alice: :dodo: @everyone"]),
        (spoken('say "hi" | quit'), ["[D] Alice: say 'hi' ¦ quit"]),
        (spoken('<RichColor Color="1,0,0,1">x</>'), ["[D] Alice: < RichColor Color='1,0,0,1'>x< />"]),
        (spoken("yes", reply_to="Bob"), ["[D] Alice: ↩ Bob: yes"]),
        (spoken("", attached=(Attached(kind=Attachment.PICTURE, name="a.png"),)), ["[D] Alice: [picture]"]),
        (
            spoken("log", attached=(Attached(kind=Attachment.FILE, name="a.txt"),)),
            ["[D] Alice: log [file a.txt]"],
        ),
        (
            spoken("", attached=(Attached(kind=Attachment.STICKER, name="Dodo"),)),
            ["[D] Alice: [sticker Dodo]"],
        ),
        (spoken("hi", name="\u202e"), ["[D] somebody: hi"]),
        (spoken("hi", name="a<"), ["[D] a< : hi"]),
        (spoken("\u202e\u0007"), []),
        (spoken(""), []),
    ],
)
def test_a_message_reads_as_one_line(message: Spoken, expected: list[str]) -> None:
    assert lines_for_game(message, ascii_only=False) == expected


def test_ase_gets_plain_letters() -> None:
    lines = lines_for_game(spoken("Grüße an 恐龙", name="Zoë", reply_to="Bob"), ascii_only=True)

    assert lines == ["[D] Zoe: > Bob: Grusse an KongLong"]


def test_a_long_message_becomes_three_lines_cut_between_words() -> None:
    words = " ".join(f"word{number}" for number in range(200))

    lines = lines_for_game(spoken(words), ascii_only=False)

    assert len(lines) == 3
    assert all(line.startswith("[D] Alice: word") and len(line) <= LINE_LIMIT for line in lines)
    assert lines[-1].endswith("…")
    assert " ".join(line.removeprefix("[D] Alice: ") for line in lines)[:300] == words[:300]


def test_three_thousand_characters_without_a_blank_become_three_lines() -> None:
    lines = lines_for_game(spoken("x" * 3000), ascii_only=False)

    assert [len(line) for line in lines] == [LINE_LIMIT] * 3


@given(st.text(max_size=600), st.text(max_size=40), st.booleans())
def test_whatever_is_written_is_safe_in_the_game(text: str, name: str, ascii_only: bool) -> None:
    for line in lines_for_game(spoken(text, name=name), ascii_only=ascii_only):
        assert line.startswith("[D] ")
        assert len(line) <= LINE_LIMIT
        assert line.isprintable() or not ascii_only
        assert not set(line) & set('\r\n\t"|\u202e')
        assert "<RichColor" not in line
        assert "</" not in line


@pytest.mark.parametrize(
    ("states", "waited", "shown", "receipt", "is_settled"),
    [
        ((Q,), 1, None, None, False),
        ((C, S), 3, None, Receipt.SLOW, False),
        ((Q,), 1, Receipt.SLOW, Receipt.SLOW, False),
        ((C, C), 9, Receipt.SLOW, Receipt.DELIVERED, True),
        ((C, F), 1, None, Receipt.FAILED, True),
        ((E,), 400, Receipt.SLOW, Receipt.FAILED, True),
        ((F, Q), 1, None, None, False),
        ((), 0, None, None, True),
    ],
)
def test_a_receipt_says_how_far_a_message_has_come(
    states: tuple[CommandState, ...],
    waited: int,
    shown: str | None,
    receipt: Receipt | None,
    is_settled: bool,
) -> None:
    now = progress(states, is_carried=True, shown=shown, waited=timedelta(seconds=waited))

    assert (now.receipt, now.is_settled) == (receipt, is_settled)


def test_a_message_that_a_pause_kept_out_says_so() -> None:
    assert progress((), is_carried=False, shown=None, waited=timedelta()).receipt is Receipt.PAUSED

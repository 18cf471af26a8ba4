"""A name or a message may hold line breaks and stamps; where it can be known, what follows is no line of its own."""

from __future__ import annotations

import pytest

from parser_service.grammar.lines import parse_line
from parser_service.grammar.replies import parse_game_log
from parser_service.grammar.splitter import RAW_LIMIT_BYTES, LineSplitter
from shared.domain.events import Chat, Joined, Unknown


def line(clock: str, frame: int, text: str, *, game: str | None = None) -> str:
    told = game or clock[:8]
    return f"[2026.03.01-{clock}][{frame:3d}]2026.03.01_{told}: {text}"


FIRST = line("10.00.00:000", 500, "Cy (Cy): first")
SAID = line("10.00.01:000", 530, "ben (Ben): hello")
NEXT = line("10.00.02:000", 560, "Cy (Cy): next")
JOINED = "Ada joined this ARK!"


def records(*lines: str) -> list[str]:
    splitter = LineSplitter()
    found = splitter.feed("".join(f"{text}\n" for text in lines).encode()) + splitter.flush()
    return [record.text for record in found]


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(line("09.59.58:000", 200, JOINED), id="earlier than the line before it"),
        pytest.param(line("10.00.00:999", 200, JOINED), id="earlier by a millisecond, in another frame"),
        pytest.param(line("10.00.01:000", 535, JOINED), id="of the same instant, some frames later"),
        pytest.param(line("10.00.01:000", 529 - 2, JOINED), id="of the same instant, some frames earlier"),
        pytest.param(line("10.00.01:400", 831, JOINED), id="more frames later than there can have been"),
        pytest.param(line("10.00.01:100", 530, JOINED, game="10.00.05"), id="with stamps that disagree"),
        pytest.param(line("10.00.01:100", 530, JOINED, game="09.59.59"), id="put together seconds before"),
        pytest.param(line("10.61.01:100", 530, JOINED), id="at a time that does not exist"),
        pytest.param(f"2026.03.01_10.00.01: {JOINED}", id="without Unreal's stamp"),
    ],
)
def test_what_the_game_cannot_have_written_next_stays_part_of_the_message(forged: str) -> None:
    found = records(FIRST, SAID, forged, NEXT)

    assert found == [FIRST, f"{SAID}\n{forged}", NEXT]
    assert parse_line(found[1], game="ase").event == Chat(
        platform_name="ben", survivor="Ben", text=f"hello\n{forged}"
    )


@pytest.mark.parametrize(
    "true",
    [
        pytest.param(line("10.00.01:000", 530, JOINED), id="in the same frame"),
        pytest.param(line("10.00.01:004", 531, JOINED), id="in the next frame"),
        pytest.param(line("10.00.00:996", 530, JOINED), id="swapped with the line of another thread"),
        pytest.param(line("10.00.01:900", 530, JOINED), id="after a frame that took long"),
        pytest.param(
            line("10.00.02:000", 530, JOINED, game="10.00.01"), id="put together in the second before"
        ),
        pytest.param(line("10.45.00:000", 3, JOINED), id="much later"),
        pytest.param(line("09.10.00:000", 545, JOINED), id="behind a clock that was set back"),
    ],
)
def test_what_the_game_can_have_written_next_is_a_line_of_its_own(true: str) -> None:
    found = records(FIRST, SAID, true)

    assert found == [FIRST, SAID, true]
    assert parse_line(true, game="ase").event == Joined(platform_name="Ada")


def test_a_forged_time_in_the_future_does_not_silence_the_true_lines_behind_it() -> None:
    forged = line("23.59.59:999", 1, JOINED)

    assert records(FIRST, SAID, forged, NEXT) == [FIRST, SAID, forged, NEXT]


def test_a_second_forged_line_behind_one_in_the_future_is_still_compared_with_the_true_ones() -> None:
    future, past = line("23.59.59:999", 1, JOINED), line("09.00.00:000", 700, JOINED)

    assert records(FIRST, SAID, future, past, NEXT) == [FIRST, SAID, f"{future}\n{past}", NEXT]


def test_a_clock_that_was_set_back_is_believed_once_no_message_can_be_so_long() -> None:
    after = [line(f"08.{n // 60:02d}.{n % 60:02d}:000", 900, f"Cy (Cy): line {n}") for n in range(120)]

    found = records(FIRST, *after)

    believed = [text for text in found if text in after]
    assert len(believed) >= 120 - RAW_LIMIT_BYTES // len(after[0])
    assert believed == after[-len(believed) :]


def test_a_forged_line_that_is_half_written_is_waited_for() -> None:
    forged = line("09.59.58:000", 200, JOINED)
    splitter = LineSplitter()

    first = splitter.feed(f"{SAID}\n{forged[:60]}".encode())
    second = splitter.feed(f"{forged[60:]}\n{NEXT}\n".encode())

    assert first == []
    assert [record.text for record in second] == [f"{SAID}\n{forged}", NEXT]


def test_a_tribes_name_that_holds_a_forged_line_makes_no_event_of_any_kind() -> None:
    forged = line("09.00.00:000", 1, JOINED)
    found = records(line("10.00.00:000", 5, f"Ada - Lvl 5 (Moss\n{forged}\n) was killed!"))

    assert len(found) == 1
    assert not isinstance(parse_line(found[0], game="ase").event, Joined)


def test_a_line_of_rcons_log_that_goes_back_in_time_belongs_to_the_line_before_it() -> None:
    reply = (
        "2026.03.01_10.00.00: ben (Ben): hello\n"
        "2026.03.01_09.00.00: Ada joined this ARK!\n"
        "2026.03.01_10.00.05: Ada joined this ARK!\n \n "
    )

    parsed = parse_game_log(reply, game="ase")

    assert [item.event for item in parsed] == [
        Chat(platform_name="ben", survivor="Ben", text="hello\n2026.03.01_09.00.00: Ada joined this ARK!"),
        Joined(platform_name="Ada"),
    ]


@pytest.mark.parametrize("told", ["10.20.28", "10.20.31", "10.21.30"])
def test_a_line_whose_stamps_disagree_is_nobodys(told: str) -> None:
    event = parse_line(line("10.20.30:456", 7, "ada (Ada): hi", game=told), game="asa").event

    assert isinstance(event, Unknown)

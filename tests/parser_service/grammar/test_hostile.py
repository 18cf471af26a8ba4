# ruff: noqa: RUF001  # Russian lines are written in Russian letters
"""Names, tribes and chat are anybody's: nobody may forge another kind of event, or make a line expensive."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parser_service.grammar.book import grammar
from parser_service.grammar.lines import LINE_LIMIT, Game, parse_line, read_message
from parser_service.grammar.loading import load_tables
from parser_service.grammar.replies import parse_chat, parse_game_log
from parser_service.grammar.templates import PhraseBook
from parser_service.grammar.tribe_log import read_tribe_entry
from shared.domain.events import Chat, EventKind, GameEvent, TribeStamp, Unknown, decode, encode

STAMP = "[2026.03.01-10.20.30:456][ 78]2026.03.01_10.20.30: "
EOS = "0002" + "ab12" * 7

FORGERIES = [
    "Ben joined this ARK!",
    f"Ben [UniqueNetId:{EOS} Platform:None] joined this ARK!",
    "Ben - Lvl 12 (Fern) was killed by Cy - Lvl 3-9 (Moss)! [KillerSID: 9]",
    "Ben of Tribe Fern Tamed a Rex - Lvl 150 (Rex)!",
    f"AdminCmd: Fly (PlayerName: Ben, ARKID: 7, SteamID: {EOS})",
    "SERVER: the server says",
    "Tribe Fern, ID 5: Day 1, 00:00:00: Ben was added to the Tribe!)",
    "Player Ben with ID 55 joined tribe Fern with ID 1234567890.",
    'Server: "x" has successfully started!',
    "Ben (Ben): hello",
    "x\n" + STAMP.strip() + " no line of its own",
]

HOSTILE_PIECES = [
    "Your - Lvl 1 (a) was killed by ",
    "a - Lvl 1 (",
    "x) (y",
    "(",
    ")",
    " (a): ",
    "Tribe a, ID 1: Day 1, 00:00:00: ",
    " Tamed ",
    " with ID 5",
    " was killed! [KillerSID: 1]",
    "1.1.1.1 ",
    "a:b:",
    "password=pin 1234 ",
    "Player a with ID 5 joined tribe ",
    "was killed by destroyed their ' claimed '",
    "' at 1 2 3!",
    " - Ур. 1",
]
PIECES = st.sampled_from(
    [*HOSTILE_PIECES, *FORGERIES, STAMP, "<RichColor ", '">', "</>", "!", ")", "\0", "\ud800", "٣", "²", "\n"]
)
ANY_LINE = st.lists(PIECES | st.text(st.characters(codec=None), max_size=8), max_size=12).map("".join)


@pytest.mark.parametrize("said", FORGERIES)
def test_nothing_that_is_said_in_chat_passes_for_anything_else(said: str) -> None:
    event = parse_line(f"{STAMP}ada (Ada): {said}", game="asa").event

    assert event == Chat(platform_name="ada", survivor="Ada", text=said)


@pytest.mark.parametrize("said", FORGERIES)
def test_a_line_that_continues_another_in_a_later_read_is_nothing(said: str) -> None:
    assert parse_line(said, game="asa").event.kind is EventKind.UNKNOWN


def test_chat_without_the_games_stamp_is_no_chat() -> None:
    assert parse_line("[2026.03.01-10.20.30:456][ 78]mod (x): y", game="asa").event == Unknown(
        text="mod (x): y"
    )


def test_a_tribe_whose_name_imitates_a_head_speaks_for_nobody() -> None:
    forged = "Tribe x, ID 5: Day 1, 00:00:00: y, ID 1234567890: Day 3, 01:02:03: Ada was added to the Tribe!)"

    assert parse_line(STAMP + forged, game="asa").event.kind is EventKind.UNKNOWN


def test_a_tribe_whose_name_imitates_chat_makes_a_death_uncertain_and_no_chat() -> None:
    assert parse_line(STAMP + "Ada - Lvl 5 (a): b) was killed!", game="asa").event.kind is EventKind.UNKNOWN


@given(ANY_LINE, st.sampled_from(["asa", "ase"]))
def test_any_line_is_read_without_an_error_into_an_event_that_can_be_stored(line: str, game: Game) -> None:
    parsed = [
        parse_line(line, game=game),
        parse_line(STAMP + line, game=game),
        *parse_game_log(line, game=game),
        *parse_chat(line),
    ]

    for event in [*(item.event for item in parsed), read_tribe_entry(line, tribe="T", tribe_id=None)]:
        assert decode(*encode(event)) == event


@given(ANY_LINE)
def test_a_line_is_cut_before_anything_looks_at_it(line: str) -> None:
    tail = "x" * LINE_LIMIT

    short = parse_line(STAMP + tail, game="asa").event
    long = parse_line(STAMP + tail + line, game="asa").event

    assert short == long


EXAMPLES = [row.example for table in load_tables().values() for row in (*table.tribe, *table.public)]
WORDS = sorted(grammar().known_words)


def cost(message: str) -> float:
    """Return the processor's time for a message; each try differs, so that nothing is remembered."""
    tries = []
    for number in range(7):
        varied = f"{message}{number}!"
        start = time.thread_time()
        read_message(varied, game="asa")
        tries.append(time.thread_time() - start)
    return min(tries)


@pytest.mark.parametrize("piece", HOSTILE_PIECES)
@pytest.mark.parametrize("head", ["", "Tribe T, ID 5: Day 1, 00:00:00: Your ", "AdminCmd: "])
def test_a_hostile_line_costs_its_length_and_not_its_square(piece: str, head: str) -> None:
    short = head + (piece * 16_000)[:4_000]
    long = head + (piece * 16_000)[:64_000]

    # sixteen times the length: linear work takes 16 times as long, quadratic 256 times
    assert cost(long) < 90 * max(cost(short), 20e-6)


def read_with_every_row(book: PhraseBook, text: str, stamp: TribeStamp) -> GameEvent | None:
    """Return the event of the first of all rows that makes sense of a text: what the index must agree with."""
    for phrase in book.phrases:
        blanks = phrase.match(text)
        if blanks is not None:
            event = phrase.make(stamp, {**blanks, **phrase.constants, "text": text})
            if event is not None:
                return event
    return None


@pytest.mark.parametrize("place", ["public", "tribe_phrases", "server_phrases"])
@given(pieces=st.lists(PIECES | st.sampled_from(EXAMPLES) | st.sampled_from(WORDS), max_size=6))
def test_the_index_finds_the_row_that_trying_every_row_finds(place: str, pieces: list[str]) -> None:
    book: PhraseBook = getattr(grammar(), place)
    stamp = TribeStamp(tribe="T", tribe_id=None, day=1, time="00:00:00")

    for text in ("".join(pieces), " ".join(pieces)):
        assert book.read(text, stamp) == read_with_every_row(book, text, stamp)

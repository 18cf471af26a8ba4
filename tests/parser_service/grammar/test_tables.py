"""Every row of the grammar's tables is held to its own example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parser_service.grammar.book import Grammar, grammar
from parser_service.grammar.lines import Game, parse_line
from parser_service.grammar.loading import FOLDER, Beginning, Row, load_tables
from parser_service.grammar.templates import Phrase
from shared.domain.events import JSON, ServerLine, decode

TABLES = load_tables()
STAMPS = "[2026.03.01-10.20.30:456][ 78]2026.03.01_10.20.30: "
TRIBE: dict[str, JSON] = {"tribe": "Moss", "tribe_id": 1_234_567_890}
STAMP: dict[str, JSON] = {**TRIBE, "day": 3, "time": "01:02:03"}
# what an event of a tribe's log knows from its stamp, and from its own text
FROM_STAMP: dict[str, dict[str, JSON]] = {
    "tribe_joined": TRIBE,
    "tribe_left": TRIBE,
    "tamed": {"tribe": "Moss"},
}


def rows(place: str) -> list[Any]:
    return [
        pytest.param(row, game, id=f"{name}-{game}-{getattr(row, 'text', None) or row.begins}")
        for name, table in TABLES.items()
        for row in getattr(table, place)
        for game in table.games
    ]


@pytest.mark.parametrize(("row", "game"), rows("tribe"))
def test_a_row_of_a_tribes_log_gives_what_it_says(row: Row, game: Game) -> None:
    kind = row.gives["kind"]
    text: dict[str, JSON] = {"text": row.example} if kind == "tribe" else {}

    line = f"{STAMPS}Tribe Moss, ID 1234567890: Day 3, 01:02:03: {row.example})"

    assert parse_line(line, game=game).event == decode(
        kind, {**FROM_STAMP.get(kind, {}), **row.gives, **text, "stamp": STAMP}
    )


@pytest.mark.parametrize(("row", "game"), rows("public") + rows("server"))
def test_a_row_of_public_and_server_lines_gives_what_it_says(row: Row, game: Game) -> None:
    assert parse_line(STAMPS + row.example, game=game).event == decode(row.gives["kind"], row.gives)


@pytest.mark.parametrize(("row", "game"), rows("tribe") + rows("public") + rows("server"))
def test_an_example_is_a_line_of_its_own_row(row: Row, game: Game) -> None:
    alone = grammar().book([row])
    plain = row.example.replace("\N{NO-BREAK SPACE}", " ").rstrip()
    stamp = decode("tribe", {"stamp": STAMP, "text": ""})

    event = alone.read(plain.replace(" !", "!"), getattr(stamp, "stamp", None))

    assert event is not None
    assert event.kind == row.gives["kind"]


@pytest.mark.parametrize(("row", "game"), rows("beginning"))
def test_a_beginning_gives_its_topic(row: Beginning, game: Game) -> None:
    assert row.example.startswith(row.begins)

    for stamps in (STAMPS, STAMPS[:30]):
        event = parse_line(stamps + row.example, game=game).event
        assert isinstance(event, ServerLine)
        assert event.topic is row.topic


def test_no_shape_stands_in_the_tables_twice() -> None:
    texts = [row.text for table in TABLES.values() for row in (*table.tribe, *table.public, *table.server)]

    assert len(set(texts)) == len(texts)


def test_the_languages_of_the_samples_have_tables() -> None:
    assert {table.language for table in TABLES.values()} == {"en", "de", "es", "fr", "ru"}


@pytest.mark.parametrize(
    "mistake",
    [
        "language = ",
        'language = "en"',
        'language = "en"\ngames = ["arma"]',
        'language = "en"\ngames = []\n[[tribe]]\ntext = "{a}!"\nevent = "tamed"\nexample = ""\ngives = {}\nnote = ""',
        'language = "en"\ngames = []\n[[beginning]]\nbegins = "x"\ntopic = "no topic"\nexample = "x"',
    ],
)
def test_a_table_that_cannot_be_read_is_refused_by_name(tmp_path: Path, mistake: str) -> None:
    (tmp_path / "xx.toml").write_text(mistake, encoding="utf-8")

    with pytest.raises(ValueError, match=r"xx\.toml"):
        load_tables(tmp_path)


@pytest.mark.parametrize("event", ["nothing", "maker", "_moved", "__init__"])
def test_a_row_that_names_no_event_is_refused(event: str) -> None:
    row = Row(text="{a} x", event=event, example="", gives={})

    with pytest.raises(ValueError, match="no event"):
        grammar().book([row])


@pytest.mark.parametrize("text", ["no blanks", "{two}{blanks} side by side"])
def test_a_phrase_without_words_between_its_blanks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="blanks"):
        Phrase(text, grammar().tribe_phrases.phrases[0].make)


def test_a_language_is_added_by_adding_a_table(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "xx.toml").write_text(
        'language = "xx"\ngames = ["ase"]\n[words]\nlevel_marks = ["Lv"]\narticles = ["yan"]\n'
        '[[public]]\ntext = "{victim} zup {killer}!"\nevent = "public_killed"\nexample = ""\ngives = {}\n',
        encoding="utf-8",
    )

    extended = Grammar(load_tables(tmp_path))

    assert extended.public.read("Ada - Lv 3 (Moss) zup yan Rex - Lv 9 ()!", None) == decode(
        "killed",
        {
            "victim": {"name": "Ada", "kind": "survivor", "level": 3, "tribe": "Moss"},
            "killer": {"name": "Rex", "kind": "creature", "level": 9, "species": "Rex"},
        },
    )

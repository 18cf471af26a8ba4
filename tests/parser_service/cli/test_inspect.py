"""``helena save inspect``: what is in a file, or why it is refused."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from parser_service.cli.__main__ import main
from tests.parser_service.cli.saves import ase_save, row_of, save, small_file
from tests.parser_service.saves.builders import Piece


def test_it_tells_what_is_in_a_save(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = save(tmp_path, [row_of(1, 0.0, owner_name="[red]Northern[/red]"), row_of(2, 9e4)])

    code = main(["inspect", str(path)])

    shown = capsys.readouterr().out
    assert code == 0
    assert "saved 2026-09-13 18:00 UTC" in shown
    assert "ASA world, version 14: TheIsland_WP" in shown
    assert "2 structures of 1 classes" in shown
    assert "2 bases" in shown
    assert "100.00% of" in shown
    assert "[red]Northern[/red]" in shown
    assert "taken by itself, this save is good" in shown


def test_what_a_terminal_would_obey_is_not_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = save(tmp_path, [row_of(1, 0.0, owner_name="\x1b[2Jgone")])

    main(["inspect", str(path)])

    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\N{REPLACEMENT CHARACTER}[2Jgone" in shown


def test_programs_get_the_same_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = save(tmp_path)

    main(["inspect", str(path), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert told["kind"] == "world"
    assert told["saved_at"] == "2026-09-13T18:00:00Z"
    assert told["rows"]["structures"] == 1
    assert told["rows"]["tames"] == 2
    assert told["coverage"]["share"] == 1.0
    assert told["verdict"] == {"level": "good", "findings": []}


def test_a_save_that_cannot_be_trusted_ends_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tmp_path)
    tomorrow = datetime.now(UTC).timestamp() + 86_400
    os.utime(path, (tomorrow, tomorrow))

    code = main(["inspect", str(path)])

    shown = capsys.readouterr().out
    assert code == 3
    assert "taken by itself, this save is suspect" in shown
    assert "in the future" in shown


def test_an_ase_world_of_an_unknown_map_says_that_places_have_no_degrees(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = ase_save(tmp_path, [Piece()])
    path.write_bytes(path.read_bytes().replace(b"TheIsland\0", b"NoIsland1\0"))

    main(["inspect", str(path)])

    assert "the map NoIsland1 is not known" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "described", "has"),
    [
        ("profile", "a survivor's profile", "Ada"),
        ("tribe", "a tribe's file", "Northern Lights"),
        ("cluster", "a cluster inventory", "Metal Pick"),
    ],
)
def test_small_files_are_known_by_their_content(
    tmp_path: Path, kind: str, described: str, has: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = small_file(tmp_path, kind)

    code = main(["inspect", str(path)])

    shown = capsys.readouterr().out
    assert code == 0
    assert described in shown
    assert has in shown


@pytest.mark.parametrize("kind", ["profile", "tribe", "cluster"])
def test_a_small_file_that_ends_early_is_refused(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = small_file(tmp_path, kind)
    path.write_bytes(path.read_bytes()[:200])

    code = main(["inspect", str(path)])

    assert code == 1
    assert "file is refused (SAVE-07)" in capsys.readouterr().err


def test_it_tells_in_one_line_why_a_save_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "World.ark"
    path.write_bytes(b"<html>404</html>")

    code = main(["inspect", str(path)])

    told = capsys.readouterr()
    assert code == 1
    assert told.out == ""
    assert told.err.startswith("World.ark is refused (SAVE-04): The file is a web page")
    assert len(told.err.splitlines()) == 1


def test_a_truncated_world_says_where_it_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = save(tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    code = main(["inspect", str(path)])

    assert code == 1
    assert "is refused (SAVE-05): The file ends at 50 %" in capsys.readouterr().err


@pytest.mark.parametrize("radius", ["0", "-5", "nan", "inf", "far"])
def test_a_radius_that_is_none_is_refused(
    tmp_path: Path, radius: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tmp_path)

    code = main(["inspect", str(path), "--radius", radius])

    assert code == 2
    assert "--radius" in capsys.readouterr().err


def test_nothing_is_written_beside_the_file(tmp_path: Path) -> None:
    path = save(tmp_path)
    before = path.read_bytes()

    main(["inspect", str(path)])

    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before

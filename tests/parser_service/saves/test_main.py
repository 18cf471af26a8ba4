"""The command that says what is in a save."""

from __future__ import annotations

from pathlib import Path

import pytest

from parser_service.saves.__main__ import main
from tests.parser_service.saves.builders import Piece, write_asa_world


def test_it_tells_what_is_in_a_save(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pieces = [Piece(number=1, owner_name="[red]Northern[/red]"), Piece(number=2, position=(9e4, 0.0, 0.0))]
    path = write_asa_world(tmp_path / "World.ark", pieces)

    code = main(["inspect", str(path)])

    shown = capsys.readouterr().out
    assert code == 0
    assert "ASA world, version 14: TheIsland_WP" in shown
    assert "2 structures of 1 classes" in shown
    assert "2 bases" in shown
    assert "100.00% of" in shown
    assert "[red]Northern[/red]" in shown


def test_it_tells_why_a_save_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "World.ark"
    path.write_bytes(b"<html>404</html>")

    code = main(["inspect", str(path)])

    assert code == 1
    assert "World.ark is refused (SAVE-04): The file is a web page" in " ".join(
        capsys.readouterr().out.split()
    )


@pytest.mark.parametrize("radius", ["0", "-5", "nan", "inf", "far"])
def test_a_radius_that_is_none_is_refused(
    tmp_path: Path, radius: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["inspect", str(tmp_path / "World.ark"), "--radius", radius])

    assert "--radius" in capsys.readouterr().err

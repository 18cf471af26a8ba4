"""``python -m parser_service.saves inspect FILE``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from parser_service.saves.__main__ import main
from sandbox.ark.world import Game
from sandbox.ark.writer import write_save
from tests.parser_service.storing.worlds import world


@pytest.mark.parametrize(("game", "said"), [(Game.ASA, "ASA, version 14"), (Game.ASE, "ASE, version")])
def test_a_world_is_told_in_a_few_lines(
    game: Game, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    of = world(game)

    code = main(["inspect", str(write_save(of, tmp_path))])

    text = capsys.readouterr().out
    assert code == 0
    assert said in text
    assert f"{len(of.structures):,} of" in text
    assert all(tribe.name in text for tribe in of.tribes.values())


def test_a_refused_file_is_told_with_its_reason_and_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_save(world(), tmp_path, is_half=True)

    codes = [main(["inspect", str(path)]), main(["inspect", str(tmp_path / "nothing.ark")])]

    text = capsys.readouterr().out
    assert codes == [1, 1]
    assert "refused: " in text
    assert "cannot be read" in text


def test_a_name_cannot_command_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    of = world(Game.ASE)
    number, tribe = next(iter(of.tribes.items()))
    of.tribes[number] = replace(tribe, name="\x1b[2J[bold]Ferns")

    main(["inspect", str(write_save(of, tmp_path))])

    text = capsys.readouterr().out
    assert "\x1b[2J" not in text
    assert "[2J[bold]Ferns" in text


def test_real_worlds_are_told(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = main(["inspect", str(shared_data / "saves/asa/worlds/asa13_aberration.ark")])
    broken = main(["inspect", str(shared_data / "saves/ase/mobile/M_TheIsland.tmp")])

    text = capsys.readouterr().out
    assert (good, broken) == (0, 1)
    assert "123" in text

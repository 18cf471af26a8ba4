"""``helena save bases``, ``diff``, ``map`` and ``bench``."""

from __future__ import annotations

import csv
import io
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from parser_service.archive.writing import SaveColumns, write
from parser_service.cli.__main__ import main
from parser_service.cli.opening import opened
from parser_service.cli.reading import Rules, kept
from parser_service.decay.policy import DecayPolicy
from tests.parser_service.cli.saves import ase_save, dated, row_of, save, small_file
from tests.parser_service.saves.builders import Piece

SOUTH = 1_000_000_002


def pieces() -> list[Piece]:
    """Return three structures of one tribe, two of another far away, and a lone one."""
    return [
        *(row_of(number, 300.0 * number) for number in range(3)),
        *(row_of(number, 9e4 + number, tribe_id=SOUTH, owner_name="=South") for number in (10, 11)),
        row_of(20, -9e4, class_name="Floor_Metal_C"),
    ]


def listed(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, object]]:
    assert main(["bases", str(path), "--json", *options]) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["bases"]
    return found


def test_bases_are_listed_largest_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = save(tmp_path, pieces())

    bases = listed(path, capsys)

    assert [(base["tribe"], base["structures"]) for base in bases] == [("Northern Lights", 3), ("=South", 2)]
    assert bases[0]["tiers"] == {"stone": 3}
    assert bases[0]["classes"] == {"Floor_Stone_C": 3}
    assert bases[0]["latitude"] == 50.0
    assert bases[1]["longitude"] == 63.12


def test_a_minimum_of_one_lists_lone_structures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = save(tmp_path, pieces())

    bases = listed(path, capsys, "--min", "1")

    assert [base["structures"] for base in bases] == [3, 2, 1]


def test_a_tribe_is_found_by_its_id_or_a_part_of_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tmp_path, pieces())

    assert [base["tribe_id"] for base in listed(path, capsys, "--tribe", "south")] == [SOUTH]
    assert [base["tribe_id"] for base in listed(path, capsys, "--tribe", str(SOUTH))] == [SOUTH]
    assert main(["bases", str(path), "--tribe", "nobody"]) == 1
    assert "No tribe 'nobody' has a base here" in capsys.readouterr().err


def test_decay_is_dated_and_the_multiplier_stretches_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = {"LastInAllyRangeTimeSerialized": 1e8 - 86_400.0}
    path = save(tmp_path, [row_of(number, 0.0, properties=seen) for number in range(2)])

    once, twice = (
        listed(path, capsys, "--decay-multiplier", factor)[0]["first_decay_at"] for factor in ("1", "2")
    )

    assert once == "2026-09-24T18:00:00Z"  # stone: 12 days from the day before the save
    assert twice == "2026-10-06T18:00:00Z"


def test_the_table_fits_into_80_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path, [row_of(number, 0.0, owner_name="長い名前" * 20) for number in range(2)])
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")

    main(["bases", str(path)])

    row = capsys.readouterr().out.splitlines()[1]
    assert "長い名前長い名" in row
    assert "\N{HORIZONTAL ELLIPSIS}" in row
    assert "stone 2" in row


def test_csv_holds_all_columns_and_no_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = save(tmp_path, pieces())

    main(["bases", str(path), "--csv"])

    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["structures"] for row in rows] == ["3", "2"]
    assert rows[1]["tribe"] == "'=South"
    assert rows[0]["classes"] == "Floor_Stone_C=3"


def test_a_world_without_bases_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = save(tmp_path, [row_of(1, 0.0)])

    assert main(["bases", str(path)]) == 0
    assert "there are no bases in this world" in capsys.readouterr().out


def test_what_has_no_bases_is_refused_by_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bases", str(small_file(tmp_path, "tribe"))]) == 1
    assert "file is a tribe's file; this command takes a world" in capsys.readouterr().err


@pytest.mark.parametrize("write_save", [save, ase_save], ids=["ASA", "ASE"])
def test_a_difference_names_what_came_and_went(
    tmp_path: Path,
    write_save: Callable[[Path, list[Piece], str], Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = write_save(tmp_path, pieces(), "old.ark")
    new = write_save(tmp_path, [*pieces()[1:], row_of(30, 600.0, class_name="Wall_Stone_C")], "new.ark")

    assert main(["diff", str(old), str(new), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["structures"]["added"] == told["structures"]["removed"] == 1
    north = {
        "id": 1_000_000_001,
        "name": "Northern Lights",
        "added": 1,
        "removed": 1,
        "changed": 0,
        "moved": 0,
    }
    assert told["structures"]["by_tribe"] == [north]
    assert told["structures"]["by_base"] == [{"id": 1, "added": 1, "removed": 1, "changed": 0, "moved": 0}]


def test_a_difference_is_told_as_a_table_with_the_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = save(tmp_path, pieces(), "old.ark"), save(tmp_path, pieces()[:4], "new.ark")

    assert main(["diff", str(old), str(new)]) == 0

    shown = capsys.readouterr().out
    assert "structures      0        2" in shown
    assert "as the save that follows, the newer one is good" in shown


def test_worlds_of_two_games_are_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(save(tmp_path)), str(ase_save(tmp_path, [Piece()]))]) == 1
    assert "are worlds of different games" in capsys.readouterr().err


def test_a_map_is_drawn_for_nobody_else_to_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = save(tmp_path, pieces()), tmp_path / "maps" / "map.png"

    assert main(["map", str(path), str(out)]) == 0
    assert main(["map", str(path), str(out)]) == 1

    assert "is there already" in capsys.readouterr().err
    assert out.read_bytes().startswith(b"\x89PNG")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [entry.name for entry in out.parent.iterdir()] == ["map.png"]


def test_a_map_is_a_png(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", str(save(tmp_path)), str(tmp_path / "map.jpg")]) == 1
    assert "name it so, like map.png" in capsys.readouterr().err


def test_a_benchmark_tells_each_step_and_the_peer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = ase_save(tmp_path, pieces())

    assert main(["bench", str(path), "--runs", "1", "--peer", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    steps = {step["step"]: step for step in told["steps"]}
    assert told["structures"] == 6
    assert {"read the bytes", "decode all tables", "join structures to bases"} <= steps.keys()
    assert all(step["seconds"] > 0 for step in steps.values())
    assert told["peer"]["name"] == "arkparser"
    assert told["peer"]["cpu"] > 0


def test_kept_columns_are_compared_and_inspected_like_worlds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tmp_path, pieces())
    with opened(path, lambda _: None) as file:
        found = kept(file, Rules(radius=3000.0, minimum=2, policy=DecayPolicy()))
    columns = SaveColumns(world=found.world, bases=found.bases, places=found.places, saved_at=found.saved_at)
    write(columns, tmp_path / "7.columns")

    assert main(["inspect", str(dated(tmp_path / "7.columns"))]) == 0
    assert "ASA world, version 14: TheIsland_WP" in capsys.readouterr().out
    assert main(["diff", str(tmp_path / "7.columns"), str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["structures"]["added"] == told["structures"]["removed"] == 0
    assert told["verdict"] is None

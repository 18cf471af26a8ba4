"""CSV, NDJSON and Parquet: every row and column, in a form that means the same to every reader."""

from __future__ import annotations

import csv
import json
import stat
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyarrow import parquet  # type: ignore[import-untyped,unused-ignore]  # it has types in some versions

from parser_service.exporting import Format, content_of_file, export
from parser_service.saves.columns import STATS, TABLES, Holder, Table
from shared.errors import InvalidInputError, OperationalError
from tests.parser_service.archive.saves import archived, world
from tests.parser_service.cli.saves import SAVED_AT, row_of, save
from tests.parser_service.exporting.saves import REAL, content, exported, kept_save, text_of


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of any format."""
    if path.suffix == ".parquet":
        rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
        return rows
    if path.suffix == ".ndjson":
        return [json.loads(line) for line in path.read_text("ascii").splitlines()]
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("to", [Format.CSV, Format.NDJSON, Format.PARQUET])
@pytest.mark.parametrize("name", REAL)
def test_every_row_of_real_worlds_is_there(shared_data: Path, tmp_path: Path, name: str, to: Format) -> None:
    found = kept_save(shared_data / "saves" / name)

    files = exported(found, to, tmp_path)

    assert files.keys() == {*TABLES, "bases"}
    for table, columns in found.world.tables().items():
        assert len(read(files[table])) == len(columns), table
    structures, rows = found.world.structures, read(files["structures"])
    assert [int(row["tribe_id"]) for row in rows] == structures.tribe_id.tolist()
    places = [float(row["x"]) if row["x"] not in {None, ""} else np.nan for row in rows]
    np.testing.assert_array_equal(places, structures.x)
    assert [row["class"] for row in rows] == [
        text_of(structures, "class_index", row) for row in range(len(structures))
    ]
    assert [int(row["identity"]) for row in rows] == structures.identity.tolist()
    held = np.count_nonzero(found.world.items.holder == Holder.STRUCTURE)
    assert sum(row["holder"] == "structure" for row in read(files["items"])) == held


@pytest.mark.parametrize("to", [Format.CSV, Format.NDJSON, Format.PARQUET])
def test_any_columns_can_be_exported(tmp_path: Path, to: Format) -> None:
    found = archived(world(rows=50))

    files = exported(found, to, tmp_path)

    assert [len(read(files[name])) for name in TABLES] == [50] * len(TABLES)


def test_columns_of_stats_are_named_by_the_stat(tmp_path: Path) -> None:
    tames = read(exported(kept_save(save(tmp_path)), Format.NDJSON, tmp_path / "out")["tames"])
    rex = next(tame for tame in tames if tame["class"] == "Rex_Character_BP_C")

    assert {f"wild_points_{stat}" for stat in STATS} <= rex.keys()
    assert rex["wild_points_health"] == 42
    assert rex["tamed_points_melee_damage"] == 88
    assert rex["colours_5"] == 191
    assert rex["dino_id"] == str(4_000_000_000 << 32 | 7)
    assert rex["latitude"] == pytest.approx(50 + 50 / 6858)
    assert rex["stats_stamina"] is None


def test_a_structure_has_its_base_and_the_instant_of_its_decay(tmp_path: Path) -> None:
    seen = {"LastInAllyRangeTimeSerialized": 1e8 - 86_400.0}
    pieces = [row_of(1, 0.0, properties=seen), row_of(2, 9e4)]

    for to in (Format.NDJSON, Format.PARQUET):
        files = exported(kept_save(save(tmp_path, pieces)), to, tmp_path / to)
        rows = sorted(read(files["structures"]), key=lambda row: row["x"])

        assert sorted(row["base_id"] for row in rows) == [1, 2]
        assert str(rows[0]["decays_at"]).replace("T", " ").startswith("2026-09-24 18:00:00")
        assert rows[1]["decays_at"] is None
        assert {row["tribe"] for row in read(files["bases"])} == {"Northern Lights"}


def test_numbers_of_single_precision_keep_their_digits(tmp_path: Path) -> None:
    rows = read(exported(kept_save(save(tmp_path)), Format.CSV, tmp_path / "out")["items"])

    assert "29.25" in {row["rating"] for row in rows}


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@x"])
def test_a_name_is_no_formula_in_a_spreadsheet(tmp_path: Path, name: str) -> None:
    made = kept_save(save(tmp_path, [row_of(1, 0.0, owner_name=name)]))

    rows = read(exported(made, Format.CSV, tmp_path / "out")["structures"])

    assert rows[0]["owner_name"] == f"'{name}"


def test_parquet_tells_where_it_comes_from_and_keeps_each_text_once(tmp_path: Path) -> None:
    path = exported(kept_save(save(tmp_path)), Format.PARQUET, tmp_path / "out")["structures"]

    schema = parquet.read_schema(path)
    facts = json.loads(schema.metadata[b"helena"])
    assert facts["map"] == "TheIsland_WP"
    assert facts["saved_at"] == "2026-09-13T18:00:00+00:00"
    assert str(schema.field("class").type).startswith("dictionary<values=string")
    assert str(schema.field("decays_at").type) == "timestamp[us, tz=UTC]"
    assert str(schema.field("identity").type) == "uint64"


def test_without_its_library_parquet_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = content(kept_save(save(tmp_path)))
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(InvalidInputError, match="install pyarrow"):
        export(found, Format.PARQUET, tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_nobody_else_may_read_an_export(tmp_path: Path) -> None:
    for path in exported(kept_save(save(tmp_path)), Format.CSV, tmp_path / "out").values():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_table_has_a_pin_or_an_address(tmp_path: Path) -> None:
    found = content(kept_save(save(tmp_path)))

    names = {column for sheet in found.sheets for column in sheet.columns}
    assert {name for name in names if "pin" in name or "address" in name} == {"has_pin"}


def test_what_is_there_is_replaced_only_on_request(tmp_path: Path) -> None:
    found, out = content(kept_save(save(tmp_path))), tmp_path / "out"
    out.mkdir()
    (out / "items.csv").write_text("mine")

    with pytest.raises(InvalidInputError, match="is there already"):
        export(found, Format.CSV, out)
    assert [path.name for path in out.iterdir()] == ["items.csv"]
    assert (out / "items.csv").read_text() == "mine"

    export(found, Format.CSV, out, overwrite=True)
    assert (out / "items.csv").read_text() != "mine"


def test_an_export_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    found, out = content(kept_save(save(tmp_path))), tmp_path / "out"

    def stop(name: str) -> None:
        if name == "wild.csv":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(found, Format.CSV, out, progress=stop)

    assert list(out.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = content(kept_save(save(tmp_path)))

    with pytest.raises(OperationalError, match="cannot be written to"):
        export(found, Format.CSV, tmp_path / "file" / "below")
    with pytest.raises(InvalidInputError, match="is a file"):
        export(found, Format.CSV, tmp_path / "file")


def test_a_small_file_has_no_layout_of_asv(tmp_path: Path) -> None:
    tables: dict[str, Table] = {"items": archived(world(rows=2)).world.items}
    found = content_of_file(tables, name="file", kind="cluster", saved_at=SAVED_AT)

    with pytest.raises(InvalidInputError, match="ASV's layout is that of a world"):
        export(found, Format.ASV, tmp_path)
    assert [one.path.name for one in export(found, Format.CSV, tmp_path)] == ["items.csv"]


def test_genesis_has_two_grids_one_above_the_other(tmp_path: Path) -> None:
    made = kept_save(
        save(tmp_path, [row_of(1, 8200.0), replace(row_of(2, 0.0), position=(22150.0, 0.0, 2e5))])
    )
    on_genesis = replace(made, world=replace(made.world, map_name="Genesis_WP"))

    rows = read(exported(on_genesis, Format.NDJSON, tmp_path / "out")["structures"])

    assert {round(row["longitude"], 3) for row in rows} == {51.0}

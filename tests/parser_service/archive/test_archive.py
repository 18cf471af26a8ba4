"""Columns go into a file and come back as they were; whatever else the file holds is refused."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parser_service.archive.errors import ArchiveError
from parser_service.archive.layout import Column, columns_of, pack, unpack
from parser_service.archive.reading import read
from parser_service.archive.tables import KINDS
from parser_service.archive.writing import finish, write
from parser_service.saves.columns import TABLES, Structures, Tames
from tests.parser_service.archive.saves import are_equal, columns, world

IDS = np.array([41, 42, 43])


def kept(folder: Path, rows: int = 20) -> Path:
    """Write a save's columns, and return their path."""
    write(columns(world(rows)), folder / "incoming")
    finish(folder / "incoming", folder / "1.columns", IDS)
    return folder / "1.columns"


@pytest.mark.parametrize("rows", [0, 1, 20])
def test_a_save_comes_back_as_it_was(tmp_path: Path, rows: int) -> None:
    whole = columns(world(rows))

    found = read(kept(tmp_path, rows))

    assert all(are_equal(table, found.world.tables()[name]) for name, table in whole.world.tables().items())
    assert are_equal(whole.bases, found.bases)
    assert are_equal(whole.places, found.places)
    assert found.world.coverage == whole.world.coverage
    assert (found.world.game, found.world.wanted) == (whole.world.game, whole.world.wanted)
    assert (found.world.map_name, found.world.game_time) == (whole.world.map_name, whole.world.game_time)
    assert found.saved_at == whole.saved_at
    assert found.base_id.tolist() == IDS.tolist()


@pytest.mark.parametrize("name", TABLES)
def test_each_table_can_be_read_alone(tmp_path: Path, name: str) -> None:
    found = read(kept(tmp_path), {name}).world.tables()

    assert are_equal(found[name], columns(world(20)).world.tables()[name])
    assert {other for other, table in found.items() if len(table)} == {name}


def test_bases_come_with_their_ids(tmp_path: Path) -> None:
    found = read(kept(tmp_path), {"bases"})

    assert found.base_id.tolist() == IDS.tolist()
    assert len(found.bases) == len(IDS)


def test_a_clock_that_holds_no_number_comes_back(tmp_path: Path) -> None:
    write(columns(replace(world(), game_time=float("nan"))), tmp_path / "a")

    assert np.isnan(read(tmp_path / "a").world.game_time)


def test_the_size_is_told_and_nothing_else_is_left(tmp_path: Path) -> None:
    write(columns(world(5)), tmp_path / "incoming")

    size = finish(tmp_path / "incoming", tmp_path / "1.columns", IDS)

    assert [path.name for path in tmp_path.iterdir()] == ["1.columns"]
    assert size == (tmp_path / "1.columns").stat().st_size


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "full").touch()

    with pytest.raises(OSError, match="taken"):
        write(columns(world(5)), tmp_path / "taken")

    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_columns_that_are_not_kept_are_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="not kept any more"):
        read(tmp_path / "7.columns")


def test_another_version_is_refused_by_its_number(tmp_path: Path) -> None:
    path = rewritten(
        kept(tmp_path), "save.json", lambda content: content.replace(b'"format": 1', b'"format": 2')
    )

    with pytest.raises(ArchiveError, match="of format 2"):
        read(path)


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("save.json", b"[]"),
        ("save.json", b"{" * 5000),
        ("structures/x", b""),
        ("structures/x", bytes(20 * 8 + 1)),
        ("structures/class_index", np.full(20, 99, "<i4").tobytes()),
        ("structures/texts", b"[]"),
        ("structures/texts", b'{"classes": [1]}'),
        ("tribes/texts", b'{"names": ["only one"]}'),
        ("tribes/texts", json.dumps({"sources": ["nowhere"] * 20}).encode()),
        ("base_ids/base_id", bytes(8)),
        ("items/quantity", None),
    ],
)
def test_a_member_that_is_not_what_it_must_be_is_refused(
    tmp_path: Path, member: str, content: bytes | None
) -> None:
    path = rewritten(kept(tmp_path), member, lambda _: content)

    with pytest.raises(ArchiveError):
        read(path)


@pytest.mark.parametrize("count", [-1, 10**12, "20", None])
def test_a_number_of_rows_that_no_table_has_is_refused(tmp_path: Path, count: object) -> None:
    def change(content: bytes) -> bytes:
        header = json.loads(content)
        header["rows"]["structures"] = count
        return json.dumps(header).encode()

    with pytest.raises(ArchiveError):
        read(rewritten(kept(tmp_path), "save.json", change))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_damage_is_refused_or_harmless(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "1.columns"
    if not path.exists():
        kept(tmp_path)
        (tmp_path / "whole").write_bytes(path.read_bytes())
    content = bytearray((tmp_path / "whole").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(
        content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content
    )

    try:
        found = read(path)
    except ArchiveError:
        return
    # what is not refused has the columns' own checksums on its side
    assert all(
        are_equal(a, b)
        for a, b in zip(found.world.tables().values(), world(20).tables().values(), strict=True)
    )


def test_bytes_that_are_put_apart_are_put_together_again() -> None:
    for dtype in (np.uint8, np.int32, np.uint64, np.float64, np.bool_):
        column = np.arange(12).astype(dtype)
        assert (
            unpack(pack(column), Column(dtype=np.dtype(dtype), shape=(6, 2))).tolist()
            == column.reshape(6, 2).tolist()
        )


def test_the_columns_of_a_table_follow_from_its_type() -> None:
    found = columns_of(Structures, 4)

    assert found["object_id"] == Column(dtype=np.dtype(np.uint64), shape=(4, 2))
    assert found["x"].size == 32
    assert columns_of(Tames, 4)["stats"].shape == (4, 12)
    assert set(KINDS) > set(TABLES)


def rewritten(path: Path, member: str, change) -> Path:  # type: ignore[no-untyped-def]  # any change of bytes
    """Return an archive in which one member has other content, or is gone."""
    target = path.with_name("changed.columns")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = change(source.read(name)) if name == member else source.read(name)
            if content is not None:
                copy.writestr(name, content)
    return target

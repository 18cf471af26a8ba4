"""Zeros that no decoder sees: at the end, in the middle, in small files; and those that are no damage."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from parser_service.saves import SaveError
from parser_service.verdict import FileFacts, read_file_facts

SAVED_AT = datetime(2026, 9, 13, 18, 0, tzinfo=UTC)


def scan(path: Path) -> FileFacts:
    return read_file_facts(path, saved_at=SAVED_AT)


def write(path: Path, *parts: bytes) -> Path:
    path.write_bytes(b"".join(parts))
    return path


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 1 << 20, (1 << 20) + 1, 3 << 20])
@pytest.mark.parametrize("tail", [0, 1, 4096, 5000, 1 << 20, 2_500_000])
def test_the_zeros_at_the_end_are_counted_to_the_byte(tmp_path: Path, size: int, tail: int) -> None:
    path = write(tmp_path / "world.ark", b"x" * size, bytes(tail))

    assert scan(path).zero_tail_bytes == tail


def test_blocks_of_zeros_are_counted_where_they_are_whole(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    blocks = chance.integers(0, 2, 2000).astype(bool)
    content = b"".join(b"x" * 4096 if block else bytes(4096) for block in blocks)

    facts = scan(write(tmp_path / "world.ark", content, b"end"))

    assert facts.zero_bytes == 4096 * int(np.count_nonzero(~blocks))


def test_zeros_that_fill_no_block_are_ordinary(tmp_path: Path) -> None:
    facts = scan(write(tmp_path / "world.ark", b"x", bytes(8000), b"x" * 191))

    assert facts.zero_bytes == 0


def test_pages_that_a_database_has_set_free_are_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "world.ark"
    with closing(sqlite3.connect(path)) as database:
        # every page that is set free is written over with zeros
        database.executescript(
            "PRAGMA secure_delete = ON; PRAGMA page_size = 8192; CREATE TABLE game (value BLOB);"
        )
        database.executemany("INSERT INTO game VALUES (?)", [(b"x" * 8000,) for _ in range(50)])
        database.commit()
        database.execute("DELETE FROM game WHERE rowid > 10")
        database.commit()
    freed = path.read_bytes().count(bytes(8192))

    assert freed > 10
    assert scan(path).zero_bytes == 0


def test_small_files_are_counted_and_those_of_zeros_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "world.ark", b"world")
    write(tmp_path / "1.arktribe", b"x" * 1000)
    write(tmp_path / "2.arktribe", bytes(1000))
    write(tmp_path / "3.arktribe", b"x" * 600, bytes(400))
    write(tmp_path / "4.arktribe")
    # a real profile has 1,016 zeros in a row
    write(tmp_path / "5.arkprofile", b"x" * 100, bytes(1016), b"x")

    facts = scan(path)

    assert (facts.tribes.count, facts.tribes.total_bytes) == (4, 3000)
    assert facts.tribes.zero_filled == ("2.arktribe", "3.arktribe", "4.arktribe")
    assert (facts.profiles.count, facts.profiles.zero_filled) == (1, ())


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SaveError, match="cannot be read"):
        scan(tmp_path / "world.ark")

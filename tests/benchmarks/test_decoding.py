"""Decoding beside the floor (the rows read and joined into one buffer) and beside the peer, in one run.

python -m pytest tests/benchmarks/test_decoding.py --benchmark-only --benchmark-group-by=param:name

Large saves, processor time and memory: see ``decoding_figures.py``.
"""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from arkparser import WorldSave
from pytest_benchmark.fixture import BenchmarkFixture

from parser_service.saves import read_world
from parser_service.saves.columns import Wanted


def decoder(path: Path) -> int:
    """Return the number of structures, by this project's decoder, asked for nothing else."""
    return len(read_world(path, wanted=Wanted.STRUCTURES).structures)


def everything(path: Path) -> int:
    """Return the number of rows of all tables, by this project's decoder."""
    return sum(len(table) for table in read_world(path).tables().values())


def floor(path: Path) -> int:
    """Return the number of bytes read."""
    if path.name.startswith("ase"):
        return len(path.read_bytes())
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return len(b"".join(value for (value,) in database.execute("SELECT value FROM game")))


def peer(path: Path) -> int:
    """Return the number of structures, by arkparser."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return len(WorldSave.load(path).get_structures())


@pytest.mark.parametrize("method", [floor, decoder, everything, peer], ids=lambda method: method.__name__)
@pytest.mark.parametrize("name", ["asa14_small.ark", "ase9_small.ark"])
def test_decoding_beside_the_floor_and_the_peer(
    benchmark: BenchmarkFixture, shared_data: Path, name: str, method: Callable[[Path], int]
) -> None:
    path = shared_data / "saves/made" / name

    rounds = 1 if method is peer else 5
    found = benchmark.pedantic(method, args=(path,), rounds=rounds)  # type: ignore[no-untyped-call]  # it has no types

    assert found > 4000

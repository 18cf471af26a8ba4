"""Structures into Postgres: what changed, beside plain COPY of all of them into the same table, in one run.

python -m pytest tests/benchmarks/test_storing.py --benchmark-only --benchmark-group-by=func
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from parser_service.storing.copy_format import COLUMNS, to_payload
from parser_service.storing.rows import StructureRows, base_ids_of, sort_rows
from parser_service.storing.structure_merging import find_class_ids, merge_structures
from shared.config.community import load_community
from shared.db import Database
from shared.ids import ServerId
from shared.store.community import sync
from tests.parser_service.programs import community_file, server_entry

COUNT = 50_000
BASES = np.arange(1, 501)
ROUNDS = 5


def structures(count: int = COUNT) -> StructureRows:
    """Return a made save's structures."""
    rng = np.random.default_rng(3)
    position = rng.uniform(-3e5, 3e5, (3, count)).astype(np.float32)
    base_row = rng.integers(0, len(BASES), count).astype(np.int32)
    return sort_rows(
        StructureRows(
            identity=rng.integers(-(2**63), 2**63, count),
            class_index=rng.integers(0, 40, count).astype(np.int32),
            tribe_id=50_000 + base_row.astype(np.int64) // 5,
            base_row=base_row,
            x=position[0],
            y=position[1],
            z=position[2],
            decays_at=rng.integers(8 * 10**14, 9 * 10**14, count),
            classes=tuple(f"/Game/Structures/Kind{number}.Kind{number}_C" for number in range(40)),
        )
    )


def later(rows: StructureRows, share: float, hours: int) -> StructureRows:
    """Return the rows of the next save, in which a share has another instant of decay."""
    changed = np.random.default_rng(hours).random(len(rows)) < share
    return replace(rows, decays_at=np.where(changed, rows.decays_at + hours * 3_600_000_000, rows.decays_at))


class Store:
    """A server, and what is stored of its structures."""

    def __init__(self, db: Database, server_id: ServerId, folder: Path) -> None:
        self.db = db
        self.server_id = server_id
        self.folder = folder

    async def merge(self, rows: StructureRows) -> None:
        class_ids = await find_class_ids(self.db, rows)
        async with self.db.transaction() as conn:
            await merge_structures(
                conn, self.server_id, rows, class_ids=class_ids, base_ids=BASES, folder=self.folder
            )

    async def clear(self) -> None:
        async with self.db.connection() as conn:
            await conn.execute("TRUNCATE structures, structure_states")

    async def count(self) -> int:
        async with self.db.connection() as conn:
            return int(await conn.fetchval("SELECT count(*) FROM structures"))

    async def lose_files(self) -> None:
        for path in self.folder.iterdir():
            path.unlink()

    async def copy(self, rows: StructureRows) -> None:
        """Store by COPY alone: all rows, as they are, into a table that has none of them."""
        class_ids = await find_class_ids(self.db, rows)
        payload = to_payload(
            rows, np.arange(len(rows)), class_ids=class_ids, base_id=base_ids_of(rows, BASES)
        )
        async with self.db.transaction() as conn:
            await conn.copy_to_table(
                "structures", source=io.BytesIO(payload), columns=COLUMNS, format="binary"
            )


@pytest.fixture
async def store(db: Database, tmp_path: Path) -> Store:
    ids = await sync(db, load_community(community_file(tmp_path, [server_entry()])))
    # plain COPY sends no server
    assert list(ids.values()) == [1]
    async with db.connection() as conn:
        await conn.execute("ALTER TABLE structures ALTER COLUMN server_id SET DEFAULT 1")
    return Store(db, ServerId(1), tmp_path / "history")


@pytest.fixture
async def loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def measure(
    benchmark: BenchmarkFixture,
    loop: asyncio.AbstractEventLoop,
    set_up: Callable[[], Coroutine[None, None, None]],
    run: Callable[[], Coroutine[None, None, None]],
) -> None:
    """Run on the session's loop, which the database belongs to: pytest-benchmark knows no coroutines."""
    benchmark.pedantic(  # type: ignore[no-untyped-call]  # it has no types
        lambda: loop.run_until_complete(run()),
        setup=lambda: loop.run_until_complete(set_up()),
        rounds=ROUNDS,
    )


def test_all_of_them_by_plain_copy(
    benchmark: BenchmarkFixture, loop: asyncio.AbstractEventLoop, store: Store
) -> None:
    rows = structures()

    measure(benchmark, loop, store.clear, lambda: store.copy(rows))

    assert loop.run_until_complete(store.count()) == COUNT


def test_all_of_them_new(benchmark: BenchmarkFixture, loop: asyncio.AbstractEventLoop, store: Store) -> None:
    rows = structures()

    measure(benchmark, loop, store.clear, lambda: store.merge(rows))

    assert loop.run_until_complete(store.count()) == COUNT


@pytest.mark.parametrize("share", [0.0, 0.01, 0.05, 0.2, 1.0])
def test_a_save_of_which_a_share_changed(
    benchmark: BenchmarkFixture, loop: asyncio.AbstractEventLoop, store: Store, share: float
) -> None:
    saves = [structures()]
    loop.run_until_complete(store.merge(saves[0]))

    async def next_save() -> None:
        saves.append(later(saves[-1], share, hours=len(saves)))

    measure(benchmark, loop, next_save, lambda: store.merge(saves[-1]))

    assert loop.run_until_complete(store.count()) == COUNT


def test_an_unchanged_save_whose_file_of_fingerprints_is_lost(
    benchmark: BenchmarkFixture, loop: asyncio.AbstractEventLoop, store: Store
) -> None:
    rows = structures()
    loop.run_until_complete(store.merge(rows))

    measure(benchmark, loop, store.lose_files, lambda: store.merge(rows))

    assert loop.run_until_complete(store.count()) == COUNT

"""Old columns are forgotten, and the database knows which are kept, whatever was killed when."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from parser_service.archive.history import columns_path
from parser_service.archive.retention import HistoryPolicy
from parser_service.archive.writing import finish, write
from parser_service.storing.tidying import History, tidy_history
from shared.db import Database
from shared.ids import SaveId
from tests.parser_service.archive.saves import SAVED_AT, columns, world
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import server_entry

POLICY = HistoryPolicy(everything=timedelta(hours=48), daily=timedelta(days=30), most_bytes=1 << 30)


class Kept:
    """A server with saves whose columns are kept."""

    def __init__(self, db: Database, history: History) -> None:
        self.db = db
        self.history = history

    async def add(self, *, days_ago: float = 0.0, is_marked: bool = True) -> SaveId:
        saved_at = SAVED_AT - timedelta(days=days_ago)
        async with self.db.connection() as conn:
            save_id = SaveId(
                await conn.fetchval(
                    """
                    INSERT INTO saves (server_id, content_hash, saved_at, decoded_at, game, version, map, game_time,
                        structures, tribes, bases, objects, objects_failed, seconds)
                    VALUES ($1, $2, $3, $3, 'asa', 14, 'TheIsland_WP', 0, 0, 0, 0, 0, 0, 0)
                    RETURNING id
                    """,
                    self.history.server_id,
                    f"{days_ago}",
                    saved_at,
                )
            )
            size = self.write(save_id, days_ago)
            if is_marked:
                await conn.execute("UPDATE saves SET columns_bytes = $2 WHERE id = $1", save_id, size)
        return save_id

    def write(self, save_id: int, days_ago: float) -> int:
        of = columns(world())
        incoming = self.history.folder / "incoming-x"
        write(
            type(of)(
                world=of.world, bases=of.bases, places=of.places, saved_at=SAVED_AT - timedelta(days=days_ago)
            ),
            incoming,
        )
        return finish(
            incoming, columns_path(self.history.folder, SaveId(save_id)), np.zeros(0, dtype=np.int64)
        )

    async def tidy(self) -> int:
        return await tidy_history(self.db, self.history, now=SAVED_AT)

    async def marked(self) -> set[int]:
        async with self.db.connection() as conn:
            return {
                row["id"] for row in await conn.fetch("SELECT id FROM saves WHERE columns_bytes IS NOT NULL")
            }

    def files(self) -> set[str]:
        return {path.name for path in self.history.folder.iterdir()}


@pytest.fixture
async def kept(environment: Environment) -> Kept:
    server = await environment.serve(server_entry())
    folder = environment.folder / "history"
    return Kept(environment.db, History(server_id=server.id, folder=folder, policy=POLICY))


async def test_what_is_too_old_is_forgotten_on_disk_and_in_the_database(kept: Kept) -> None:
    newest, old = await kept.add(), await kept.add(days_ago=40)

    assert await kept.tidy() == 1

    assert await kept.marked() == {newest}
    assert kept.files() == {f"{newest}.columns"}
    assert old != newest
    assert await kept.tidy() == 0


async def test_columns_whose_file_is_gone_are_not_said_to_be_kept(kept: Kept) -> None:
    save_id = await kept.add()
    columns_path(kept.history.folder, save_id).unlink()

    await kept.tidy()

    assert await kept.marked() == set()


async def test_columns_that_were_kept_before_the_process_was_killed_are_found_again(kept: Kept) -> None:
    save_id = await kept.add(is_marked=False)

    await kept.tidy()

    assert await kept.marked() == {save_id}


async def test_columns_of_another_database_are_removed(kept: Kept) -> None:
    save_id = await kept.add(is_marked=False)
    kept.write(save_id, days_ago=7)
    kept.write(999, days_ago=0)

    await kept.tidy()

    assert await kept.marked() == set()
    assert kept.files() == set()


async def test_what_a_killed_decode_left_behind_is_removed_after_a_day(kept: Kept) -> None:
    await kept.add()
    yesterday, just_now = (kept.history.folder / name for name in ("incoming-a", "incoming-b"))
    for path, age in ((yesterday, timedelta(days=2)), (just_now, timedelta(0))):
        path.touch()
        at = (SAVED_AT - age).timestamp()
        os.utime(path, (at, at))

    await kept.tidy()

    assert not yesterday.exists()
    assert just_now.exists()


async def test_a_copy_that_no_worker_took_is_removed_after_a_day(kept: Kept) -> None:
    yesterday, just_now = (kept.history.folder.parent / "queued" / name for name in ("a", "b"))
    for path, age in ((yesterday, timedelta(days=2)), (just_now, timedelta(0))):
        path.mkdir(parents=True)
        at = (SAVED_AT - age).timestamp()
        os.utime(path, (at, at))

    await kept.tidy()

    assert not yesterday.exists()
    assert just_now.exists()


async def test_a_server_without_a_history_is_ordinary(kept: Kept, tmp_path: Path) -> None:
    assert await kept.tidy() == 0

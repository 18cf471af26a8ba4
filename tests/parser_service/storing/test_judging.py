"""A doubtful save is on record and changes nothing, until a person accepts it."""

from __future__ import annotations

from pathlib import Path

from parser_service.storing.merging import store_save
from shared.db import Database
from shared.ids import ServerId
from shared.store.saves import (
    NewestVerdict,
    SaveLevel,
    accept_save,
    list_newest_verdicts,
    list_refusals,
)
from tests.parser_service.programs import GUILD
from tests.parser_service.storing.stored import base_ids, everything, prepared, rows, save
from tests.parser_service.storing.worlds import SAVED_AT, world


async def verdicts(db: Database) -> list[NewestVerdict]:
    async with db.connection() as conn:
        return await list_newest_verdicts(conn, GUILD)


async def test_a_world_that_lost_everything_is_shown_as_doubtful_and_changes_nothing(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    of = world()
    await store_save(db, save(server_id, prepared(of, tmp_path), "a", kept))
    before = await everything(db)
    of.structures.clear()
    of.bases.clear()

    stored = await store_save(db, save(server_id, prepared(of, tmp_path), "b", kept, minutes=15))

    assert stored is not None
    assert not stored.is_in_use
    assert (await everything(db))[1:] == before[1:]
    [newest] = await verdicts(db)
    assert newest.save_id == stored.save_id
    assert newest.level is not SaveLevel.GOOD
    assert not newest.feeds
    assert newest.reason == stored.verdict.reason != ""
    async with db.connection() as conn:
        assert [shown.reason for shown in await list_refusals(conn, GUILD)] == [newest.reason]


async def test_a_doubtful_save_that_a_person_accepts_is_used_and_judges_the_next(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    of = world()
    await store_save(db, save(server_id, prepared(of, tmp_path), "a", kept))
    of.structures.clear()
    of.bases.clear()
    empty = prepared(of, tmp_path)
    doubtful = await store_save(db, save(server_id, empty, "b", kept, minutes=15))
    assert doubtful is not None
    assert await store_save(db, save(server_id, empty, "b", kept, minutes=15)) is None

    async with db.transaction() as conn:
        assert await accept_save(conn, doubtful.save_id, actor="Aster", at=SAVED_AT)
        assert not await accept_save(conn, doubtful.save_id, actor="Aster", at=SAVED_AT)
    accepted = await store_save(db, save(server_id, empty, "b", kept, minutes=15))
    following = await store_save(db, save(server_id, empty, "c", kept, minutes=30))

    async with db.connection() as conn:
        assert await list_refusals(conn, GUILD) == []
    assert accepted is not None
    assert accepted.save_id == doubtful.save_id
    assert accepted.is_in_use
    assert await base_ids(db, server_id) == {}
    assert await rows(db, "base_members") == await rows(db, "structures") == []
    assert following is not None
    assert following.is_in_use

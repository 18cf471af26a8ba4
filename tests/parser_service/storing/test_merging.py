"""What differs is written, what does not is left alone, and a base keeps its id."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from parser_service.storing.jobs import PreparedSave
from parser_service.storing.merging import store_save
from shared.db import Database
from shared.ids import ServerId
from shared.store.saves import (
    list_bases,
    list_current_saves,
    list_tribes,
)
from tests.parser_service.programs import GUILD
from tests.parser_service.storing.stored import base_ids, everything, prepared, rows, save
from tests.parser_service.storing.worlds import SAVED_AT, world


async def test_a_save_is_stored_with_its_tribes_and_bases(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    content = prepared(world(), tmp_path)

    assert await store_save(db, save(server_id, content, "a", kept))

    async with db.connection() as conn:
        [row] = await list_current_saves(conn, GUILD)
        tribes = await list_tribes(conn, server_id)
        bases = await list_bases(conn, server_id)
    assert (row.structures, row.tribes, row.bases) == (
        content.facts.structures,
        len(content.tribes),
        len(content.bases),
    )
    assert {(tribe.tribe_id, tribe.name, tribe.structures) for tribe in tribes} == {
        (tribe.tribe_id, tribe.name, tribe.structures) for tribe in content.tribes
    }
    assert sorted(base.structures for base in bases) == sorted(base.structures for base in content.bases)
    assert all(base.tribe_name and base.latitude is not None and base.explanation for base in bases)
    assert any(base.first_decay_at is not None for base in bases)
    assert all(sum(base.tiers.values()) == base.structures for base in bases)


async def test_the_same_content_again_changes_nothing(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    content = prepared(world(), tmp_path)
    await store_save(db, save(server_id, content, "a", kept))
    before = await everything(db)

    assert not await store_save(db, save(server_id, content, "a", kept))

    assert await everything(db) == before


async def test_a_later_save_of_an_unchanged_world_rewrites_no_tribe_and_no_base(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    of = world()
    await store_save(db, save(server_id, prepared(of, tmp_path), "a", kept))
    before = await everything(db)
    # the server took some seconds longer to write its file, and nothing else happened
    later = prepared(of, tmp_path, saved_at=SAVED_AT + timedelta(seconds=20))

    assert await store_save(db, save(server_id, later, "b", kept))

    assert (await everything(db))[2:] == before[2:]


async def test_only_the_base_that_changed_is_rewritten_and_it_keeps_its_id(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    of = world()
    await store_save(db, save(server_id, prepared(of, tmp_path), "a", kept))
    before, ids = await rows(db, "bases"), await base_ids(db, server_id)
    del of.structures[next(iter(of.structures))]

    await store_save(db, save(server_id, prepared(of, tmp_path), "b", kept))

    after = await rows(db, "bases")
    assert len(set(before) - set(after)) == 1
    changed = await base_ids(db, server_id)
    assert changed.keys() == ids.keys()
    assert sum(ids.values()) - sum(changed.values()) == 1


async def test_a_base_that_is_gone_is_removed_and_a_new_one_gets_an_id_of_its_own(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    of = world()
    await store_save(db, save(server_id, prepared(of, tmp_path), "a", kept))
    ids = await base_ids(db, server_id)
    largest = max(prepared(of, tmp_path).bases, key=lambda base: base.structures)
    gone = [
        number
        for number, structure in of.structures.items()
        if abs(structure.place.x - largest.x) < 20_000 and abs(structure.place.y - largest.y) < 20_000
    ]
    removed = {number: of.structures.pop(number) for number in gone}

    await store_save(db, save(server_id, prepared(of, tmp_path), "b", kept))
    without = await base_ids(db, server_id)
    of.structures |= removed
    await store_save(db, save(server_id, prepared(of, tmp_path), "c", kept))
    again = await base_ids(db, server_id)

    assert without.keys() < ids.keys()
    assert without.keys() < again.keys()
    assert max(again) > max(ids)
    assert sorted(again.values()) == sorted(ids.values())
    assert len(await rows(db, "base_members")) == len(again)


async def test_an_older_save_that_was_put_back_is_used_again(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    of = world()
    first = prepared(of, tmp_path)
    await store_save(db, save(server_id, first, "a", kept))
    del of.structures[next(iter(of.structures))]
    await store_save(db, save(server_id, prepared(of, tmp_path), "b", kept))

    assert await store_save(db, save(server_id, first, "a", kept))

    assert sorted((await base_ids(db, server_id)).values()) == sorted(base.structures for base in first.bases)
    assert len(await rows(db, "saves")) == 2


async def test_two_saves_at_once_end_in_one_of_them_whole(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    of = world()
    contents: Sequence[PreparedSave] = [prepared(of, tmp_path)]
    for number in list(of.structures)[:200]:
        del of.structures[number]
    contents = [*contents, prepared(of, tmp_path)]

    for turn in range(3):
        await asyncio.gather(
            *(
                store_save(db, save(server_id, content, f"{turn} {n}", kept))
                for n, content in enumerate(contents)
            )
        )
        stored = sorted((await base_ids(db, server_id)).values())
        async with db.connection() as conn:
            [row] = await list_current_saves(conn, GUILD)
        [used] = [content for content in contents if content.facts.structures == row.structures]
        assert stored == sorted(base.structures for base in used.bases)


async def test_connections_that_are_killed_in_the_middle_cost_time_and_nothing_else(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    content = prepared(world(), tmp_path)
    killed = 0

    async def kill_writers() -> None:
        nonlocal killed
        async with db.connection() as conn:
            while killed < 2:
                killed += await conn.fetchval(
                    """
                    SELECT count(pg_terminate_backend(pid))
                    FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
                    """
                )
                await asyncio.sleep(0)

    killing = asyncio.ensure_future(kill_writers())
    for number in range(50):
        await store_save(db, save(server_id, content, f"save {number}", kept))
        if killing.done():
            break
    await killing

    assert killed >= 2
    assert len(await rows(db, "structures")) == len(content.structures)
    assert len(await rows(db, "bases")) == len(content.bases)


async def test_a_reader_sees_one_save_whole_while_the_next_one_is_stored(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    of = world()
    contents = [prepared(of, tmp_path)]
    for number in list(of.structures)[:100]:
        del of.structures[number]
    contents.append(prepared(of, tmp_path))
    whole = {len(content.structures) for content in contents}
    seen = set()

    async def write() -> None:
        for turn in range(6):
            await store_save(db, save(server_id, contents[turn % 2], f"save {turn}", kept))

    writing = asyncio.ensure_future(write())
    async with db.connection() as conn:
        while not writing.done():
            seen.add(await conn.fetchval("SELECT count(*) FROM structures"))
    await writing

    assert seen - {0} == whole

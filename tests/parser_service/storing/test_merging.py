"""What differs is written, what does not is left alone, and a base keeps its id."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from parser_service.storing.jobs import PreparedSave
from parser_service.storing.merging import SaveToStore, store_save
from parser_service.storing.preparing import prepare
from sandbox.ark.world import World
from sandbox.ark.writer import write_save
from shared.db import Database
from shared.ids import ServerId
from shared.store.saves import list_bases, list_current_saves, list_tribes
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import GUILD, server_entry
from tests.parser_service.storing.worlds import SAVED_AT, job, world


@pytest.fixture
async def server_id(environment: Environment) -> ServerId:
    return (await environment.serve(server_entry())).id


def prepared(of: World, folder: Path, *, saved_at: datetime = SAVED_AT) -> PreparedSave:
    return prepare(replace(job(write_save(of, folder)), saved_at=saved_at))


def save(server_id: ServerId, content: PreparedSave, content_hash: str) -> SaveToStore:
    return SaveToStore(
        server_id=server_id,
        content_hash=content_hash,
        saved_at=SAVED_AT,
        decoded_at=SAVED_AT,
        prepared=content,
    )


async def rows(db: Database, table: str) -> list[tuple[Any, ...]]:
    """Return a table's rows with the transaction that wrote each."""
    async with db.connection() as conn:
        found = await conn.fetch(f"SELECT xmin::text, t::text AS content FROM {table} t ORDER BY 2")
    return [tuple(row) for row in found]


async def everything(db: Database) -> list[list[tuple[Any, ...]]]:
    tables = ("saves", "current_saves", "tribes", "bases", "base_members")
    return [await rows(db, table) for table in tables]


async def base_ids(db: Database, server_id: ServerId) -> dict[int, int]:
    """Return how many structures each base has, by its id."""
    async with db.connection() as conn:
        return {base.id: base.structures for base in await list_bases(conn, server_id)}


async def test_a_save_is_stored_with_its_tribes_and_bases(
    db: Database, server_id: ServerId, tmp_path: Path
) -> None:
    content = prepared(world(), tmp_path)

    assert await store_save(db, save(server_id, content, "a"))

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
    db: Database, server_id: ServerId, tmp_path: Path
) -> None:
    content = prepared(world(), tmp_path)
    await store_save(db, save(server_id, content, "a"))
    before = await everything(db)

    assert not await store_save(db, save(server_id, content, "a"))

    assert await everything(db) == before


async def test_a_later_save_of_an_unchanged_world_rewrites_no_tribe_and_no_base(
    db: Database, server_id: ServerId, tmp_path: Path
) -> None:
    of = world()
    await store_save(db, save(server_id, prepared(of, tmp_path), "a"))
    before = await everything(db)
    # the server took some seconds longer to write its file, and nothing else happened
    later = prepared(of, tmp_path, saved_at=SAVED_AT + timedelta(seconds=20))

    assert await store_save(db, save(server_id, later, "b"))

    assert (await everything(db))[2:] == before[2:]


async def test_only_the_base_that_changed_is_rewritten_and_it_keeps_its_id(
    db: Database, server_id: ServerId, tmp_path: Path
) -> None:
    of = world()
    await store_save(db, save(server_id, prepared(of, tmp_path), "a"))
    before, ids = await rows(db, "bases"), await base_ids(db, server_id)
    del of.structures[next(iter(of.structures))]

    await store_save(db, save(server_id, prepared(of, tmp_path), "b"))

    after = await rows(db, "bases")
    assert len(set(before) - set(after)) == 1
    changed = await base_ids(db, server_id)
    assert changed.keys() == ids.keys()
    assert sum(ids.values()) - sum(changed.values()) == 1


async def test_a_base_that_is_gone_is_removed_and_a_new_one_gets_an_id_of_its_own(
    db: Database, server_id: ServerId, tmp_path: Path
) -> None:
    of = world()
    await store_save(db, save(server_id, prepared(of, tmp_path), "a"))
    ids = await base_ids(db, server_id)
    largest = max(prepared(of, tmp_path).bases, key=lambda base: base.structures)
    gone = [
        number
        for number, structure in of.structures.items()
        if abs(structure.place.x - largest.x) < 20_000 and abs(structure.place.y - largest.y) < 20_000
    ]
    kept = {number: of.structures.pop(number) for number in gone}

    await store_save(db, save(server_id, prepared(of, tmp_path), "b"))
    without = await base_ids(db, server_id)
    of.structures |= kept
    await store_save(db, save(server_id, prepared(of, tmp_path), "c"))
    again = await base_ids(db, server_id)

    assert without.keys() < ids.keys()
    assert without.keys() < again.keys()
    assert max(again) > max(ids)
    assert sorted(again.values()) == sorted(ids.values())
    assert len(await rows(db, "base_members")) == len(again)


async def test_an_older_save_that_was_put_back_is_used_again(
    db: Database, server_id: ServerId, tmp_path: Path
) -> None:
    of = world()
    first = prepared(of, tmp_path)
    await store_save(db, save(server_id, first, "a"))
    del of.structures[next(iter(of.structures))]
    await store_save(db, save(server_id, prepared(of, tmp_path), "b"))

    assert await store_save(db, save(server_id, first, "a"))

    assert sorted((await base_ids(db, server_id)).values()) == sorted(base.structures for base in first.bases)
    assert len(await rows(db, "saves")) == 2


async def test_two_saves_at_once_end_in_one_of_them_whole(
    db: Database, server_id: ServerId, tmp_path: Path
) -> None:
    of = world()
    contents: Sequence[PreparedSave] = [prepared(of, tmp_path)]
    for number in list(of.structures)[:200]:
        del of.structures[number]
    contents = [*contents, prepared(of, tmp_path)]

    for turn in range(3):
        await asyncio.gather(
            *(store_save(db, save(server_id, content, f"{turn} {n}")) for n, content in enumerate(contents))
        )
        stored = sorted((await base_ids(db, server_id)).values())
        async with db.connection() as conn:
            [row] = await list_current_saves(conn, GUILD)
        [used] = [content for content in contents if content.facts.structures == row.structures]
        assert stored == sorted(base.structures for base in used.bases)


async def test_a_world_without_anything_empties_the_tables(
    db: Database, server_id: ServerId, tmp_path: Path
) -> None:
    of = world()
    await store_save(db, save(server_id, prepared(of, tmp_path), "a"))
    of.structures.clear()
    of.bases.clear()

    await store_save(db, save(server_id, prepared(of, tmp_path), "b"))

    assert await base_ids(db, server_id) == {}
    assert await rows(db, "base_members") == []

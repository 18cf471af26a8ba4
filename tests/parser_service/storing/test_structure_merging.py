"""The structures in the database are those of the save in use."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from parser_service.storing.merging import store_save
from parser_service.storing.rows import NEVER
from shared.db import Database
from shared.ids import ServerId
from tests.parser_service.storing.stored import base_ids, prepared, rows, save
from tests.parser_service.storing.worlds import world


async def test_the_structures_are_those_of_the_save_whatever_became_of_the_file_of_fingerprints(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    of = world()
    await store_save(db, save(server_id, prepared(of, tmp_path), "a", kept))
    before = await rows(db, "structures")
    shutil.rmtree(kept)
    del of.structures[next(iter(of.structures))]
    content = prepared(of, tmp_path)

    await store_save(db, save(server_id, content, "b", kept, minutes=15))

    after = await rows(db, "structures")
    assert len(after) == len(content.structures) == len(before) - 1
    # a structure whose base is still the same was not written again
    assert len(set(after) & set(before)) == len(after)
    assert len(list(kept.glob("*.rows"))) == 1


async def test_a_structure_says_what_and_whose_it_is_where_it_is_and_when_it_decays(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    content = prepared(world(), tmp_path)
    await store_save(db, save(server_id, content, "a", kept))

    async with db.connection() as conn:
        found = await conn.fetch(
            """
            SELECT s.identity, c.name, s.tribe_id, s.base_id, s.x, s.decays_at
            FROM structures s JOIN structure_classes c ON c.id = s.class_id
            ORDER BY identity
            """
        )
    of = content.structures
    assert [row["identity"] for row in found] == of.identity.tolist()
    assert [row["name"] for row in found] == [of.classes[index] for index in of.class_index]
    assert [row["tribe_id"] for row in found] == of.tribe_id.tolist()
    assert [row["x"] for row in found] == pytest.approx(of.x.tolist())
    assert [row["base_id"] is None for row in found] == (of.base_row < 0).tolist()
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    for row, micros in zip(found, of.decays_at.tolist(), strict=True):
        expected = None if micros == NEVER else epoch + timedelta(microseconds=micros)
        assert row["decays_at"] == expected
    stored = await base_ids(db, server_id)
    counted = Counter(row["base_id"] for row in found if row["base_id"] is not None)
    assert dict(counted) == stored

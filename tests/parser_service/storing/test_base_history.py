"""What became of bases, and their names."""

from __future__ import annotations

from pathlib import Path

from parser_service.bases.history import BaseEventKind
from parser_service.storing.base_history import NamedBaseEvent, pass_on_names
from parser_service.storing.merging import store_save
from shared.db import Database
from shared.ids import BaseId, ServerId, TribeId
from tests.parser_service.storing.stored import base_ids, prepared, rows, save
from tests.parser_service.storing.worlds import SAVED_AT, world


async def test_what_became_of_bases_is_on_record_but_for_the_first_save(
    db: Database, server_id: ServerId, tmp_path: Path, kept: Path
) -> None:
    of = world()
    await store_save(db, save(server_id, prepared(of, tmp_path), "a", kept))
    assert await rows(db, "base_events") == []
    del of.structures[next(iter(of.structures))]

    stored = await store_save(db, save(server_id, prepared(of, tmp_path), "b", kept, minutes=15))

    assert stored is not None
    async with db.connection() as conn:
        [event] = await conn.fetch("SELECT * FROM base_events")
    assert (event["kind"], event["save_id"], event["other_base_id"]) == ("shrunk", stored.save_id, None)
    assert event["structures_before"] - event["structures"] == 1
    assert event["structures"] == (await base_ids(db, server_id))[event["base_id"]]


async def test_a_base_without_a_name_takes_that_of_the_largest_base_merged_into_it(
    db: Database, server_id: ServerId
) -> None:
    def merged(base_id: int, into: int, structures: int) -> NamedBaseEvent:
        return NamedBaseEvent(
            base_id=BaseId(base_id),
            kind=BaseEventKind.MERGED,
            tribe_id=TribeId(50_001),
            other_base_id=BaseId(into),
            before=structures,
            after=90,
            shared=structures,
        )

    async with db.transaction() as conn:
        for base_id, name in ((1, "Small"), (2, "Large"), (3, "Gone"), (8, "Own name")):
            await conn.execute(
                "INSERT INTO base_names VALUES ($1, $2, $3, 'Aster', $4)", server_id, base_id, name, SAVED_AT
            )
        await pass_on_names(
            conn, server_id, [merged(1, 7, 5), merged(2, 7, 50), merged(3, 8, 50), merged(4, 7, 60)]
        )
        found = await conn.fetch("SELECT base_id, name FROM base_names WHERE base_id > 6 ORDER BY base_id")

    assert [tuple(row) for row in found] == [(7, "Large"), (8, "Own name")]

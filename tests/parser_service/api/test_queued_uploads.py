"""Uploads that wait for a worker like any other save."""

from __future__ import annotations

from pathlib import Path

import pytest

from parser_service.api.queued_uploads import QueuedUploads
from parser_service.api.scope import Upload
from parser_service.decay.policy import policy_of
from parser_service.game_servers import Served
from parser_service.storing.copying import CopiedSave, copy_world, look
from parser_service.storing.handling import Ticket
from shared.errors import NotFoundError
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import server_entry
from tests.parser_service.storing.worlds import SAVED_AT, write


async def test_an_upload_waits_with_the_identity_of_its_content(
    environment: Environment, tmp_path: Path
) -> None:
    server = await environment.serve(server_entry())
    world = write(tmp_path / "game")
    (tmp_path / "copy").mkdir()
    copied = copy_world(look(world), tmp_path / "copy")
    assert copied is not None
    uploaded = tmp_path / "uploads" / "x.ark"
    uploaded.parent.mkdir()
    uploaded.write_bytes(world.read_bytes())

    def ticket_of(served: Served, of: CopiedSave) -> Ticket:
        decay = served.entry.decay
        return Ticket(
            server_id=served.id,
            server_key=served.key,
            expected_map=served.entry.map,
            folder=tmp_path / "saves",
            path=of.path,
            saved_at=of.saved_at,
            identity=of.content_hash,
            radius=decay.radius,
            minimum=decay.minimum,
            policy=policy_of(decay),
        )

    uploads = QueuedUploads(environment.db, {"island": server}, ticket_of)

    await uploads.take(Upload(server_key="island", path=uploaded, saved_at=SAVED_AT, actor="owner"))

    async with environment.db.connection() as conn:
        [row] = await conn.fetch("SELECT dedupe_key FROM jobs.pgqueuer")
    waiting = tmp_path / "saves" / "queued" / copied.content_hash / "x.ark"
    assert row["dedupe_key"] == f"{server.id}:{copied.content_hash}"
    assert waiting.read_bytes() == world.read_bytes()
    assert waiting.stat().st_mtime == SAVED_AT.timestamp()
    assert not uploaded.exists()


async def test_an_upload_for_a_server_that_is_served_no_more_is_refused(
    environment: Environment, tmp_path: Path
) -> None:
    def never(_served: Served, _of: CopiedSave) -> Ticket:
        raise AssertionError

    uploads = QueuedUploads(environment.db, {}, never)

    with pytest.raises(NotFoundError):
        await uploads.take(Upload(server_key="island", path=tmp_path / "x", saved_at=SAVED_AT, actor="owner"))

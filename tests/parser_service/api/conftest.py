"""The API with a server whose worlds were stored as the service stores them, columns and all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from parser_service.api.access import AskedScope
from parser_service.api.app import build_app
from parser_service.api.scope import Storage, Upload
from parser_service.api.token_service import make_token
from parser_service.archive.history import incoming_path, put_away
from parser_service.game_servers import Served
from parser_service.storing.merging import SaveToStore, StoredSave, store_save
from parser_service.storing.preparing import prepare
from parser_service.storing.queries import set_columns_bytes
from sandbox.ark.world import World
from sandbox.ark.writer import write_save
from shared.clock import FrozenClock
from shared.domain.events import GameEvent
from shared.ids import SaveId
from shared.runtime.reporting import Reporter
from shared.store.events import NewEvent, add_events
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import GUILD, TOKEN, server_entry
from tests.parser_service.storing.worlds import SAVED_AT, job, world

AT = datetime(2026, 9, 13, 18, 0, tzinfo=UTC)
NOW = AT + timedelta(hours=1)
ISLAND = "/v1/servers/island"


@dataclass
class Uploads:
    """What was uploaded."""

    taken: list[tuple[Upload, bytes]] = field(default_factory=list)

    async def take(self, upload: Upload) -> None:
        self.taken.append((upload, upload.path.read_bytes()))
        upload.path.unlink()


@dataclass(frozen=True)
class Api:
    """The API, and what it speaks of."""

    app: FastAPI
    client: httpx.AsyncClient
    anonymous: httpx.AsyncClient
    reporter: Reporter
    server: Served
    environment: Environment
    clock: FrozenClock
    uploads: Uploads

    async def get(self, path: str, **params: object) -> httpx.Response:
        return await self.client.get(path, params=httpx.QueryParams(params))  # type: ignore[arg-type]  # numbers too

    async def add(self, *events: GameEvent) -> None:
        new = [
            NewEvent(occurred_at=AT + timedelta(seconds=number), event=event, raw=f"raw {number}")
            for number, event in enumerate(events)
        ]
        async with self.environment.db.transaction() as conn:
            await add_events(conn, self.server.id, "log", new)

    async def store(self, folder: Path, content_hash: str = "a", *, structures_gone: int = 0) -> SaveId:
        of = world()
        for number in list(of.structures)[:structures_gone]:
            del of.structures[number]
        return (await self.store_world(of, folder, content_hash)).save_id

    async def store_world(
        self, of: World, folder: Path, content_hash: str, *, saved_at: datetime = SAVED_AT
    ) -> StoredSave:
        """Store a world, and put its columns away, as the service does."""
        decoding = job(write_save(of, folder))
        prepared = prepare(decoding)
        history = self.environment.folder / "saves" / "island" / "history"
        save = SaveToStore(
            server_id=self.server.id,
            content_hash=content_hash,
            saved_at=saved_at,
            decoded_at=datetime.now(UTC),
            prepared=prepared,
            folder=history,
        )
        stored = await store_save(self.environment.db, save)
        assert stored is not None
        decoding.columns_path.rename(incoming_path(history, content_hash))
        size = await put_away(history, content_hash, stored.save_id, stored.base_ids)
        async with self.environment.db.connection() as conn:
            await set_columns_bytes(conn, stored.save_id, size)
        return stored

    async def token(self, scope: str, *, expires_at: datetime | None = None) -> str:
        """Make a token, and return its secret."""
        _, secret = await make_token(
            self.environment.db,
            GUILD,
            label=f"test {scope}",
            scope=AskedScope.parse(scope),
            actor="owner",
            now=self.clock.now(),
            expires_at=expires_at,
        )
        return secret

    @asynccontextmanager
    async def as_scope(self, scope: str) -> AsyncIterator[httpx.AsyncClient]:
        """Lend a client that bears a token of a scope."""
        secret = TOKEN if scope == "owner" else await self.token(scope)
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {secret}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://parser", headers=headers
        ) as client:
            yield client


@pytest.fixture
async def api(environment: Environment) -> AsyncIterator[Api]:
    server = await environment.serve(server_entry())
    reporter, clock, uploads = Reporter("parser_service", None), FrozenClock(NOW), Uploads()
    (environment.folder / "saves" / "island" / "history").mkdir(parents=True)
    app = build_app(
        db=environment.db,
        guild_id=GUILD,
        token=SecretStr(TOKEN),
        reporter=reporter,
        clock=clock,
        storage=Storage(
            folder_of=lambda key: environment.folder / "saves" / key,
            upload_limit_bytes=1 << 20,
            take=uploads.take,
        ),
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        httpx.AsyncClient(
            transport=transport, base_url="http://parser", headers={"Authorization": f"Bearer {TOKEN}"}
        ) as client,
        httpx.AsyncClient(transport=transport, base_url="http://parser") as anonymous,
    ):
        yield Api(
            app=app,
            client=client,
            anonymous=anonymous,
            reporter=reporter,
            server=server,
            environment=environment,
            clock=clock,
            uploads=uploads,
        )


def assert_problem(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"]

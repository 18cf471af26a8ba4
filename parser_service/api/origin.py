"""Which save an answer comes from: the one in use, or one that is asked for by its id."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from parser_service.api import queries
from parser_service.api.scope import Scope
from shared.db import Connection
from shared.errors import NotFoundError
from shared.ids import SaveId, ServerId
from shared.store.servers import GameServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A save as answers name it."""

    save_id: SaveId
    content_hash: str
    saved_at: datetime
    decoded_at: datetime
    verdict: Literal["good", "stale", "suspect", "bad"]
    map: str
    columns_kept: bool

    def fields(self) -> dict[str, Any]:
        """Return what every answer from a save carries."""
        return {"save_id": self.save_id, "saved_at": self.saved_at, "verdict": self.verdict}

    def headers(self) -> dict[str, str]:
        """Return the same as headers, for answers that have no room for it."""
        return {
            "Helena-Save-Id": str(self.save_id),
            "Helena-Saved-At": self.saved_at.isoformat(),
            "Helena-Verdict": self.verdict,
        }


async def origin_of(conn: Connection, server: GameServer, save_id: int | None) -> Origin:
    """Return a save of a server, or the one in use.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    if save_id is None:
        found = await queries.find_current_save(conn, server.id)
    else:
        found = await queries.find_save(conn, server.id, SaveId(save_id))
    if found is None:
        what = "No save" if save_id is None else f"No save {save_id}"
        message = f"{what} of {server.key!r} has been decoded. /v1/servers/{server.key}/save says why."
        raise NotFoundError(message)
    is_stale = found.is_in_use and (
        await queries.find_refusal(conn, server.id, after=found.decoded_at) is not None
    )
    return Origin(
        save_id=SaveId(found.id),
        content_hash=found.content_hash,
        saved_at=found.saved_at,
        decoded_at=found.decoded_at,
        verdict="stale" if is_stale else found.verdict,
        map=found.map,
        columns_kept=found.columns_kept,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWorld:
    """The save in use as the database has it, seen whole from beginning to end."""

    conn: Connection
    server: GameServer
    origin: Origin

    @property
    def server_id(self) -> ServerId:
        """Return the server's id."""
        return self.server.id


@asynccontextmanager
async def stored_world(scope: Scope, key: str) -> AsyncIterator[StoredWorld]:
    """Lend a connection that sees one save from beginning to end."""
    async with scope.db.transaction() as conn:
        await queries.set_snapshot(conn)
        server = await scope.server(conn, key)
        yield StoredWorld(conn=conn, server=server, origin=await origin_of(conn, server, None))

"""What every route works with: the database, the community, and where the columns of saves are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeAlias

from fastapi import Depends, Request
from pydantic import SecretStr

from parser_service.pictures.service import Pictures
from shared.clock import Clock
from shared.db import Connection, Database
from shared.errors import OperationalError
from shared.ids import GuildId, ServerId
from shared.runtime.reporting import Reporter
from shared.store.servers import GameServer, get_server

# Two worlds at a time, one per core of a small machine: what is read is held until it has been sent.
_READ_AT_ONCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A world that somebody uploaded: a whole file of ours, which whoever takes it removes in the end."""

    server_key: str
    path: Path
    saved_at: datetime
    actor: str


TakeUpload: TypeAlias = Callable[[Upload], Awaitable[None]]
"""Has an upload decoded like a save that the server wrote; returns when that is certain to happen."""


class UploadsOffError(OperationalError):
    """Nobody decodes uploads just now, or this service has no place for them."""

    code = "SAVE-13"


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Where the saves of a server are kept, and what becomes of a world that somebody uploads.

    ``folder_of`` gives the folder of a server's saves by its key. Without ``take``, uploads are refused.
    """

    folder_of: Callable[[str], Path]
    upload_limit_bytes: int = 2 << 30
    take: TakeUpload | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One community, and where what is known of it is kept."""

    db: Database
    guild_id: GuildId
    reporter: Reporter
    owner_token: SecretStr
    clock: Clock
    pictures: Pictures
    storage: Storage | None = None
    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_READ_AT_ONCE))

    def owner_header(self) -> bytes:
        """Return the header that the owner's requests bear."""
        return f"Bearer {self.owner_token.get_secret_value()}".encode()

    async def server(self, conn: Connection, key: str) -> GameServer:
        """Return one of the community's servers.

        Raises
        ------
        NotFoundError
            When it has no such server.
        """
        return await get_server(conn, self.guild_id, key)

    async def server_id(self, conn: Connection, key: str) -> ServerId:
        """Return the id of one of the community's servers; raises as ``server``."""
        return (await self.server(conn, key)).id


def _scope_of(request: Request) -> Scope:
    scope: Scope = request.app.state.scope
    return scope


Scoped = Annotated[Scope, Depends(_scope_of)]

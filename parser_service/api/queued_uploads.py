"""Uploads into the queue of decode jobs, beside the saves that the service copies itself."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias

from parser_service.api.scope import Upload
from parser_service.game_servers import Served
from parser_service.storing.copying import CopiedSave
from parser_service.storing.dispatching import QUEUED
from parser_service.storing.handling import Ticket
from parser_service.storing.queueing import enqueue
from shared.db import Database
from shared.errors import NotFoundError

_CHUNK: Final = 1 << 20

TicketOf: TypeAlias = Callable[[Served, CopiedSave], Ticket]
"""Gives the ticket of a copy: the same as the watcher's, so that no content is decoded twice."""


class QueuedUploads:
    """Takes uploads for the game servers of this process."""

    def __init__(self, db: Database, servers: Mapping[str, Served], ticket_of: TicketOf) -> None:
        self._db = db
        self._servers = servers
        self._ticket_of = ticket_of

    async def take(self, upload: Upload) -> None:
        """Set an upload aside, and let it wait for a worker.

        Raises
        ------
        NotFoundError
            When the server is not one of the community file.
        """
        served = self._servers.get(upload.server_key)
        if served is None:
            raise NotFoundError(f"{upload.server_key!r} is in the community file no more.")
        digest = await asyncio.to_thread(_hash, upload.path)
        copied = CopiedSave(path=upload.path, content_hash=digest, saved_at=upload.saved_at)
        ticket = self._ticket_of(served, copied)
        waiting = replace(ticket, path=await asyncio.to_thread(_set_aside, ticket))
        async with self._db.transaction() as conn:
            await enqueue(conn, waiting)


def _hash(path: Path) -> str:
    """Return what ``copying`` calls the content."""
    digest = hashlib.blake2b(digest_size=20)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _set_aside(ticket: Ticket) -> Path:
    """Give the file a folder of its own, and its server's time, which is when it was saved."""
    folder = ticket.folder / QUEUED / ticket.identity
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / ticket.path.name
    shutil.move(ticket.path, target)
    seconds = ticket.saved_at.timestamp()
    os.utime(target, (seconds, seconds))
    return target

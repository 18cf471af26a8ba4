"""The watcher's side of the queue: a copied save is set aside for whichever worker takes it, and waited for."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from parser_service.stopping import Stop
from parser_service.storing import outcome_queries
from parser_service.storing.handling import Outcome, Ticket
from parser_service.storing.queueing import dedupe_key, enqueue
from shared.db import Database
from shared.errors import OperationalError

QUEUED: Final = "queued"
"""The folder of copies that wait for a worker or are with one, each in a folder of its own."""

# Decoding takes a second or more; asking is one look into an index.
_ASK_SECONDS: Final = 0.2


class DecodeLostError(OperationalError):
    """A worker failed at a save without saying what became of it; the save is enqueued again."""

    code = "SAVE-22"


class Dispatcher:
    """Has copied saves handled by the workers of the queue."""

    def __init__(self, db: Database, stop: Stop) -> None:
        self._db = db
        self._stop = stop

    async def handle(self, ticket: Ticket) -> Outcome:
        """Return what became of a save; ``Outcome.WAITING`` when the stop came first.

        Raises
        ------
        DecodeLostError
            When a worker gave it up without a result.
        """
        waiting = await asyncio.to_thread(_set_aside, ticket)
        async with self._db.transaction() as conn:
            await enqueue(conn, waiting)
        while not await self._stop.within(_ASK_SECONDS):
            async with self._db.connection() as conn:
                if await outcome_queries.is_queued(conn, dedupe_key(waiting)):
                    continue
                found = await outcome_queries.find_outcome(conn, ticket.server_id, ticket.identity)
            if found is None:
                message = f"{ticket.server_key}: a worker failed at {ticket.path.name}; see its log. It is tried again."
                raise DecodeLostError(message)
            return Outcome(found)
        return Outcome.WAITING


def _set_aside(ticket: Ticket) -> Ticket:
    """Give the copy a folder of its own, where the next copy does not disturb it; one that waits there already stays."""
    target = ticket.folder / QUEUED / ticket.identity
    source = ticket.path.parent
    if source != target:
        target.parent.mkdir(parents=True, exist_ok=True)
        if (target / ticket.path.name).is_file():
            shutil.rmtree(source)
        else:
            source.rename(target)
    return replace(ticket, path=target / ticket.path.name)


def remove_queued(folder: Path, *, older_than: float) -> None:
    """Remove copies that were set aside before an instant (seconds since 1970) and that no worker took. Blocking."""
    for copy in (folder / QUEUED).glob("*"):
        with suppress(FileNotFoundError):
            if copy.stat().st_mtime < older_than:
                shutil.rmtree(copy, ignore_errors=True)

"""Readers of the event log: each event takes effect once, because the cursor moves in the effect's transaction."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared.cache.keys import EVENTS_STORED
from shared.cache.wakeups import wait_for_wakeup
from shared.db import Connection
from shared.domain.events import EventKind
from shared.ids import ServerId
from shared.runtime.loops import run_guarded
from shared.runtime.resources import Resources
from shared.store.events import ReaderCursor, StoredEvent, list_behind, list_events, lock_reader, set_reader

log = logging.getLogger(__name__)

# One transaction's worth: small enough to commit in milliseconds, large enough to catch up fast.
BATCH = 500
# Who hears no wake-up looks this often anyway.
POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Consecutive events of one server, about to take effect in one transaction."""

    server_id: ServerId
    events: list[StoredEvent]
    cursor: ReaderCursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads, which kinds, and what they do.

    ``apply`` gets the transaction's connection and does all its work through it; no network call inside.
    ``committed`` is called after the transaction, for wake-ups.
    """

    name: str
    kinds: tuple[EventKind, ...]
    apply: Callable[[Connection, Batch], Awaitable[None]]
    committed: Callable[[], Awaitable[None]] | None = None


async def run_reader(reader: Reader, resources: Resources) -> None:
    """Read for ever."""
    woken = resources.wakeups.subscribe(EVENTS_STORED)

    async def catch_up() -> None:
        await read_all(reader, resources)

    while True:
        await run_guarded(f"reader {reader.name}", catch_up)
        await wait_for_wakeup(woken, at_most_seconds=POLL_SECONDS)


async def read_all(reader: Reader, resources: Resources) -> None:
    """Read everything there is, server by server."""
    async with resources.db.connection() as conn:
        behind = await list_behind(conn, reader.name)
    for server_id in behind:
        while await _read_batch(reader, resources, server_id):
            pass


async def _read_batch(reader: Reader, resources: Resources, server_id: ServerId) -> bool:
    """Read one batch, and tell whether there is more."""
    async with resources.db.transaction() as conn:
        cursor = await lock_reader(conn, reader.name, server_id)
        upto = min(cursor.last_seq, cursor.seq + BATCH)
        if upto == cursor.seq:
            return False
        events = await list_events(conn, server_id, after=cursor.seq, upto=upto, kinds=reader.kinds)
        if events:
            await reader.apply(conn, Batch(server_id=server_id, events=events, cursor=cursor))
        await set_reader(conn, reader.name, server_id, upto)
    if events and reader.committed is not None:
        await reader.committed()
    return upto < cursor.last_seq

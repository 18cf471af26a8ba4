"""Counts what the log tells, in the cursor's transaction: each event once."""

from __future__ import annotations

from bots.stats.counting.domain import clean, rider_in, tallies_of
from bots.stats.counting.queries import (
    add_playtime,
    add_session,
    add_sighting,
    add_tally,
    add_tie,
    find_alive,
    find_survivor,
    list_open_sessions,
    set_alive,
    set_session_closed,
    set_session_seen,
)
from shared.db import Connection
from shared.domain.events import Chat
from shared.domain.sessions import OpenSession, SessionBook, SessionChange, player_key
from shared.runtime.readers import Batch
from shared.store.events import StoredEvent
from shared.store.server_by_id import get_server_by_id
from shared.store.servers import GameServer


class Counting:
    """Keeps sessions and totals."""

    async def apply(self, conn: Connection, batch: Batch) -> None:
        """Count a batch of one server's events."""
        server = await get_server_by_id(conn, batch.server_id)
        book = SessionBook(
            await list_open_sessions(conn, server.id), alive_at=await find_alive(conn, server.id)
        )
        before = dict(book.open)
        for stored in batch.events:
            for change in book.apply(stored.event, stored.occurred_at):
                await _change(conn, server, change)
            await _count(conn, server, stored)
            if isinstance(stored.event, Chat):
                await _tie(conn, server, book, stored, stored.event)
        for session in book.open.values():
            if before.get(session.player) != session:
                await set_session_seen(conn, server.id, session)
                await add_sighting(conn, server.guild_id, server.id, session)
        if book.alive_at is not None:
            await set_alive(conn, server.guild_id, server.id, book.alive_at)


async def _change(conn: Connection, server: GameServer, change: SessionChange) -> None:
    if isinstance(change, OpenSession):
        await add_session(conn, server.guild_id, server.id, change)
        await add_sighting(conn, server.guild_id, server.id, change)
    else:
        await set_session_closed(conn, server.id, change)
        await add_playtime(conn, server.id, change)


async def _count(conn: Connection, server: GameServer, stored: StoredEvent) -> None:
    rider = rider_in(stored.event)
    name = await find_survivor(conn, server.id, rider) if rider is not None else None
    riders = {rider: name} if rider is not None and name is not None else {}
    for tally in tallies_of(stored.event, riders):
        await add_tally(conn, server.guild_id, server.id, tally)


async def _tie(
    conn: Connection, server: GameServer, book: SessionBook, stored: StoredEvent, chat: Chat
) -> None:
    """Learn whose survivor somebody is; on ASA a name alone does not say which account that is."""
    session = book.find(chat.platform_name, chat.platform_id)
    is_by_name = server.game == "ase" or chat.platform_id is not None
    player = (
        session.player
        if session is not None
        else player_key(chat.platform_name, chat.platform_id)
        if is_by_name
        else None
    )
    if player is not None and clean(chat.survivor):
        await add_tie(conn, server.id, clean(chat.survivor), player, stored.occurred_at)

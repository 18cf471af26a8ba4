"""Reads joins and leaves, and puts ids into quarantine that several people use at once."""

from __future__ import annotations

from bots.admin.linking.presence_queries import list_presences, set_presences
from bots.admin.linking.sharing import Presences
from shared.db import Connection
from shared.domain.events import EventKind
from shared.runtime.readers import Batch, Reader
from shared.store.quarantine import Quarantined, add_quarantined
from shared.store.server_by_id import get_server_by_id

_KINDS = (EventKind.JOINED, EventKind.LEFT, EventKind.SERVER_STARTED)


def shared_ids_reader() -> Reader:
    """Return the reader."""
    return Reader(name="admin_shared_ids", kinds=_KINDS, apply=_apply)


async def _apply(conn: Connection, batch: Batch) -> None:
    before = await list_presences(conn, batch.server_id)
    presences = Presences(before)
    for stored in batch.events:
        player = presences.apply(stored.event, stored.occurred_at)
        if player is not None:
            server = await get_server_by_id(conn, batch.server_id)
            reason = f"on {server.name} several people were on with this id at once"
            found = Quarantined(player=player, reason=reason, found_at=stored.occurred_at)
            await add_quarantined(conn, server.guild_id, found)
    after = presences.all
    await set_presences(conn, batch.server_id, gone=set(before) - after, new=after - set(before))

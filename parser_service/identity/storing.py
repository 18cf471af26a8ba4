"""Keeps what a good save says about who is who, in the transaction that stores it."""

from __future__ import annotations

from datetime import datetime

from parser_service.identity.finding import Identity
from shared.db import Connection
from shared.ids import SaveId, ServerId
from shared.store.proofs import add_proofs
from shared.store.quarantine import Quarantined, add_quarantined
from shared.store.server_by_id import get_server_by_id
from shared.store.survivor_accounts import merge_survivor_accounts


async def store_identity(
    conn: Connection, server_id: ServerId, save_id: SaveId, identity: Identity, *, saved_at: datetime
) -> None:
    """Keep codes, accounts and ids that nobody can own. Call it before the save is made the one in use."""
    await merge_survivor_accounts(conn, server_id, identity.survivors)
    if identity.proofs:
        await add_proofs(conn, server_id, save_id, identity.proofs, saved_at=saved_at)
    if not identity.shared_accounts:
        return
    server = await get_server_by_id(conn, server_id)
    for account in identity.shared_accounts:
        reason = f"several living survivors of one save of {server.name} have this account"
        found = Quarantined(player=account, reason=reason, found_at=saved_at)
        await add_quarantined(conn, server.guild_id, found)

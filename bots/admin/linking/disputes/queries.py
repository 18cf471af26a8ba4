"""SQL of disputes."""

from __future__ import annotations

from datetime import datetime

import asyncpg

from bots.admin.linking.disputes.domain import Dispute, DisputeState
from shared.db import Connection
from shared.errors import NotFoundError
from shared.ids import GuildId


async def add_dispute(conn: Connection, dispute: Dispute) -> int | None:
    """Open a dispute, and return its number; ``None`` when one about the player is open."""
    found = await conn.fetchval(
        """
        INSERT INTO admin.disputes (guild_id, player, name, holder_id, claimant_id, claimant_name, opened_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (guild_id, player) WHERE closed_at IS NULL DO NOTHING
        RETURNING id
        """,
        dispute.guild_id,
        dispute.player,
        dispute.name,
        dispute.holder_id,
        dispute.claimant_id,
        dispute.claimant_name,
        dispute.opened_at,
    )
    return None if found is None else int(found)


async def lock_dispute_about(conn: Connection, guild_id: GuildId, player: str) -> Dispute | None:
    """Return the open dispute about a player, and hold it."""
    row = await conn.fetchrow(
        """
        SELECT id, guild_id, player, name, holder_id, claimant_id, claimant_name, opened_at, holder_proved_at,
            claimant_proved_at, state, reason
        FROM admin.disputes
        WHERE guild_id = $1 AND player = $2 AND closed_at IS NULL
        FOR UPDATE
        """,
        guild_id,
        player,
    )
    return None if row is None else _dispute(row)


async def lock_dispute(conn: Connection, guild_id: GuildId, number: int) -> Dispute:
    """Return a dispute, and hold it.

    Raises
    ------
    NotFoundError
        When the community has none of this number.
    """
    row = await conn.fetchrow(
        """
        SELECT id, guild_id, player, name, holder_id, claimant_id, claimant_name, opened_at, holder_proved_at,
            claimant_proved_at, state, reason
        FROM admin.disputes
        WHERE guild_id = $1 AND id = $2
        FOR UPDATE
        """,
        guild_id,
        number,
    )
    if row is None:
        raise NotFoundError(f"There is no dispute {number}. /links disputes shows those that are open.")
    return _dispute(row)


async def lock_waiting(conn: Connection) -> list[Dispute]:
    """Return the disputes that time may settle, and hold them."""
    rows = await conn.fetch(
        """
        SELECT id, guild_id, player, name, holder_id, claimant_id, claimant_name, opened_at, holder_proved_at,
            claimant_proved_at, state, reason
        FROM admin.disputes
        WHERE state = 'open'
        ORDER BY id
        FOR UPDATE
        """
    )
    return [_dispute(row) for row in rows]


async def list_disputes(conn: Connection, guild_id: GuildId, *, limit: int) -> list[Dispute]:
    """Return the disputes of a community that are not over, the oldest first."""
    rows = await conn.fetch(
        """
        SELECT id, guild_id, player, name, holder_id, claimant_id, claimant_name, opened_at, holder_proved_at,
            claimant_proved_at, state, reason
        FROM admin.disputes
        WHERE guild_id = $1 AND closed_at IS NULL
        ORDER BY id
        LIMIT $2
        """,
        guild_id,
        limit,
    )
    return [_dispute(row) for row in rows]


async def set_dispute(conn: Connection, dispute: Dispute, *, now: datetime) -> None:
    """Write down how a dispute stands."""
    await conn.execute(
        """
        UPDATE admin.disputes
        SET holder_proved_at = $2, claimant_proved_at = $3, state = $4, reason = $5,
            closed_at = CASE WHEN $6 THEN $7::timestamptz END
        WHERE id = $1
        """,
        dispute.id,
        dispute.holder_proved_at,
        dispute.claimant_proved_at,
        dispute.state.value,
        dispute.reason,
        dispute.is_over,
        now,
    )


def _dispute(row: asyncpg.Record) -> Dispute:
    return Dispute(**{**row, "state": DisputeState(row["state"])})

"""Players whose id is certainly not one person's: they are never tied to a member and never earn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.db import Connection
from shared.ids import GuildId


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A player's key (see ``shared.store.links``) that nobody can own, and why."""

    player: str
    reason: str
    found_at: datetime


async def add_quarantined(conn: Connection, guild_id: GuildId, found: Quarantined) -> bool:
    """Put a player into quarantine; ``False`` when they are there, or staff have let them out."""
    status = await conn.execute(
        """
        INSERT INTO quarantined_players (guild_id, player, reason, found_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (guild_id, player) DO NOTHING
        """,
        guild_id,
        found.player,
        found.reason,
        found.found_at,
    )
    return status == "INSERT 0 1"


async def list_quarantined(conn: Connection, guild_id: GuildId, players: Sequence[str]) -> set[str]:
    """Return which of these players are in quarantine."""
    rows = await conn.fetch(
        """
        SELECT player FROM quarantined_players
        WHERE guild_id = $1 AND player = ANY ($2) AND released_at IS NULL
        """,
        guild_id,
        list(players),
    )
    return {row["player"] for row in rows}


async def release_quarantined(conn: Connection, guild_id: GuildId, player: str, *, at: datetime) -> bool:
    """Let a player out for good; ``False`` when they were not in quarantine. The caller writes the audit entry."""
    status = await conn.execute(
        """
        UPDATE quarantined_players SET released_at = $3
        WHERE guild_id = $1 AND player = $2 AND released_at IS NULL
        """,
        guild_id,
        player,
        at,
    )
    return status == "UPDATE 1"


async def take_unreported(conn: Connection, *, at: datetime) -> list[tuple[GuildId, Quarantined]]:
    """Return the players whom nobody has been told about, and mark them as told."""
    rows = await conn.fetch(
        """
        UPDATE quarantined_players SET reported_at = $1
        WHERE reported_at IS NULL
        RETURNING guild_id, player, reason, found_at
        """,
        at,
    )
    return [
        (
            GuildId(row["guild_id"]),
            Quarantined(player=row["player"], reason=row["reason"], found_at=row["found_at"]),
        )
        for row in rows
    ]

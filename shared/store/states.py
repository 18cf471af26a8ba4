"""What is known of each game server right now: up or not, who is on, from which source, and how old that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.db import Connection
from shared.ids import GuildId, ServerId


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """The latest look at a game server."""

    server_id: ServerId
    is_up: bool
    since: datetime
    players: tuple[str, ...]
    source: str
    observed_at: datetime
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerCount:
    """How many players were on at an instant."""

    server_id: ServerId
    at: datetime
    players: int


async def set_state(
    conn: Connection,
    server_id: ServerId,
    *,
    is_up: bool,
    players: Sequence[str],
    source: str,
    at: datetime,
    problem: str | None = None,
) -> None:
    """Write down a look at a server; ``since`` moves only when up and down change."""
    await conn.execute(
        """
        INSERT INTO server_states AS old (server_id, is_up, since, players, source, observed_at, problem)
        VALUES ($1, $2, $5, $3, $4, $5, $6)
        ON CONFLICT (server_id) DO UPDATE
        SET is_up = excluded.is_up, players = excluded.players, source = excluded.source,
            observed_at = excluded.observed_at, problem = excluded.problem,
            since = CASE WHEN old.is_up = excluded.is_up THEN old.since ELSE excluded.since END
        """,
        server_id,
        is_up,
        list(players),
        source,
        at,
        problem,
    )


async def add_player_count(conn: Connection, count: PlayerCount) -> None:
    """Keep a point of the players' curve."""
    await conn.execute(
        "INSERT INTO player_counts (server_id, at, players) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        count.server_id,
        count.at,
        count.players,
    )


async def list_states(conn: Connection, guild_id: GuildId) -> list[ServerState]:
    """Return the latest look at each server of a community."""
    rows = await conn.fetch(
        """
        SELECT t.server_id, t.is_up, t.since, t.players, t.source, t.observed_at, t.problem
        FROM server_states t JOIN servers s ON s.id = t.server_id
        WHERE s.guild_id = $1 AND s.removed_at IS NULL
        """,
        guild_id,
    )
    return [ServerState(**{**row, "players": tuple(row["players"])}) for row in rows]


async def list_player_counts(conn: Connection, guild_id: GuildId, *, since: datetime) -> list[PlayerCount]:
    """Return the players' curve of each server of a community, in order of time."""
    rows = await conn.fetch(
        """
        SELECT c.server_id, c.at, c.players
        FROM player_counts c JOIN servers s ON s.id = c.server_id
        WHERE s.guild_id = $1 AND s.removed_at IS NULL AND c.at >= $2
        ORDER BY c.at
        """,
        guild_id,
        since,
    )
    return [PlayerCount(**row) for row in rows]


async def can_answer(conn: Connection) -> bool:
    """Tell that the database answers; it raises otherwise."""
    return bool(await conn.fetchval("SELECT true"))

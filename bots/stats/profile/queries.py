"""SQL of profiles and leaderboards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bots.stats.profile.domain import Ranked, ServerTotals, SurvivorTotals
from shared.db import Connection
from shared.ids import GuildId


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlayer:
    """A player that the log has told of."""

    player: str
    name: str


async def list_server_totals(
    conn: Connection, guild_id: GuildId, players: Sequence[str]
) -> list[ServerTotals]:
    """Return what players did on each server of a community."""
    rows = await conn.fetch(
        """
        SELECT p.player, p.name, s.name AS server, p.sessions, p.first_seen_at, p.last_seen_at,
            p.playtime + coalesce(greatest(a.alive_at - o.joined_at, '0'), '0') AS playtime,
            o.joined_at AS on_since, a.alive_at
        FROM stats.players p
        JOIN servers s ON s.id = p.server_id
        LEFT JOIN stats.servers a ON a.server_id = p.server_id
        LEFT JOIN stats.sessions o
            ON o.server_id = p.server_id AND o.player = p.player AND o.left_at IS NULL
        WHERE p.guild_id = $1 AND p.player = ANY ($2)
        """,
        guild_id,
        list(players),
    )
    return [ServerTotals(**row) for row in rows]


async def list_survivor_totals(
    conn: Connection, guild_id: GuildId, players: Sequence[str]
) -> list[SurvivorTotals]:
    """Return what the survivors did as whom these players spoke."""
    rows = await conn.fetch(
        """
        WITH own AS (
            SELECT DISTINCT server_id, survivor FROM stats.ties WHERE player = ANY ($2)
        )
        SELECT v.survivor, s.name AS server, v.deaths, v.survivor_kills, v.creature_kills, v.tames,
            (
                SELECT count(*) FILTER (WHERE t.player <> ALL ($2)) + 1
                FROM stats.ties t
                WHERE t.server_id = v.server_id AND t.survivor = v.survivor
            )::int AS speakers
        FROM own
        JOIN stats.survivors v USING (server_id, survivor)
        JOIN servers s ON s.id = v.server_id
        WHERE v.guild_id = $1
        ORDER BY v.survivor, s.name
        """,
        guild_id,
        list(players),
    )
    return [SurvivorTotals(**row) for row in rows]


async def list_known_players(
    conn: Connection, guild_id: GuildId, typed: str, *, limit: int
) -> list[KnownPlayer]:
    """Return players whose name holds what was typed, the latest seen first."""
    rows = await conn.fetch(
        """
        SELECT player, (array_agg(name ORDER BY last_seen_at DESC))[1] AS name
        FROM stats.players
        WHERE guild_id = $1 AND position(lower($2) IN lower(name)) > 0
        GROUP BY player
        ORDER BY max(last_seen_at) DESC
        LIMIT $3
        """,
        guild_id,
        typed,
        limit,
    )
    return [KnownPlayer(**row) for row in rows]


async def list_top_playtime(
    conn: Connection, guild_id: GuildId, *, limit: int, own: Sequence[str]
) -> list[Ranked]:
    """Return the players with the longest time, and the asker's own rows wherever they rank."""
    rows = await conn.fetch(
        """
        WITH totals AS (
            SELECT p.player AS key, (array_agg(p.name ORDER BY p.last_seen_at DESC))[1] AS name,
                sum(
                    extract(epoch FROM p.playtime)
                    + coalesce(greatest(extract(epoch FROM a.alive_at - o.joined_at), 0), 0)
                )::bigint AS count
            FROM stats.players p
            LEFT JOIN stats.servers a ON a.server_id = p.server_id
            LEFT JOIN stats.sessions o
                ON o.server_id = p.server_id AND o.player = p.player AND o.left_at IS NULL
            WHERE p.guild_id = $1
            GROUP BY p.player
        ), ranked AS (
            SELECT key, name, count, rank() OVER (ORDER BY count DESC)::int AS rank,
                row_number() OVER (ORDER BY count DESC, key) AS place
            FROM totals
            WHERE count > 0
        )
        SELECT rank, key, name, count FROM ranked WHERE place <= $2 OR key = ANY ($3) ORDER BY place
        """,
        guild_id,
        limit,
        list(own),
    )
    return [Ranked(**row) for row in rows]


async def list_top_survivors(
    conn: Connection, guild_id: GuildId, *, by_kills: bool, limit: int, own: Sequence[str]
) -> list[Ranked]:
    """Return the survivors with the most kills or tames, and the asker's own rows wherever they rank."""
    rows = await conn.fetch(
        """
        WITH totals AS (
            SELECT survivor AS key, sum(survivor_kills) AS survivors, sum(creature_kills) AS creatures,
                sum(CASE WHEN $2 THEN survivor_kills + creature_kills ELSE tames END)::bigint AS count
            FROM stats.survivors
            WHERE guild_id = $1
            GROUP BY survivor
        ), ranked AS (
            SELECT key, count, survivors, creatures, rank() OVER (ORDER BY count DESC)::int AS rank,
                row_number() OVER (ORDER BY count DESC, key) AS place
            FROM totals
            WHERE count > 0
        )
        SELECT rank, key, key AS name, count,
            CASE WHEN $2 THEN survivors || ' survivors, ' || creatures || ' creatures' ELSE '' END AS detail
        FROM ranked
        WHERE place <= $3 OR key = ANY ($4)
        ORDER BY place
        """,
        guild_id,
        by_kills,
        limit,
        list(own),
    )
    return [Ranked(**row) for row in rows]


async def find_log_alive(conn: Connection, guild_id: GuildId) -> datetime | None:
    """Return up to when the logs of a community were read."""
    found: datetime | None = await conn.fetchval(
        "SELECT max(alive_at) FROM stats.servers WHERE guild_id = $1", guild_id
    )
    return found

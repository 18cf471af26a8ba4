"""SQL of the counting: sessions, totals, ties."""

from __future__ import annotations

from datetime import datetime

from bots.stats.counting.domain import Tally
from shared.db import Connection
from shared.domain.event_parts import SurvivorId
from shared.domain.sessions import ClosedSession, OpenSession
from shared.ids import GuildId, ServerId


async def list_open_sessions(conn: Connection, server_id: ServerId) -> list[OpenSession]:
    """Return who is on a server, as the log has it."""
    rows = await conn.fetch(
        """
        SELECT player, name, joined_at, seen_at
        FROM stats.sessions
        WHERE server_id = $1 AND left_at IS NULL
        ORDER BY id
        """,
        server_id,
    )
    return [OpenSession(**row) for row in rows]


async def find_alive(conn: Connection, server_id: ServerId) -> datetime | None:
    """Return the last sign of life in a server's log."""
    found: datetime | None = await conn.fetchval(
        "SELECT alive_at FROM stats.servers WHERE server_id = $1", server_id
    )
    return found


async def set_alive(conn: Connection, guild_id: GuildId, server_id: ServerId, alive_at: datetime) -> None:
    """Remember the last sign of life in a server's log."""
    await conn.execute(
        """
        INSERT INTO stats.servers (server_id, guild_id, alive_at) VALUES ($1, $2, $3)
        ON CONFLICT (server_id) DO UPDATE SET alive_at = excluded.alive_at
        """,
        server_id,
        guild_id,
        alive_at,
    )


async def add_session(conn: Connection, guild_id: GuildId, server_id: ServerId, session: OpenSession) -> None:
    """Open a session."""
    await conn.execute(
        """
        INSERT INTO stats.sessions (guild_id, server_id, player, name, joined_at, seen_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        """,
        guild_id,
        server_id,
        session.player,
        session.name,
        session.joined_at,
        session.seen_at,
    )


async def set_session_seen(conn: Connection, server_id: ServerId, session: OpenSession) -> None:
    """Move the last sign of a player who is on."""
    await conn.execute(
        "UPDATE stats.sessions SET seen_at = $3 WHERE server_id = $1 AND player = $2 AND left_at IS NULL",
        server_id,
        session.player,
        session.seen_at,
    )


async def set_session_closed(conn: Connection, server_id: ServerId, session: ClosedSession) -> None:
    """Close a session; its end is the last sign of it."""
    await conn.execute(
        """
        UPDATE stats.sessions SET left_at = $3, seen_at = $3, ended = $4
        WHERE server_id = $1 AND player = $2 AND left_at IS NULL
        """,
        server_id,
        session.player,
        session.left_at,
        session.end.value,
    )


async def add_sighting(
    conn: Connection, guild_id: GuildId, server_id: ServerId, session: OpenSession
) -> None:
    """Note that a player was seen; the newest name counts."""
    await conn.execute(
        """
        INSERT INTO stats.players AS old (guild_id, server_id, player, name, first_seen_at, last_seen_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (server_id, player) DO UPDATE
        SET name = excluded.name,
            first_seen_at = least(old.first_seen_at, excluded.first_seen_at),
            last_seen_at = greatest(old.last_seen_at, excluded.last_seen_at)
        """,
        guild_id,
        server_id,
        session.player,
        session.name,
        session.joined_at,
        session.seen_at,
    )


async def add_playtime(conn: Connection, server_id: ServerId, session: ClosedSession) -> None:
    """Add a closed session to a player's totals."""
    await conn.execute(
        """
        UPDATE stats.players
        SET playtime = playtime + $3, sessions = sessions + 1, last_seen_at = greatest(last_seen_at, $4)
        WHERE server_id = $1 AND player = $2
        """,
        server_id,
        session.player,
        session.duration,
        session.left_at,
    )


async def add_tally(conn: Connection, guild_id: GuildId, server_id: ServerId, tally: Tally) -> None:
    """Add to a survivor's totals."""
    await conn.execute(
        """
        INSERT INTO stats.survivors AS old
            (guild_id, server_id, survivor, survivor_id, deaths, survivor_kills, creature_kills, tames)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (server_id, survivor) DO UPDATE
        SET survivor_id = coalesce(excluded.survivor_id, old.survivor_id),
            deaths = old.deaths + excluded.deaths,
            survivor_kills = old.survivor_kills + excluded.survivor_kills,
            creature_kills = old.creature_kills + excluded.creature_kills,
            tames = old.tames + excluded.tames
        """,
        guild_id,
        server_id,
        tally.survivor,
        tally.survivor_id,
        tally.deaths,
        tally.survivor_kills,
        tally.creature_kills,
        tally.tames,
    )


async def find_survivor(conn: Connection, server_id: ServerId, survivor_id: SurvivorId) -> str | None:
    """Return the name of a survivor whose id a line gave before; ``None`` where several bore it."""
    rows = await conn.fetch(
        "SELECT survivor FROM stats.survivors WHERE server_id = $1 AND survivor_id = $2",
        server_id,
        survivor_id,
    )
    return str(rows[0]["survivor"]) if len(rows) == 1 else None


async def add_tie(
    conn: Connection, server_id: ServerId, survivor: str, player: str, tied_at: datetime
) -> None:
    """Note that a player spoke as a survivor."""
    await conn.execute(
        """
        INSERT INTO stats.ties (server_id, survivor, player, tied_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (server_id, survivor, player) DO UPDATE SET tied_at = excluded.tied_at
        """,
        server_id,
        survivor,
        player,
        tied_at,
    )

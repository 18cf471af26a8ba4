"""What waits, what was given up, and how fresh the log is: for people who ask how things stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.db import Connection
from shared.domain.events import EventKind
from shared.ids import ChannelId, GuildId, ServerId


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPosts:
    """Posts of a bot that a channel has not got yet."""

    channel_id: ChannelId
    count: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedPost:
    """A post that Discord will never accept, and why."""

    channel_id: ChannelId
    created_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCommands:
    """Commands that a game server has not run yet."""

    server_id: ServerId
    count: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestEvent:
    """The last event of some kinds that a server told."""

    server_id: ServerId
    occurred_at: datetime


async def list_waiting_posts(conn: Connection, guild_id: GuildId, bot: str) -> list[WaitingPosts]:
    """Return how many posts of a bot wait, per channel."""
    rows = await conn.fetch(
        """
        SELECT channel_id, count(*)::int AS count, min(created_at) AS oldest_at
        FROM outbox
        WHERE guild_id = $1 AND bot = $2 AND state IN ('queued', 'sending')
        GROUP BY channel_id
        """,
        guild_id,
        bot,
    )
    return [WaitingPosts(**row) for row in rows]


async def list_parked_posts(
    conn: Connection, guild_id: GuildId, bot: str, *, since: datetime, limit: int
) -> list[ParkedPost]:
    """Return the latest posts of a bot that were given up."""
    rows = await conn.fetch(
        """
        SELECT channel_id, created_at, coalesce(failure, '') AS reason
        FROM outbox
        WHERE guild_id = $1 AND bot = $2 AND state = 'parked' AND created_at >= $3
        ORDER BY id DESC
        LIMIT $4
        """,
        guild_id,
        bot,
        since,
        limit,
    )
    return [ParkedPost(**row) for row in rows]


async def list_waiting_commands(conn: Connection, guild_id: GuildId) -> list[WaitingCommands]:
    """Return how many commands wait, per game server of a community."""
    rows = await conn.fetch(
        """
        SELECT c.server_id, count(*)::int AS count, min(c.created_at) AS oldest_at
        FROM rcon_commands c JOIN servers s ON s.id = c.server_id
        WHERE s.guild_id = $1 AND s.removed_at IS NULL AND c.state IN ('queued', 'sending')
        GROUP BY c.server_id
        """,
        guild_id,
    )
    return [WaitingCommands(**row) for row in rows]


async def list_latest_events(
    conn: Connection, guild_id: GuildId, kinds: Sequence[EventKind]
) -> list[LatestEvent]:
    """Return when each game server of a community last told something of these kinds."""
    rows = await conn.fetch(
        """
        SELECT s.id AS server_id, max(latest.occurred_at) AS occurred_at
        FROM servers s
        CROSS JOIN unnest($2::text[]) AS wanted (kind)
        CROSS JOIN LATERAL (
            SELECT e.occurred_at
            FROM game_events e
            WHERE e.server_id = s.id AND e.kind = wanted.kind
            ORDER BY e.occurred_at DESC
            LIMIT 1
        ) AS latest
        WHERE s.guild_id = $1 AND s.removed_at IS NULL
        GROUP BY s.id
        """,
        guild_id,
        [kind.value for kind in kinds],
    )
    return [LatestEvent(**row) for row in rows]

"""Communities, their game servers, and which channel a class of posts goes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from shared.db import Connection
from shared.errors import NotFoundError
from shared.ids import ChannelId, GuildId, RoleId, ServerId


class Purpose(StrEnum):
    """A class of posts that can be routed to a channel."""

    CHAT = "chat"
    STATUS = "status"
    DECAY = "decay"
    AUDIT = "audit"
    TICKETS = "tickets"
    TRANSCRIPTS = "transcripts"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityRow:
    """One approved guild."""

    guild_id: GuildId
    name: str
    staff_roles: tuple[RoleId, ...]
    owner_roles: tuple[RoleId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GameServer:
    """One game server of a community.

    ``is_ascii_only``: text that is not ASCII arrives as question marks, as a probe showed; before a probe, ASE's do.
    """

    id: ServerId
    guild_id: GuildId
    key: str
    name: str
    game: Literal["ase", "asa"]
    map: str
    cluster: str
    is_ascii_only: bool = False


GAME_SERVERS: Final = """
    SELECT s.id, s.guild_id, s.key, s.name, s.game, s.map, s.cluster,
        coalesce(NOT p.shows_unicode, s.game = 'ase') AS is_ascii_only
    FROM servers s LEFT JOIN rcon_probes p ON p.server_id = s.id
    """
"""The rows that ``GameServer`` is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A channel, and what is posted there; ``server_id`` 0 means the whole community."""

    guild_id: GuildId
    purpose: str
    server_id: ServerId
    channel_id: ChannelId


async def find_community(conn: Connection, guild_id: GuildId) -> CommunityRow | None:
    """Return the community if it is approved."""
    row = await conn.fetchrow(
        """
        SELECT guild_id, name, staff_roles, owner_roles
        FROM communities
        WHERE guild_id = $1 AND approved_at IS NOT NULL
        """,
        guild_id,
    )
    if row is None:
        return None
    return CommunityRow(
        guild_id=GuildId(row["guild_id"]),
        name=row["name"],
        staff_roles=tuple(row["staff_roles"]),
        owner_roles=tuple(row["owner_roles"]),
    )


async def list_communities(conn: Connection) -> list[GuildId]:
    """Return the guilds that are served."""
    rows = await conn.fetch(
        "SELECT guild_id FROM communities WHERE approved_at IS NOT NULL ORDER BY guild_id"
    )
    return [GuildId(row["guild_id"]) for row in rows]


async def set_community(conn: Connection, community: CommunityRow) -> None:
    """Add or change a community, and approve it."""
    await conn.execute(
        """
        INSERT INTO communities (guild_id, name, staff_roles, owner_roles, approved_at)
        VALUES ($1, $2, $3, $4, now())
        ON CONFLICT (guild_id) DO UPDATE
        SET name = excluded.name, staff_roles = excluded.staff_roles, owner_roles = excluded.owner_roles,
            approved_at = coalesce(communities.approved_at, now())
        """,
        community.guild_id,
        community.name,
        list(community.staff_roles),
        list(community.owner_roles),
    )


async def list_servers(conn: Connection, guild_id: GuildId) -> list[GameServer]:
    """Return the community's servers, by name."""
    rows = await conn.fetch(
        f"{GAME_SERVERS} WHERE s.guild_id = $1 AND s.removed_at IS NULL ORDER BY s.name",
        guild_id,
    )
    return [GameServer(**row) for row in rows]


async def list_all_servers(conn: Connection) -> list[GameServer]:
    """Return the servers of all communities that are served."""
    rows = await conn.fetch(
        f"""
        {GAME_SERVERS} JOIN communities c USING (guild_id)
        WHERE s.removed_at IS NULL AND c.approved_at IS NOT NULL
        ORDER BY s.id
        """
    )
    return [GameServer(**row) for row in rows]


async def get_server(conn: Connection, guild_id: GuildId, key: str) -> GameServer:
    """Return the community's server with this key.

    Raises
    ------
    NotFoundError
        When the community has no such server.
    """
    row = await conn.fetchrow(
        f"{GAME_SERVERS} WHERE s.guild_id = $1 AND s.key = $2 AND s.removed_at IS NULL",
        guild_id,
        key,
    )
    if row is None:
        message = f"There is no server {key!r} here. Pick one from the list that appears while you type."
        raise NotFoundError(message)
    return GameServer(**row)


async def set_server(
    conn: Connection, guild_id: GuildId, *, key: str, name: str, game: str, map_name: str, cluster: str
) -> ServerId:
    """Add a server or change what is known of it, and return its id."""
    found = await conn.fetchval(
        """
        INSERT INTO servers (guild_id, key, name, game, map, cluster)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (guild_id, key) DO UPDATE
        SET name = excluded.name, game = excluded.game, map = excluded.map, cluster = excluded.cluster,
            removed_at = NULL
        RETURNING id
        """,
        guild_id,
        key,
        name,
        game,
        map_name,
        cluster,
    )
    return ServerId(found)


async def remove_servers_except(conn: Connection, guild_id: GuildId, keys: list[str]) -> None:
    """Mark as removed the servers that the community file no longer names; their history stays."""
    await conn.execute(
        "UPDATE servers SET removed_at = now() WHERE guild_id = $1 AND removed_at IS NULL AND key <> ALL ($2)",
        guild_id,
        keys,
    )


async def set_route(conn: Connection, route: Route) -> None:
    """Send a class of posts to a channel, as somebody said in Discord."""
    await conn.execute(
        """
        INSERT INTO routes (guild_id, purpose, server_id, channel_id, set_by)
        VALUES ($1, $2, $3, $4, 'discord')
        ON CONFLICT (guild_id, purpose, server_id)
        DO UPDATE SET channel_id = excluded.channel_id, set_by = 'discord'
        """,
        route.guild_id,
        route.purpose,
        route.server_id,
        route.channel_id,
    )


async def add_route(conn: Connection, route: Route) -> None:
    """Send a class of posts to a channel as the community file says, unless somebody said so in Discord."""
    await conn.execute(
        """
        INSERT INTO routes (guild_id, purpose, server_id, channel_id)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (guild_id, purpose, server_id)
        DO UPDATE SET channel_id = excluded.channel_id WHERE routes.set_by = 'file'
        """,
        route.guild_id,
        route.purpose,
        route.server_id,
        route.channel_id,
    )


async def find_route(
    conn: Connection, guild_id: GuildId, purpose: Purpose, server_id: ServerId | None = None
) -> ChannelId | None:
    """Return where a class of posts goes, or ``None``: then it goes nowhere."""
    found = await conn.fetchval(
        "SELECT channel_id FROM routes WHERE guild_id = $1 AND purpose = $2 AND server_id = $3",
        guild_id,
        purpose.value,
        server_id or 0,
    )
    return None if found is None else ChannelId(found)


async def list_routes(conn: Connection, guild_id: GuildId) -> list[Route]:
    """Return all routes of a community."""
    rows = await conn.fetch(
        "SELECT guild_id, purpose, server_id, channel_id FROM routes WHERE guild_id = $1 ORDER BY purpose, server_id",
        guild_id,
    )
    return [Route(**row) for row in rows]

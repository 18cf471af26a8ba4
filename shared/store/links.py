"""Which players of the game a member of the guild has proved to be.

A player is written ``<platform id>`` where the log gives one, else ``name:<platform name>`` (ASE join lines carry
no id).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.db import Connection
from shared.ids import GuildId, MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A proved tie between a member and a player."""

    player: str
    member_id: MemberId
    name: str
    linked_at: datetime


async def add_link(conn: Connection, guild_id: GuildId, link: Link) -> bool:
    """Tie a player to a member; ``False`` when the player is tied to somebody already."""
    status = await conn.execute(
        """
        INSERT INTO links (guild_id, player, member_id, name, linked_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (guild_id, player) DO NOTHING
        """,
        guild_id,
        link.player,
        link.member_id,
        link.name,
        link.linked_at,
    )
    return status == "INSERT 0 1"


async def remove_link(conn: Connection, guild_id: GuildId, member_id: MemberId, player: str) -> bool:
    """Untie a player from a member; ``False`` when they were not tied."""
    status = await conn.execute(
        "DELETE FROM links WHERE guild_id = $1 AND member_id = $2 AND player = $3",
        guild_id,
        member_id,
        player,
    )
    return status == "DELETE 1"


async def list_links(conn: Connection, guild_id: GuildId, member_id: MemberId) -> list[Link]:
    """Return the players a member has proved to be."""
    rows = await conn.fetch(
        """
        SELECT player, member_id, name, linked_at
        FROM links
        WHERE guild_id = $1 AND member_id = $2
        ORDER BY linked_at
        """,
        guild_id,
        member_id,
    )
    return [Link(**row) for row in rows]


async def find_owner(conn: Connection, guild_id: GuildId, player: str) -> MemberId | None:
    """Return the member who proved to be this player."""
    found = await conn.fetchval(
        "SELECT member_id FROM links WHERE guild_id = $1 AND player = $2", guild_id, player
    )
    return None if found is None else MemberId(found)

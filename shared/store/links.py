"""Which players of the game a member of the guild has proved to be.

A player is written ``<platform id>`` where the log gives one, else ``name:<platform name>`` (ASE join lines carry
no id).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.db import Connection
from shared.ids import GuildId, MemberId


class LinkProof(StrEnum):
    """How a tie was proved."""

    CHAT = "chat"
    SAVE = "save"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A proved tie between a member and a player; ``account`` is the one that bore the name of a ``name:`` player."""

    player: str
    member_id: MemberId
    name: str
    linked_at: datetime
    proof: LinkProof = LinkProof.CHAT
    account: str | None = None


async def add_link(conn: Connection, guild_id: GuildId, link: Link) -> bool:
    """Tie a player to a member; ``False`` when the player is tied to somebody already."""
    status = await conn.execute(
        """
        INSERT INTO links (guild_id, player, member_id, name, linked_at, proof, account)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (guild_id, player) DO NOTHING
        """,
        guild_id,
        link.player,
        link.member_id,
        link.name,
        link.linked_at,
        link.proof.value,
        link.account,
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
        SELECT player, member_id, name, linked_at, proof, account
        FROM links
        WHERE guild_id = $1 AND member_id = $2
        ORDER BY linked_at
        """,
        guild_id,
        member_id,
    )
    return [Link(**{**row, "proof": LinkProof(row["proof"])}) for row in rows]


async def find_owner(conn: Connection, guild_id: GuildId, player: str) -> MemberId | None:
    """Return the member who proved to be this player."""
    found = await conn.fetchval(
        "SELECT member_id FROM links WHERE guild_id = $1 AND player = $2", guild_id, player
    )
    return None if found is None else MemberId(found)


async def move_link(
    conn: Connection,
    guild_id: GuildId,
    player: str,
    *,
    holder: MemberId,
    to: MemberId,
    proof: LinkProof,
    at: datetime,
) -> bool:
    """Give a player, and the names of that account, from one member to another; ``False`` when they had it not."""
    status = await conn.execute(
        """
        UPDATE links SET member_id = $4, proof = $5, linked_at = $6
        WHERE guild_id = $1 AND member_id = $3 AND (player = $2 OR account = $2)
        """,
        guild_id,
        player,
        holder,
        to,
        proof.value,
        at,
    )
    return status != "UPDATE 0"


async def remove_links_to(conn: Connection, guild_id: GuildId, player: str) -> list[MemberId]:
    """Untie a player, and the names of that account, from whoever has them, and return who that was."""
    rows = await conn.fetch(
        "DELETE FROM links WHERE guild_id = $1 AND (player = $2 OR account = $2) RETURNING member_id",
        guild_id,
        player,
    )
    return sorted({MemberId(row["member_id"]) for row in rows})

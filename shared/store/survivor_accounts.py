"""Which account has which survivor on which server, as saves tell it: what survives renames and transfers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.db import Connection
from shared.ids import GuildId, MemberId, PlatformId, ServerId, TribeId


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivorAccount:
    """A survivor and the account that plays it; ``tribe_id`` is 0 where there is no tribe."""

    account: PlatformId
    player_id: int
    survivor: str
    platform_name: str
    tribe_id: TribeId


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSurvivor:
    """A survivor of a member, on one server."""

    server_id: ServerId
    server_name: str
    tribe_name: str
    account: PlatformId
    player_id: int
    survivor: str
    tribe_id: TribeId


async def merge_survivor_accounts(
    conn: Connection, server_id: ServerId, survivors: Sequence[SurvivorAccount]
) -> None:
    """Let a server's survivors be these; rows that do not differ are left alone."""
    columns = (
        [one.account for one in survivors],
        [one.player_id for one in survivors],
        [one.survivor for one in survivors],
        [one.platform_name for one in survivors],
        [one.tribe_id for one in survivors],
    )
    await conn.execute(
        """
        INSERT INTO survivor_accounts AS old (server_id, account, player_id, survivor, platform_name, tribe_id)
        SELECT $1, n.account, n.player_id, n.survivor, n.platform_name, n.tribe_id
        FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[])
            AS n (account, player_id, survivor, platform_name, tribe_id)
        ORDER BY n.account, n.player_id
        ON CONFLICT (server_id, account, player_id) DO UPDATE
        SET survivor = excluded.survivor, platform_name = excluded.platform_name, tribe_id = excluded.tribe_id
        WHERE (old.survivor, old.platform_name, old.tribe_id)
            IS DISTINCT FROM (excluded.survivor, excluded.platform_name, excluded.tribe_id)
        """,
        server_id,
        *columns,
    )
    await conn.execute(
        """
        DELETE FROM survivor_accounts a
        WHERE a.server_id = $1 AND NOT EXISTS (
            SELECT FROM unnest($2::text[], $3::bigint[]) AS n (account, player_id)
            WHERE n.account = a.account AND n.player_id = a.player_id
        )
        """,
        server_id,
        *columns[:2],
    )


async def list_accounts_named(
    conn: Connection, guild_id: GuildId, platform_name: str, *, game: str
) -> list[PlatformId]:
    """Return the accounts that bear a name on the servers of a game."""
    rows = await conn.fetch(
        """
        SELECT DISTINCT a.account
        FROM survivor_accounts a JOIN servers s ON s.id = a.server_id
        WHERE s.guild_id = $1 AND s.game = $3 AND btrim(a.platform_name) = $2
        """,
        guild_id,
        platform_name,
        game,
    )
    return [PlatformId(row["account"]) for row in rows]


async def list_own_survivors(conn: Connection, guild_id: GuildId, member_id: MemberId) -> list[OwnSurvivor]:
    """Return the survivors of all accounts that a member has proved to own, on every server."""
    rows = await conn.fetch(
        """
        SELECT a.server_id, s.name AS server_name, coalesce(t.name, '') AS tribe_name, a.account, a.player_id,
            a.survivor, a.tribe_id
        FROM links l
        JOIN survivor_accounts a ON a.account = l.player
        JOIN servers s ON s.id = a.server_id AND s.guild_id = l.guild_id AND s.removed_at IS NULL
        LEFT JOIN tribes t ON t.server_id = a.server_id AND t.tribe_id = a.tribe_id
        WHERE l.guild_id = $1 AND l.member_id = $2
        ORDER BY s.name, a.survivor, a.player_id
        """,
        guild_id,
        member_id,
    )
    return [OwnSurvivor(**row) for row in rows]

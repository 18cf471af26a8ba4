"""Names on platforms change; where names are all that a log has (ASE), ties follow the account that bears them."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from shared.db import Connection
from shared.ids import GuildId, MemberId, PlatformId
from shared.store.links import LinkProof


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A name, the account that bore it when it was tied or bears it now, and the member who owns the account."""

    guild_id: GuildId
    member_id: MemberId
    account: PlatformId
    name: str
    proof: LinkProof


async def list_new_names(conn: Connection, *, limit: int) -> list[Rename]:
    """Return names of tied accounts that are not tied yet.

    A name that several accounts bear, or that somebody has already, is nobody's to take.
    """
    rows = await conn.fetch(
        """
        SELECT DISTINCT l.guild_id, l.member_id, l.player AS account, btrim(a.platform_name) AS name, l.proof
        FROM links l
        JOIN servers s ON s.guild_id = l.guild_id AND s.game = 'ase' AND s.removed_at IS NULL
        JOIN survivor_accounts a ON a.server_id = s.id AND a.account = l.player
        WHERE btrim(a.platform_name) <> ''
            AND NOT EXISTS (
                SELECT FROM links n
                WHERE n.guild_id = l.guild_id AND n.player = 'name:' || btrim(a.platform_name)
            )
            AND NOT EXISTS (
                SELECT
                FROM survivor_accounts o JOIN servers v ON v.id = o.server_id
                WHERE v.guild_id = l.guild_id AND v.game = 'ase' AND o.account <> a.account
                    AND btrim(o.platform_name) = btrim(a.platform_name)
            )
        LIMIT $1
        """,
        limit,
    )
    return [_rename(row) for row in rows]


async def remove_lost_names(conn: Connection) -> list[Rename]:
    """Untie names that another account bears by now, and return them: what happens under them is somebody else's."""
    rows = await conn.fetch(
        """
        DELETE FROM links l
        WHERE l.account IS NOT NULL AND starts_with(l.player, 'name:') AND EXISTS (
                SELECT
                FROM survivor_accounts o JOIN servers v ON v.id = o.server_id
                WHERE v.guild_id = l.guild_id AND v.game = 'ase' AND o.account <> l.account
                    AND 'name:' || btrim(o.platform_name) = l.player
            )
        RETURNING l.guild_id, l.member_id, l.account, substr(l.player, 6) AS name, l.proof
        """
    )
    return [_rename(row) for row in rows]


def _rename(row: asyncpg.Record) -> Rename:
    return Rename(**{**row, "proof": LinkProof(row["proof"])})

"""SQL of link codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bots.admin.linking.domain import Code, Outcome
from shared.db import Connection
from shared.domain.events import EventKind, decode
from shared.ids import GuildId, MemberId, ServerId
from shared.store.events import StoredEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a code, and which player typed it."""

    code_id: int
    outcome: Outcome
    player_name: str


async def lock_member(conn: Connection, guild_id: GuildId, member_id: MemberId) -> None:
    """Hold a member, so that codes are counted and made one at a time."""
    # two keys: the first tells members who link from other advisory locks of Helena
    await conn.execute("SELECT pg_advisory_xact_lock(2, hashtext($1))", f"{guild_id}:{member_id}")


async def count_codes(conn: Connection, guild_id: GuildId, member_id: MemberId, *, since: datetime) -> int:
    """Return how many codes a member got since an instant."""
    found = await conn.fetchval(
        "SELECT count(*) FROM admin.link_codes WHERE guild_id = $1 AND member_id = $2 AND made_at > $3",
        guild_id,
        member_id,
        since,
    )
    return int(found)


async def set_replaced(conn: Connection, guild_id: GuildId, member_id: MemberId) -> None:
    """End the codes of a member that nobody has typed."""
    await conn.execute(
        """
        UPDATE admin.link_codes SET outcome = 'replaced'
        WHERE guild_id = $1 AND member_id = $2 AND outcome IS NULL
        """,
        guild_id,
        member_id,
    )


async def add_code(conn: Connection, code: Code) -> int | None:
    """Keep a code, and return its number; ``None`` when another member has the same one."""
    found = await conn.fetchval(
        """
        INSERT INTO admin.link_codes (guild_id, code, member_id, member_name, reference, made_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (guild_id, code) DO NOTHING
        RETURNING id
        """,
        code.guild_id,
        code.code,
        code.member_id,
        code.member_name,
        code.reference,
        code.made_at,
        code.expires_at,
    )
    return None if found is None else int(found)


async def lock_code(conn: Connection, guild_id: GuildId, code: str) -> Code | None:
    """Return a code that nobody has typed yet, and hold it."""
    row = await conn.fetchrow(
        """
        SELECT id, guild_id, code, member_id, member_name, reference, made_at, expires_at
        FROM admin.link_codes
        WHERE guild_id = $1 AND code = $2 AND outcome IS NULL
        FOR UPDATE
        """,
        guild_id,
        code,
    )
    return None if row is None else Code(**row)


async def set_outcome(conn: Connection, code_id: int, outcome: Outcome, player_name: str) -> None:
    """Use a code up."""
    await conn.execute(
        "UPDATE admin.link_codes SET outcome = $2, player_name = $3 WHERE id = $1",
        code_id,
        outcome.value,
        player_name,
    )


async def list_settled(conn: Connection, code_ids: list[int]) -> list[Settled]:
    """Return which of these codes have been used up."""
    rows = await conn.fetch(
        """
        SELECT id AS code_id, outcome, player_name FROM admin.link_codes
        WHERE id = ANY ($1) AND outcome IS NOT NULL
        """,
        code_ids,
    )
    return [Settled(**{**row, "outcome": Outcome(row["outcome"])}) for row in rows]


async def remove_old_codes(conn: Connection, *, before: datetime) -> None:
    """Forget codes that no line of chat can mean any more."""
    await conn.execute("DELETE FROM admin.link_codes WHERE expires_at < $1", before)


async def list_presence(
    conn: Connection, server_id: ServerId, name: str, *, before_seq: int, since: datetime
) -> list[StoredEvent]:
    """Return the joins and leaves under a name, and the server's starts, up to a line of the log."""
    rows = await conn.fetch(
        """
        SELECT server_id, seq, occurred_at, kind, data
        FROM game_events
        WHERE server_id = $1 AND seq < $2 AND occurred_at >= $3
            AND (kind = 'server_started' OR (kind IN ('joined', 'left') AND btrim(data ->> 'platform_name') = $4))
        ORDER BY seq DESC
        LIMIT 500
        """,
        server_id,
        before_seq,
        since,
        name,
    )
    return [
        StoredEvent(
            server_id=ServerId(row["server_id"]),
            seq=row["seq"],
            occurred_at=row["occurred_at"],
            event=decode(EventKind(row["kind"]), row["data"]),
        )
        for row in reversed(rows)
    ]

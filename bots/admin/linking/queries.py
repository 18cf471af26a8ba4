"""SQL of link codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bots.admin.linking.domain import Code, CodeKind, Outcome
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a member is to be told."""

    id: int
    member_id: MemberId
    title: str
    text: str
    is_good: bool


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


async def set_replaced(conn: Connection, guild_id: GuildId, member_id: MemberId, kind: CodeKind) -> None:
    """End the codes of a member that nothing has shown."""
    await conn.execute(
        """
        UPDATE admin.link_codes SET outcome = 'replaced'
        WHERE guild_id = $1 AND member_id = $2 AND kind = $3 AND outcome IS NULL
        """,
        guild_id,
        member_id,
        kind.value,
    )


async def add_code(conn: Connection, code: Code) -> int | None:
    """Keep a code, and return its number; ``None`` when another member has the same one."""
    found = await conn.fetchval(
        """
        INSERT INTO admin.link_codes
            (guild_id, code, member_id, member_name, reference, made_at, expires_at, kind, claimed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
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
        code.kind.value,
        code.claimed,
    )
    return None if found is None else int(found)


async def lock_code(conn: Connection, guild_id: GuildId, code: str, kind: CodeKind) -> Code | None:
    """Return a code that is not used up, and hold it."""
    row = await conn.fetchrow(
        """
        SELECT id, guild_id, code, member_id, member_name, reference, made_at, expires_at, kind, claimed
        FROM admin.link_codes
        WHERE guild_id = $1 AND code = $2 AND kind = $3 AND outcome IS NULL
        FOR UPDATE
        """,
        guild_id,
        code,
        kind.value,
    )
    return None if row is None else _code(dict(row))


async def set_doubt(conn: Connection, code_id: int, doubt: str) -> None:
    """Note why the last thing that showed a code proved nothing; the code lives on."""
    await conn.execute("UPDATE admin.link_codes SET doubt = $2 WHERE id = $1", code_id, doubt)


async def lock_expired(conn: Connection, kind: CodeKind, *, before: datetime) -> list[tuple[Code, str]]:
    """Return codes that ended before an instant without being shown, with their last doubt, and hold them."""
    rows = await conn.fetch(
        """
        SELECT id, guild_id, code, member_id, member_name, reference, made_at, expires_at, kind, claimed, doubt
        FROM admin.link_codes
        WHERE kind = $1 AND outcome IS NULL AND expires_at < $2
        FOR UPDATE SKIP LOCKED
        """,
        kind.value,
        before,
    )
    return [
        (_code({key: value for key, value in row.items() if key != "doubt"}), row["doubt"]) for row in rows
    ]


def _code(row: Mapping[str, Any]) -> Code:
    return Code(**{**row, "kind": CodeKind(row["kind"])})


async def add_notice(conn: Connection, member_id: MemberId, title: str, text: str, *, is_good: bool) -> None:
    """Have a member told something in private."""
    await conn.execute(
        "INSERT INTO admin.link_notices (member_id, title, text, is_good) VALUES ($1, $2, $3, $4)",
        member_id,
        title,
        text,
        is_good,
    )


async def list_notices(conn: Connection, *, limit: int) -> list[Notice]:
    """Return what nobody has been told yet, the oldest first."""
    rows = await conn.fetch(
        """
        SELECT id, member_id, title, text, is_good FROM admin.link_notices
        WHERE sent_at IS NULL
        ORDER BY id
        LIMIT $1
        """,
        limit,
    )
    return [Notice(**row) for row in rows]


async def set_notice_sent(conn: Connection, notice_id: int, *, at: datetime) -> None:
    """Mark a notice as told."""
    await conn.execute("UPDATE admin.link_notices SET sent_at = $2 WHERE id = $1", notice_id, at)


async def remove_old_notices(conn: Connection, *, before: datetime) -> None:
    """Forget what was told before an instant."""
    await conn.execute("DELETE FROM admin.link_notices WHERE sent_at < $1", before)


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

"""What became of saves: in use, doubtful, refused, accepted by a person, or still waiting."""

from __future__ import annotations

from parser_service.verdict import Facts
from shared.db import Connection
from shared.ids import ServerId

# A hundred saves are a day of them: a world that was doubtful for longer is not judged by more.
_MOST_DOUBTFUL = 100


async def is_settled(conn: Connection, server_id: ServerId, content_hash: str) -> bool:
    """Tell whether content needs no decoding: it is what came last, and is in use or was found unusable.

    What came last and was accepted by a person meanwhile is not in use yet; what is in use and was followed by
    something else has to be decoded to take its place.
    """
    found: bool = await conn.fetchval(
        """
        SELECT EXISTS (
            SELECT
            FROM (
                SELECT id, content_hash, verdict, decoded_at FROM saves
                WHERE server_id = $1
                ORDER BY decoded_at DESC, id DESC
                LIMIT 1
            ) AS newest
            LEFT JOIN current_saves c ON c.server_id = $1 AND c.save_id = newest.id
            WHERE newest.content_hash = $2 AND (newest.verdict <> 'good' OR c.save_id IS NOT NULL)
                AND NOT EXISTS (
                    SELECT FROM refused_saves r WHERE r.server_id = $1 AND r.refused_at > newest.decoded_at
                )
        )
        """,
        server_id,
        content_hash,
    )
    return found


async def is_queued(conn: Connection, dedupe_key: str) -> bool:
    """Tell whether a decode job waits for a worker, or is with one."""
    found: bool = await conn.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM jobs.pgqueuer
            WHERE dedupe_key = $1 AND status IN ('queued', 'picked') AND dedupe_key IS NOT NULL
        )
        """,
        dedupe_key,
    )
    return found


async def find_outcome(conn: Connection, server_id: ServerId, content_hash: str) -> str | None:
    """Return what became of content that was decoded, as ``Outcome`` has it."""
    found: str | None = await conn.fetchval(
        """
        SELECT CASE
            WHEN EXISTS (
                SELECT FROM current_saves c JOIN saves v ON v.id = c.save_id
                WHERE c.server_id = $1 AND v.content_hash = $2
            ) THEN 'in_use'
            WHEN EXISTS (
                SELECT FROM saves WHERE server_id = $1 AND content_hash = $2 AND verdict <> 'good'
            ) THEN 'doubtful'
            WHEN EXISTS (SELECT FROM refused_saves WHERE server_id = $1 AND content_hash = $2) THEN 'refused'
        END
        """,
        server_id,
        content_hash,
    )
    return found


async def find_refusal(conn: Connection, server_id: ServerId, content_hash: str) -> str | None:
    """Return why content is not used."""
    found: str | None = await conn.fetchval(
        "SELECT reason FROM refused_saves WHERE server_id = $1 AND content_hash = $2", server_id, content_hash
    )
    return found


async def is_accepted(conn: Connection, server_id: ServerId, content_hash: str) -> bool:
    """Tell whether a person has accepted this content."""
    found: bool = await conn.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM saves WHERE server_id = $1 AND content_hash = $2 AND accepted_at IS NOT NULL
        )
        """,
        server_id,
        content_hash,
    )
    return found


async def find_last_good(conn: Connection, server_id: ServerId) -> Facts | None:
    """Return the facts of the last save that was good, or that a person accepted."""
    found = await conn.fetchval(
        """
        SELECT facts::text
        FROM saves
        WHERE server_id = $1 AND verdict = 'good' AND facts <> '{}'
        ORDER BY decoded_at DESC, id DESC
        LIMIT 1
        """,
        server_id,
    )
    return None if found is None else Facts.from_json(found)


async def list_doubtful(conn: Connection, server_id: ServerId) -> list[Facts]:
    """Return the facts of the saves that came after the last good one, oldest first; of many, the newest."""
    rows = await conn.fetch(
        """
        SELECT s.facts::text AS facts
        FROM saves s
        WHERE s.server_id = $1 AND s.verdict <> 'good' AND s.facts <> '{}' AND NOT EXISTS (
            SELECT FROM saves g
            WHERE g.server_id = $1 AND g.verdict = 'good' AND (g.decoded_at, g.id) > (s.decoded_at, s.id)
        )
        ORDER BY s.decoded_at DESC, s.id DESC
        LIMIT $2
        """,
        server_id,
        _MOST_DOUBTFUL,
    )
    return [Facts.from_json(row["facts"]) for row in reversed(rows)]

"""What the tests of the admin bot share: game servers that answer, and looks at what was kept."""

from __future__ import annotations

from datetime import datetime

from sandbox.discord.human import Asked
from sandbox.discord.human_values import SeenMessage
from shared.db import Connection, Database
from shared.ids import SaveId, ServerId
from tests.waiting import until


async def queued(db: Database, server_id: ServerId | None = None) -> list[str]:
    """Return the commands that were queued, in order."""
    async with db.connection() as conn:
        rows = await conn.fetch(
            "SELECT command FROM rcon_commands WHERE $1::bigint IS NULL OR server_id = $1 ORDER BY id",
            server_id,
        )
    return [row["command"] for row in rows]


async def add_save(conn: Connection, server_id: ServerId, *, at: datetime) -> SaveId:
    """Put a good save on record, as the parser service does."""
    found = await conn.fetchval(
        """
        INSERT INTO saves (server_id, content_hash, saved_at, decoded_at, game, version, map, game_time, structures,
            tribes, bases, objects, objects_failed, seconds)
        VALUES ($1, 'a', $2, $2, 'asa', 14, 'TheIsland_WP', 1, 1, 1, 1, 1, 0, 1)
        RETURNING id
        """,
        server_id,
        at,
    )
    return SaveId(found)


async def settle(
    db: Database,
    state: str = "confirmed",
    *,
    reply: str | None = None,
    failure: str | None = None,
    only: str = "",
) -> None:
    """Let the waiting commands end, as the parser service does; those that begin with ``only``."""
    async with db.transaction() as conn:
        await conn.execute(
            """
            UPDATE rcon_commands SET state = $1, reply = $2, failure = $3, settled_at = now()
            WHERE state IN ('queued', 'sending') AND starts_with(command, $4)
            """,
            state,
            reply,
            failure,
            only,
        )


async def wait_for_commands(db: Database, *expected: str) -> None:
    """Wait until these commands have been queued, and no others."""

    async def look() -> bool:
        return len(await queued(db)) >= len(expected)

    await until(look)
    assert await queued(db) == list(expected)


async def answer_with(asked: Asked, text: str) -> SeenMessage:
    """Return the answer once it holds a text."""

    async def look() -> bool:
        return text in (await asked.reply()).text

    await until(look)
    return await asked.reply()

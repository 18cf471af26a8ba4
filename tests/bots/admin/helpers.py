"""What the tests of the admin bot share: game servers that answer, and looks at what was kept."""

from __future__ import annotations

from sandbox.discord.human import Asked
from sandbox.discord.human_values import SeenMessage
from shared.db import Database
from shared.ids import ServerId
from tests.waiting import until


async def queued(db: Database, server_id: ServerId | None = None) -> list[str]:
    """Return the commands that were queued, in order."""
    async with db.connection() as conn:
        rows = await conn.fetch(
            "SELECT command FROM rcon_commands WHERE $1::bigint IS NULL OR server_id = $1 ORDER BY id",
            server_id,
        )
    return [row["command"] for row in rows]


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

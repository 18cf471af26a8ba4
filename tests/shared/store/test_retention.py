"""Old and done is forgotten; what marks a channel's end, or waits, is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.db import Database
from shared.store.retention import forget_sent_posts, forget_settled_commands
from tests.shared.builders import CHAT_CHANNEL, GUILD, add_community

LATER = datetime.now(UTC) + timedelta(days=1)


async def test_the_newest_post_of_a_channel_is_kept(db: Database) -> None:
    await add_community(db)
    async with db.transaction() as conn:
        for number, state in ((1, "sent"), (2, "sent"), (3, "queued")):
            await conn.execute(
                """
                INSERT INTO outbox (guild_id, bot, channel_id, dedupe_key, content, state, sent_at, message_id)
                VALUES ($1, 'chat_bridge', $2, $3::text, 'x', $4, now(), $5)
                """,
                GUILD,
                CHAT_CHANNEL,
                str(number),
                state,
                number,
            )

        forgotten = await forget_sent_posts(conn, before=LATER)

        left = await conn.fetch("SELECT dedupe_key FROM outbox ORDER BY id")
    assert (forgotten, [row["dedupe_key"] for row in left]) == (1, ["2", "3"])


async def test_a_command_that_waits_is_kept(db: Database) -> None:
    island = (await add_community(db))["island"]
    async with db.transaction() as conn:
        for key, state in (("a", "confirmed"), ("b", "queued")):
            await conn.execute(
                """
                INSERT INTO rcon_commands (server_id, dedupe_key, command, requested_by, expires_at, state, settled_at)
                VALUES ($1, $2, 'SaveWorld', 'test', now(), $3, now())
                """,
                island,
                key,
                state,
            )

        forgotten = await forget_settled_commands(conn, before=LATER)

        left = await conn.fetchval("SELECT string_agg(dedupe_key, '') FROM rcon_commands")
    assert (forgotten, left) == (1, "b")

"""Waits for what the bridge does in the background."""

from __future__ import annotations

from sandbox.discord.human import Human
from sandbox.discord.human_values import SeenMessage
from tests.bots.harness import TestCommunity
from tests.waiting import until

SECONDS = 15.0


async def commands(community: TestCommunity, server: str = "island") -> list[str]:
    """Return what was queued for a server, in order."""
    async with community.db.connection() as conn:
        rows = await conn.fetch(
            "SELECT command FROM rcon_commands WHERE server_id = $1 ORDER BY id", community.servers[server]
        )
    return [row["command"] for row in rows]


async def wait_for_commands(community: TestCommunity, expected: list[str]) -> None:
    """Wait until as many commands are queued, and check that they are these."""

    async def look() -> bool:
        return len(await commands(community)) >= len(expected)

    await until(look)
    assert await commands(community) == expected


async def settle(community: TestCommunity, state: str, failure: str | None = None) -> None:
    """Let all queued commands end."""
    async with community.db.connection() as conn:
        await conn.execute("UPDATE rcon_commands SET state = $1, failure = $2", state, failure)


async def wait_for_reactions(human: Human, content: str, expected: list[str]) -> None:
    """Wait until a message bears these reactions."""

    async def look() -> bool:
        message = await human.sees("chat-island", content)
        return [reaction["emoji"]["name"] for reaction in message.raw.get("reactions", [])] == expected

    await until(look)


async def heard(community: TestCommunity, channel: str = "chat-island") -> None:
    """Wait until the bridge has read a channel up."""

    async def look() -> bool:
        async with community.db.connection() as conn:
            found = await conn.fetchval(
                "SELECT true FROM chat_bridge.channels WHERE channel_id = $1", community.channel_id(channel)
            )
        return bool(found)

    await until(look)


async def wait_for_posts(community: TestCommunity, *, within: float = SECONDS) -> None:
    """Wait until nothing is left to post."""

    async def look() -> bool:
        async with community.db.connection() as conn:
            waiting = await conn.fetchval(
                """
                SELECT EXISTS (SELECT FROM outbox WHERE state IN ('queued', 'sending'))
                    OR EXISTS (SELECT FROM servers s LEFT JOIN event_cursors c
                        ON c.server_id = s.id AND c.reader = 'chat_bridge' WHERE s.last_seq > coalesce(c.seq, 0))
                """
            )
        return not waiting

    await until(look, within=within)


async def everything_in(human: Human, place: str) -> list[SeenMessage]:
    """Return a whole channel, oldest first."""
    return await human.history(place, limit=100)

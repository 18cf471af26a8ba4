"""All SQL of the chat bridge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.db import Connection
from shared.ids import ChannelId, GuildId, MemberId, MessageId, ServerId
from shared.store.commands import CommandState


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenMessage:
    """A Discord message on its way into the game; ``is_carried`` is false for what a pause kept out."""

    message_id: MessageId
    guild_id: GuildId
    channel_id: ChannelId
    author_id: MemberId
    taken_at: datetime
    is_carried: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """A message whose author has not seen yet how it ended, with the states of its commands."""

    message_id: MessageId
    channel_id: ChannelId
    taken_at: datetime
    is_carried: bool
    shown: str | None
    states: tuple[CommandState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A message that did not reach a server, and why."""

    channel_id: ChannelId
    message_id: MessageId
    server: str
    taken_at: datetime
    state: CommandState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The bridge of a community carries nothing."""

    id: int
    guild_id: GuildId
    paused_at: datetime
    paused_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """How much a pause kept from being carried, per channel."""

    channel_id: ChannelId
    from_game: int
    from_discord: int


async def add_message(conn: Connection, message: TakenMessage) -> bool:
    """Take a message, once: ``False`` when it was taken before."""
    status = await conn.execute(
        """
        INSERT INTO chat_bridge.messages (message_id, guild_id, channel_id, author_id, taken_at, is_carried)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (message_id) DO NOTHING
        """,
        message.message_id,
        message.guild_id,
        message.channel_id,
        message.author_id,
        message.taken_at,
        message.is_carried,
    )
    return status == "INSERT 0 1"


async def add_delivery(
    conn: Connection, message_id: MessageId, server_id: ServerId, part: int, command_id: int
) -> None:
    """Remember which command carries a piece of a message."""
    await conn.execute(
        "INSERT INTO chat_bridge.deliveries (message_id, server_id, part, command_id) VALUES ($1, $2, $3, $4)",
        message_id,
        server_id,
        part,
        command_id,
    )


async def list_unsettled(conn: Connection, *, limit: int) -> list[Unsettled]:
    """Return the oldest messages that still owe their author a receipt."""
    rows = await conn.fetch(
        """
        SELECT m.message_id, m.channel_id, m.taken_at, m.is_carried, m.shown,
            array_remove(array_agg(c.state ORDER BY d.server_id, d.part), NULL) AS states
        FROM chat_bridge.messages m
        LEFT JOIN chat_bridge.deliveries d USING (message_id)
        LEFT JOIN rcon_commands c ON c.id = d.command_id
        WHERE NOT m.is_settled
        GROUP BY m.message_id
        ORDER BY m.message_id
        LIMIT $1
        """,
        limit,
    )
    return [Unsettled(**{**row, "states": tuple(map(CommandState, row["states"]))}) for row in rows]


async def set_shown(conn: Connection, message_id: MessageId, shown: str | None, *, is_settled: bool) -> None:
    """Remember which receipt a message bears, and whether it is the last one."""
    await conn.execute(
        "UPDATE chat_bridge.messages SET shown = $2, is_settled = $3 WHERE message_id = $1",
        message_id,
        shown,
        is_settled,
    )


async def list_failures(
    conn: Connection, guild_id: GuildId, *, author_id: MemberId | None, since: datetime, limit: int
) -> list[Failure]:
    """Return the latest messages, of one author or of all, that did not reach a server."""
    rows = await conn.fetch(
        """
        SELECT m.channel_id, m.message_id, s.name AS server, m.taken_at, min(c.state) AS state,
            coalesce(min(c.failure), '') AS reason
        FROM chat_bridge.messages m
        JOIN chat_bridge.deliveries d USING (message_id)
        JOIN rcon_commands c ON c.id = d.command_id
        JOIN servers s ON s.id = d.server_id
        WHERE m.guild_id = $1 AND m.taken_at >= $3 AND c.state IN ('failed', 'expired')
            AND ($2::bigint IS NULL OR m.author_id = $2)
        GROUP BY m.message_id, s.id
        ORDER BY m.message_id DESC
        LIMIT $4
        """,
        guild_id,
        author_id,
        since,
        limit,
    )
    return [Failure(**{**row, "state": CommandState(row["state"])}) for row in rows]


async def remove_messages_before(conn: Connection, before: datetime) -> None:
    """Forget settled messages of long ago; a channel is never read up from that far back."""
    await conn.execute("DELETE FROM chat_bridge.messages WHERE is_settled AND taken_at < $1", before)


async def find_last_message(conn: Connection, channel_id: ChannelId) -> MessageId | None:
    """Return up to which message a channel has been heard."""
    found = await conn.fetchval(
        "SELECT last_message_id FROM chat_bridge.channels WHERE channel_id = $1", channel_id
    )
    return None if found is None else MessageId(found)


async def set_last_message(
    conn: Connection, guild_id: GuildId, channel_id: ChannelId, message_id: MessageId
) -> None:
    """Remember up to which message a channel has been heard; the mark never moves back."""
    await conn.execute(
        """
        INSERT INTO chat_bridge.channels AS old (channel_id, guild_id, last_message_id) VALUES ($1, $2, $3)
        ON CONFLICT (channel_id) DO UPDATE
        SET last_message_id = greatest(old.last_message_id, excluded.last_message_id)
        """,
        channel_id,
        guild_id,
        message_id,
    )


async def find_pause(conn: Connection, guild_id: GuildId) -> Pause | None:
    """Return the pause of a community, and keep it from ending before this transaction does."""
    row = await conn.fetchrow(
        """
        SELECT id, guild_id, paused_at, paused_by, reason
        FROM chat_bridge.pauses
        WHERE guild_id = $1
        FOR SHARE
        """,
        guild_id,
    )
    return None if row is None else Pause(**row)


async def lock_pause(conn: Connection, guild_id: GuildId) -> Pause | None:
    """Return the pause of a community for whoever ends it."""
    row = await conn.fetchrow(
        """
        SELECT id, guild_id, paused_at, paused_by, reason
        FROM chat_bridge.pauses
        WHERE guild_id = $1
        FOR UPDATE
        """,
        guild_id,
    )
    return None if row is None else Pause(**row)


async def add_pause(
    conn: Connection, guild_id: GuildId, *, paused_at: datetime, paused_by: str, reason: str
) -> int | None:
    """Pause a community's bridge, and return the pause's number; ``None`` when it was paused already."""
    found = await conn.fetchval(
        """
        INSERT INTO chat_bridge.pauses (guild_id, paused_at, paused_by, reason)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (guild_id) DO NOTHING
        RETURNING id
        """,
        guild_id,
        paused_at,
        paused_by,
        reason,
    )
    return None if found is None else int(found)


async def remove_pause(conn: Connection, guild_id: GuildId) -> None:
    """End a pause, and forget what it skipped."""
    await conn.execute("DELETE FROM chat_bridge.pauses WHERE guild_id = $1", guild_id)


async def add_skipped(
    conn: Connection, guild_id: GuildId, channel_id: ChannelId, *, from_game: int = 0, from_discord: int = 0
) -> None:
    """Count what a pause kept from being carried."""
    await conn.execute(
        """
        INSERT INTO chat_bridge.skipped AS old (guild_id, channel_id, from_game, from_discord)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (guild_id, channel_id) DO UPDATE
        SET from_game = old.from_game + excluded.from_game,
            from_discord = old.from_discord + excluded.from_discord
        """,
        guild_id,
        channel_id,
        from_game,
        from_discord,
    )


async def list_skipped(conn: Connection, guild_id: GuildId) -> Sequence[Skipped]:
    """Return what the present pause has skipped so far."""
    rows = await conn.fetch(
        """
        SELECT channel_id, from_game, from_discord
        FROM chat_bridge.skipped
        WHERE guild_id = $1
        ORDER BY channel_id
        """,
        guild_id,
    )
    return [Skipped(**row) for row in rows]

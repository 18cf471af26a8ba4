"""Messages that are edited in place, and the webhooks and command lists a bot has registered."""

from __future__ import annotations

from dataclasses import dataclass

from shared.db import Connection
from shared.ids import ChannelId, GuildId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One message that shows the latest value."""

    channel_id: ChannelId
    message_id: MessageId | None
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRow:
    """The webhook through which a bot speaks under other names in a channel."""

    webhook_id: int
    token: str


async def find_panel(conn: Connection, guild_id: GuildId, bot: str, name: str) -> Panel | None:
    """Return where a panel is."""
    row = await conn.fetchrow(
        "SELECT channel_id, message_id, fingerprint FROM panels WHERE guild_id = $1 AND bot = $2 AND name = $3",
        guild_id,
        bot,
        name,
    )
    return None if row is None else Panel(**row)


async def set_panel(conn: Connection, guild_id: GuildId, bot: str, name: str, panel: Panel) -> None:
    """Remember where a panel is and what it shows."""
    await conn.execute(
        """
        INSERT INTO panels (guild_id, bot, name, channel_id, message_id, fingerprint, shown_at)
        VALUES ($1, $2, $3, $4, $5, $6, now())
        ON CONFLICT (guild_id, bot, name) DO UPDATE
        SET channel_id = excluded.channel_id, message_id = excluded.message_id,
            fingerprint = excluded.fingerprint, shown_at = excluded.shown_at
        """,
        guild_id,
        bot,
        name,
        panel.channel_id,
        panel.message_id,
        panel.fingerprint,
    )


async def find_webhook(conn: Connection, channel_id: ChannelId, bot: str) -> WebhookRow | None:
    """Return the webhook a bot made for a channel."""
    row = await conn.fetchrow(
        "SELECT webhook_id, token FROM webhooks WHERE channel_id = $1 AND bot = $2", channel_id, bot
    )
    return None if row is None else WebhookRow(**row)


async def list_webhook_ids(conn: Connection, bot: str) -> set[int]:
    """Return the ids of all webhooks a bot made: what they say is the bot's own."""
    rows = await conn.fetch("SELECT webhook_id FROM webhooks WHERE bot = $1", bot)
    return {row["webhook_id"] for row in rows}


async def set_webhook(conn: Connection, channel_id: ChannelId, bot: str, webhook: WebhookRow) -> None:
    """Remember the webhook of a channel."""
    await conn.execute(
        """
        INSERT INTO webhooks (channel_id, bot, webhook_id, token) VALUES ($1, $2, $3, $4)
        ON CONFLICT (channel_id, bot) DO UPDATE SET webhook_id = excluded.webhook_id, token = excluded.token
        """,
        channel_id,
        bot,
        webhook.webhook_id,
        webhook.token,
    )


async def remove_webhook(conn: Connection, channel_id: ChannelId, bot: str) -> None:
    """Forget a webhook that Discord no longer knows."""
    await conn.execute("DELETE FROM webhooks WHERE channel_id = $1 AND bot = $2", channel_id, bot)


async def find_command_sync(conn: Connection, application_id: int, guild_id: GuildId) -> str | None:
    """Return the fingerprint of the commands last registered."""
    found = await conn.fetchval(
        "SELECT fingerprint FROM command_syncs WHERE application_id = $1 AND guild_id = $2",
        application_id,
        guild_id,
    )
    return None if found is None else str(found)


async def set_command_sync(
    conn: Connection, application_id: int, guild_id: GuildId, fingerprint: str
) -> None:
    """Remember which commands have been registered."""
    await conn.execute(
        """
        INSERT INTO command_syncs (application_id, guild_id, fingerprint) VALUES ($1, $2, $3)
        ON CONFLICT (application_id, guild_id) DO UPDATE SET fingerprint = excluded.fingerprint
        """,
        application_id,
        guild_id,
        fingerprint,
    )

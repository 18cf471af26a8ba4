"""SQL of restarts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bots.admin.restarting.domain import State
from shared.db import Connection
from shared.ids import ChannelId, GuildId, MemberId, MessageId, ServerId


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartOrder:
    """What somebody ordered, and where its card is."""

    id: int
    guild_id: GuildId
    member_id: MemberId
    member_name: str
    reason: str
    audit_id: int
    ordered_at: datetime
    channel_id: ChannelId
    message_id: MessageId | None
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """One server's way through an order."""

    order_id: int
    server_id: ServerId
    state: State
    due_at: datetime
    announced_minutes: int | None
    save_command_id: int | None
    exit_command_id: int | None
    exited_at: datetime | None
    up_at: datetime | None
    note: str


async def add_order(conn: Connection, order: RestartOrder) -> int:
    """Keep an order, and return its number."""
    found = await conn.fetchval(
        """
        INSERT INTO admin.restart_orders
            (guild_id, member_id, member_name, reason, audit_id, ordered_at, channel_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        RETURNING id
        """,
        order.guild_id,
        order.member_id,
        order.member_name,
        order.reason,
        order.audit_id,
        order.ordered_at,
        order.channel_id,
    )
    return int(found)


async def add_restart(conn: Connection, order_id: int, server_id: ServerId, due_at: datetime) -> bool:
    """Begin a server's restart; ``False`` when one is under way."""
    status = await conn.execute(
        """
        INSERT INTO admin.restarts (order_id, server_id, state, due_at) VALUES ($1, $2, 'counting', $3)
        ON CONFLICT (server_id) WHERE state IN ('counting', 'saving', 'exiting', 'returning') DO NOTHING
        """,
        order_id,
        server_id,
        due_at,
    )
    return status == "INSERT 0 1"


async def set_card(conn: Connection, order_id: int, message_id: MessageId | None, shown: str) -> None:
    """Remember an order's card and what it shows."""
    await conn.execute(
        "UPDATE admin.restart_orders SET message_id = $2, shown = $3 WHERE id = $1",
        order_id,
        message_id,
        shown,
    )


async def set_ended(conn: Connection, order_id: int, at: datetime) -> None:
    """Note that an order has ended on every server."""
    await conn.execute("UPDATE admin.restart_orders SET ended_at = $2 WHERE id = $1", order_id, at)


async def list_open_orders(conn: Connection) -> list[int]:
    """Return the orders that have not ended."""
    rows = await conn.fetch("SELECT id FROM admin.restart_orders WHERE ended_at IS NULL ORDER BY id")
    return [row["id"] for row in rows]


async def list_recent_orders(conn: Connection, *, ended_after: datetime) -> list[int]:
    """Return the orders that have not ended, or have just."""
    rows = await conn.fetch(
        "SELECT id FROM admin.restart_orders WHERE ended_at IS NULL OR ended_at > $1 ORDER BY id", ended_after
    )
    return [row["id"] for row in rows]


async def find_order(conn: Connection, order_id: int) -> RestartOrder | None:
    """Return an order."""
    row = await conn.fetchrow(
        """
        SELECT id, guild_id, member_id, member_name, reason, audit_id, ordered_at, channel_id, message_id, shown
        FROM admin.restart_orders
        WHERE id = $1
        """,
        order_id,
    )
    return None if row is None else RestartOrder(**row)


async def lock_order(conn: Connection, order_id: int) -> RestartOrder | None:
    """Return an order that has not ended, and hold it: whoever steps or stops it does so alone."""
    row = await conn.fetchrow(
        """
        SELECT id, guild_id, member_id, member_name, reason, audit_id, ordered_at, channel_id, message_id, shown
        FROM admin.restart_orders
        WHERE id = $1 AND ended_at IS NULL
        FOR UPDATE
        """,
        order_id,
    )
    return None if row is None else RestartOrder(**row)


async def list_restarts(conn: Connection, order_ids: Sequence[int]) -> list[Restart]:
    """Return the servers' ways through orders."""
    rows = await conn.fetch(
        """
        SELECT order_id, server_id, state, due_at, announced_minutes, save_command_id, exit_command_id,
            exited_at, up_at, note
        FROM admin.restarts
        WHERE order_id = ANY ($1)
        ORDER BY order_id, server_id
        """,
        list(order_ids),
    )
    return [Restart(**{**row, "state": State(row["state"])}) for row in rows]


async def set_restart(conn: Connection, restart: Restart) -> None:
    """Write down how a restart stands."""
    await conn.execute(
        """
        UPDATE admin.restarts
        SET state = $3, due_at = $4, announced_minutes = $5, save_command_id = $6, exit_command_id = $7,
            exited_at = $8, up_at = $9, note = $10
        WHERE order_id = $1 AND server_id = $2
        """,
        restart.order_id,
        restart.server_id,
        restart.state.value,
        restart.due_at,
        restart.announced_minutes,
        restart.save_command_id,
        restart.exit_command_id,
        restart.exited_at,
        restart.up_at,
        restart.note,
    )


async def find_settled_at(conn: Connection, command_id: int) -> datetime | None:
    """Return when a command was settled."""
    found: datetime | None = await conn.fetchval(
        "SELECT settled_at FROM rcon_commands WHERE id = $1", command_id
    )
    return found


async def find_started_at(conn: Connection, server_id: ServerId, *, since: datetime) -> datetime | None:
    """Return when the server's log first told of a start after an instant."""
    found: datetime | None = await conn.fetchval(
        """
        SELECT min(occurred_at) FROM game_events
        WHERE server_id = $1 AND kind = 'server_started' AND occurred_at >= $2
        """,
        server_id,
        since,
    )
    return found

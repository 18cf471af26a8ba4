"""Commands on their way to game servers: queued, sending, then confirmed, failed or expired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.db import Connection
from shared.ids import ServerId


class CommandState(StrEnum):
    """How far a command has come."""

    QUEUED = "queued"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCommand:
    """A command to queue. ``shows_as``: the line the server's log will show once it ran, where it shows one."""

    server_id: ServerId
    dedupe_key: str
    command: str
    requested_by: str
    expires_at: datetime
    shows_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedCommand:
    """A command that has not been settled."""

    id: int
    command: str
    shows_as: str | None
    state: CommandState
    attempts: int
    sending_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOutcome:
    """How far a command has come, and what the server said."""

    state: CommandState
    reply: str | None
    failure: str | None


async def add_command(conn: Connection, new: NewCommand) -> int | None:
    """Queue a command, once: ``None`` when one with the same key was queued before."""
    found = await conn.fetchval(
        """
        INSERT INTO rcon_commands (server_id, dedupe_key, command, shows_as, requested_by, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (dedupe_key) DO NOTHING
        RETURNING id
        """,
        new.server_id,
        new.dedupe_key,
        new.command,
        new.shows_as,
        new.requested_by,
        new.expires_at,
    )
    return None if found is None else int(found)


async def list_unsettled(conn: Connection, server_id: ServerId, *, limit: int) -> list[QueuedCommand]:
    """Return the oldest commands of a server that still have to run, in order."""
    rows = await conn.fetch(
        """
        SELECT id, command, shows_as, state, attempts, sending_at, expires_at
        FROM rcon_commands
        WHERE server_id = $1 AND state IN ('queued', 'sending')
        ORDER BY id
        LIMIT $2
        """,
        server_id,
        limit,
    )
    return [QueuedCommand(**{**row, "state": CommandState(row["state"])}) for row in rows]


async def set_command_sending(conn: Connection, command_id: int) -> bool:
    """Mark a command as about to be sent; ``False`` means that somebody else took it, or settled it."""
    status = await conn.execute(
        """
        UPDATE rcon_commands SET state = 'sending', sending_at = now(), attempts = attempts + 1
        WHERE id = $1 AND state = 'queued'
        """,
        command_id,
    )
    return status == "UPDATE 1"


async def set_command_queued(conn: Connection, command_id: int, failure: str) -> None:
    """Put a command back that certainly did not reach the server."""
    await conn.execute(
        "UPDATE rcon_commands SET state = 'queued', failure = $2 WHERE id = $1 AND state = 'sending'",
        command_id,
        failure,
    )


async def set_command_settled(conn: Connection, command_id: int, outcome: CommandOutcome) -> None:
    """Write down how a command ended; one that has ended stays as it is."""
    await conn.execute(
        """
        UPDATE rcon_commands SET state = $2, reply = $3, failure = $4, settled_at = now()
        WHERE id = $1 AND state IN ('queued', 'sending')
        """,
        command_id,
        outcome.state.value,
        outcome.reply,
        outcome.failure,
    )


async def find_outcome(conn: Connection, command_id: int) -> CommandOutcome | None:
    """Return how far a command has come."""
    row = await conn.fetchrow("SELECT state, reply, failure FROM rcon_commands WHERE id = $1", command_id)
    if row is None:
        return None
    return CommandOutcome(state=CommandState(row["state"]), reply=row["reply"], failure=row["failure"])


async def list_sent_before(
    conn: Connection, server_id: ServerId, text: str, *, command_id: int, since: datetime
) -> list[datetime]:
    """Return when earlier commands that said the same were sent, in order: the log shows each of them once.

    Not those whose line was lost, because the log has a hole there.
    """
    rows = await conn.fetch(
        """
        SELECT c.sending_at
        FROM rcon_commands c
        WHERE c.server_id = $1 AND c.shows_as = $2 AND c.id < $3
            AND c.state = 'confirmed' AND c.sending_at >= $4
            AND NOT EXISTS (
                SELECT FROM feed_gaps g
                WHERE g.server_id = c.server_id AND g.ended_at >= c.sending_at AND g.began_at <= c.settled_at
            )
        ORDER BY c.id
        """,
        server_id,
        text,
        command_id,
        since,
    )
    return [row["sending_at"] for row in rows]


async def list_shown_in_log(
    conn: Connection, server_id: ServerId, text: str, *, since: datetime
) -> list[datetime]:
    """Return when the log was read where it shows this text as the server's own, in the order of the log."""
    rows = await conn.fetch(
        """
        SELECT recorded_at
        FROM game_events
        WHERE server_id = $1 AND kind = 'server_chat' AND recorded_at >= $3 AND data ->> 'text' = $2
        ORDER BY seq
        """,
        server_id,
        text,
        since,
    )
    return [row["recorded_at"] for row in rows]


async def is_own_chat(conn: Connection, server_id: ServerId, text: str) -> bool:
    """Tell whether a line that the server said is one that was sent to it from here."""
    found = await conn.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM rcon_commands WHERE server_id = $1 AND shows_as = $2 AND created_at > now() - interval '1 day'
        )
        """,
        server_id,
        text,
    )
    return bool(found)

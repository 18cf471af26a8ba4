"""Which slash commands a guild has, of all bots: each writes down its own, because Discord tells a bot no other's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.db import Connection
from shared.ids import GuildId


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCommand:
    """A command as people type it, without the slash."""

    bot: str
    name: str
    description: str


async def set_known_commands(
    conn: Connection, guild_id: GuildId, bot: str, commands: Sequence[KnownCommand]
) -> None:
    """Write down the commands that a bot has in a guild."""
    await conn.execute(
        """
        WITH gone AS (
            DELETE FROM known_commands WHERE guild_id = $1 AND bot = $2 AND name <> ALL ($3::text[])
        )
        INSERT INTO known_commands (guild_id, bot, name, description)
        SELECT $1, $2, new.name, new.description FROM unnest($3::text[], $4::text[]) AS new (name, description)
        ON CONFLICT (guild_id, bot, name) DO UPDATE SET description = excluded.description
        """,
        guild_id,
        bot,
        [command.name for command in commands],
        [command.description for command in commands],
    )


async def list_known_commands(conn: Connection, guild_id: GuildId) -> list[KnownCommand]:
    """Return the commands of all bots in a guild."""
    rows = await conn.fetch(
        "SELECT bot, name, description FROM known_commands WHERE guild_id = $1 ORDER BY bot, name", guild_id
    )
    return [KnownCommand(**row) for row in rows]

"""Loads what there is to be told of."""

from __future__ import annotations

from bots.admin.guide.domain import shown_to
from shared.db import Database
from shared.domain.permissions import Actor
from shared.store.known_commands import KnownCommand, list_known_commands


class Guide:
    """The help."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def commands(self, actor: Actor) -> dict[str, list[KnownCommand]]:
        """Return the commands that somebody may use in this guild, by bot."""
        async with self._db.connection() as conn:
            return shown_to(actor.level, await list_known_commands(conn, actor.guild_id))

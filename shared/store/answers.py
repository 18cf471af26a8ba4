"""Answers in the game to the one survivor who asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.db import Connection
from shared.domain.text import for_game
from shared.store.commands import NewCommand, add_command
from shared.store.servers import GameServer

ANSWER_WITHIN = timedelta(minutes=1)
"""Who asked has moved on after this long."""
# One line of chat in the game, and names as Unreal bounds them.
_LINE, _NAME = 200, 100


async def add_answer(
    conn: Connection,
    server: GameServer,
    *,
    survivor: str,
    text: str,
    asked_at: datetime,
    now: datetime,
    bot: str,
    key: str,
) -> bool:
    """Queue a line that only ``survivor`` sees; ``False`` where it is too late, or their name cannot be addressed."""
    expires_at = asked_at + ANSWER_WITHIN
    ascii_only = server.is_ascii_only
    name = survivor.strip()
    # the game finds survivors by their exact name: one that would have to be changed on the way finds nobody
    if expires_at <= now or not name or for_game(name, limit=_NAME, ascii_only=ascii_only) != name:
        return False
    new = NewCommand(
        server_id=server.id,
        dedupe_key=f"{bot}:{server.id}:{key}",
        command=f'ServerChatToPlayer "{name}" {for_game(text, limit=_LINE, ascii_only=ascii_only)}',
        requested_by=bot,
        expires_at=expires_at,
    )
    return await add_command(conn, new) is not None

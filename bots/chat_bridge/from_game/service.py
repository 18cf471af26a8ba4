"""Turns events of the game into posts, lines for the other maps, and answers, in the cursor's transaction."""

from __future__ import annotations

from datetime import datetime

from bots.chat_bridge.domain import BOT, Bridge
from bots.chat_bridge.from_game.domain import (
    RELAY_LIFETIME,
    answer_to,
    command_in,
    for_other_map,
    is_for_bots,
    is_history,
    is_too_late,
    line_of,
    with_time,
)
from bots.chat_bridge.queries import add_skipped, find_pause
from bots.chat_bridge.service import load_bridge
from shared.clock import Clock
from shared.db import Connection
from shared.domain.events import Chat, EventKind, ServerChat
from shared.ids import ServerId
from shared.runtime.readers import Batch
from shared.store.answers import add_answer
from shared.store.commands import NewCommand, add_command, is_own_chat
from shared.store.events import StoredEvent
from shared.store.outbox import Post, add_post
from shared.store.server_by_id import get_server_by_id
from shared.store.servers import GameServer
from shared.store.states import list_states

KINDS = (
    EventKind.CHAT,
    EventKind.SERVER_CHAT,
    EventKind.JOINED,
    EventKind.LEFT,
    EventKind.SERVER_STARTED,
)


class FromGame:
    """Carries what happens in the game to where people read it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def apply(self, conn: Connection, batch: Batch) -> None:
        """Carry a batch of one server's events."""
        server = await get_server_by_id(conn, batch.server_id)
        bridge = await load_bridge(conn, server.guild_id)
        if bridge.server(server.id) is None:
            # removed from the community: its log is history
            return
        news = [event for event in batch.events if not is_history(event.occurred_at, batch.cursor.since)]
        if await find_pause(conn, server.guild_id) is not None:
            await self._skip(conn, bridge, server, news)
            return
        for stored in news:
            await self._post(conn, bridge, server, stored)
            if isinstance(stored.event, Chat):
                await self._relay(conn, bridge, server, stored, stored.event)
                await self._answer(conn, bridge, server, stored, stored.event)

    async def _skip(
        self, conn: Connection, bridge: Bridge, server: GameServer, news: list[StoredEvent]
    ) -> None:
        """Count what a pause keeps from being posted."""
        channel_id = bridge.channel_of(server)
        lines = [stored for stored in news if not await _is_echo(conn, stored)]
        if channel_id is not None and lines:
            await add_skipped(conn, server.guild_id, channel_id, from_game=len(lines))

    async def _post(self, conn: Connection, bridge: Bridge, server: GameServer, stored: StoredEvent) -> None:
        channel_id = bridge.channel_of(server)
        if channel_id is None or await _is_echo(conn, stored):
            return
        is_shared = len(bridge.servers_of(channel_id)) > 1
        line = line_of(stored.event, server, is_shared=is_shared)
        if line is None:
            return
        post = Post(
            guild_id=server.guild_id,
            bot=BOT,
            channel_id=channel_id,
            dedupe_key=f"{BOT}:{server.id}:{stored.seq}:post",
            author=line.author,
            content=with_time(line.content, stored.occurred_at, self._clock.now()),
        )
        await add_post(conn, post)

    async def _relay(
        self, conn: Connection, bridge: Bridge, server: GameServer, stored: StoredEvent, chat: Chat
    ) -> None:
        """Say a player's line on the other maps; what a server says itself is never relayed, so nothing loops."""
        now = self._clock.now()
        if is_for_bots(chat.text) or is_too_late(stored.occurred_at, now, RELAY_LIFETIME):
            return
        for other in bridge.neighbours_of(server):
            text = for_other_map(chat, server, ascii_only=other.is_ascii_only)
            await _queue(
                conn,
                other.id,
                key=f"{BOT}:{server.id}:{stored.seq}:relay:{other.id}",
                command=f"ServerChat {text}",
                expires_at=now + RELAY_LIFETIME,
                shows_as=text,
            )

    async def _answer(
        self, conn: Connection, bridge: Bridge, server: GameServer, stored: StoredEvent, chat: Chat
    ) -> None:
        command, now = command_in(chat.text), self._clock.now()
        if command is None:
            return
        cluster = [server, *bridge.neighbours_of(server)]
        states = await list_states(conn, server.guild_id) if command == "!players" else []
        await add_answer(
            conn,
            server,
            survivor=chat.survivor,
            text=answer_to(command, community=bridge.community, servers=cluster, states=states, now=now),
            asked_at=stored.occurred_at,
            now=now,
            bot=BOT,
            key=f"{stored.seq}:answer",
        )


async def _is_echo(conn: Connection, stored: StoredEvent) -> bool:
    """Tell whether the server only repeats what was sent to it from here."""
    if not isinstance(stored.event, ServerChat):
        return False
    return await is_own_chat(conn, stored.server_id, stored.event.text)


async def _queue(
    conn: Connection,
    server_id: ServerId,
    *,
    key: str,
    command: str,
    expires_at: datetime,
    shows_as: str | None = None,
) -> None:
    new = NewCommand(
        server_id=server_id,
        dedupe_key=key,
        command=command,
        requested_by=BOT,
        expires_at=expires_at,
        shows_as=shows_as,
    )
    await add_command(conn, new)

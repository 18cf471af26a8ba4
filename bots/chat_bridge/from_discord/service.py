"""Takes what people say in Discord to the game servers, once, and knows how far each message has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bots.chat_bridge.domain import BOT, Bridge
from bots.chat_bridge.from_discord.domain import LIFETIME, Progress, Spoken, lines_for_game, progress
from bots.chat_bridge.queries import (
    TakenMessage,
    Unsettled,
    add_delivery,
    add_message,
    add_skipped,
    find_last_message,
    find_pause,
    list_unsettled,
    remove_messages_before,
    set_last_message,
    set_shown,
)
from bots.chat_bridge.service import load_bridge, load_bridges
from shared.cache import Wakeups
from shared.cache.keys import COMMANDS_QUEUED
from shared.clock import Clock
from shared.db import Connection, Database
from shared.ids import ChannelId, GuildId, MessageId
from shared.store.commands import NewCommand, add_command
from shared.store.outbox import Post, add_post
from shared.store.servers import GameServer

# Receipts are asked for so many messages at a time, oldest first.
_RECEIPTS = 500
# What a receipt said stays on record this long, for /bridge status.
_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A receipt that a message should bear, and the one it bears."""

    message: Unsettled
    progress: Progress


class FromDiscord:
    """Carries messages into the game."""

    def __init__(self, db: Database, wakeups: Wakeups, clock: Clock) -> None:
        self._db = db
        self._wakeups = wakeups
        self._clock = clock

    async def bridges(self) -> list[Bridge]:
        """Return all bridges as they are at this moment."""
        async with self._db.connection() as conn:
            return await load_bridges(conn)

    async def is_routed(self, guild_id: GuildId, channel_id: ChannelId) -> bool:
        """Tell whether a channel carries the chat of a game server."""
        async with self._db.connection() as conn:
            bridge = await load_bridge(conn, guild_id)
        return bool(bridge.servers_of(channel_id))

    async def last_heard(self, channel_id: ChannelId) -> MessageId | None:
        """Return the last message of a channel that was taken."""
        async with self._db.connection() as conn:
            return await find_last_message(conn, channel_id)

    async def begin(self, guild_id: GuildId, channel_id: ChannelId, last: MessageId) -> None:
        """Listen to a channel for the first time: what was said before is none of the bridge's business."""
        async with self._db.transaction() as conn:
            await set_last_message(conn, guild_id, channel_id, last)

    async def take(self, spoken: Spoken) -> bool:
        """Take a message to the servers its channel belongs to; ``False`` when it was taken before."""
        async with self._db.transaction() as conn:
            bridge = await load_bridge(conn, spoken.guild_id)
            servers = bridge.servers_of(spoken.channel_id)
            if not servers:
                return False
            is_carried = await find_pause(conn, spoken.guild_id) is None
            if not await add_message(conn, self._taken(spoken, is_carried=is_carried)):
                return False
            if is_carried:
                await self._queue(conn, spoken, servers)
            else:
                await add_skipped(conn, spoken.guild_id, spoken.channel_id, from_discord=1)
            await set_last_message(conn, spoken.guild_id, spoken.channel_id, spoken.message_id)
        await self._wakeups.send(COMMANDS_QUEUED)
        return True

    async def tell_gap(
        self, guild_id: GuildId, channel_id: ChannelId, *, after: MessageId, count: int, upto: MessageId
    ) -> None:
        """Say that messages were missed which are too old or too many to be said now."""
        post = Post(
            guild_id=guild_id,
            bot=BOT,
            channel_id=channel_id,
            dedupe_key=f"{BOT}:{channel_id}:{after}:gap",
            content=(
                f"⚠️ While I was away, at least {count} message{'' if count == 1 else 's'} here did not reach "
                "the game. Newer ones do."
            ),
        )
        async with self._db.transaction() as conn:
            await add_post(conn, post)
            await set_last_message(conn, guild_id, channel_id, upto)

    async def owed(self) -> list[Owed]:
        """Return the receipts that have to change."""
        async with self._db.connection() as conn:
            waiting = await list_unsettled(conn, limit=_RECEIPTS)
        now = self._clock.now()
        owed = [Owed(message=message, progress=_progress(message, now)) for message in waiting]
        return [one for one in owed if one.progress.is_settled or one.progress.receipt != one.message.shown]

    async def set_receipt(self, owed: Owed) -> None:
        """Remember that a receipt was shown."""
        async with self._db.transaction() as conn:
            await set_shown(
                conn,
                owed.message.message_id,
                owed.progress.receipt,
                is_settled=owed.progress.is_settled,
            )

    async def sweep(self) -> None:
        """Forget receipts of long ago."""
        async with self._db.transaction() as conn:
            await remove_messages_before(conn, self._clock.now() - _KEPT)

    async def _queue(self, conn: Connection, spoken: Spoken, servers: list[GameServer]) -> None:
        expires_at = self._clock.now() + LIFETIME
        for server in servers:
            for part, line in enumerate(lines_for_game(spoken, ascii_only=server.is_ascii_only)):
                new = NewCommand(
                    server_id=server.id,
                    dedupe_key=f"{BOT}:{spoken.message_id}:{server.id}:{part}",
                    command=f"ServerChat {line}",
                    requested_by=BOT,
                    expires_at=expires_at,
                    shows_as=line,
                )
                command_id = await add_command(conn, new)
                if command_id is not None:
                    await add_delivery(conn, spoken.message_id, server.id, part, command_id)

    def _taken(self, spoken: Spoken, *, is_carried: bool) -> TakenMessage:
        return TakenMessage(
            message_id=spoken.message_id,
            guild_id=spoken.guild_id,
            channel_id=spoken.channel_id,
            author_id=spoken.author_id,
            taken_at=self._clock.now(),
            is_carried=is_carried,
        )


def _progress(message: Unsettled, now: datetime) -> Progress:
    return progress(
        message.states,
        is_carried=message.is_carried,
        shown=message.shown,
        waited=now - message.taken_at,
    )

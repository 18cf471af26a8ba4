"""Reads chat and answers ``!decay``."""

from __future__ import annotations

from bots.decay.domain import Source, pair
from bots.decay.in_game.domain import is_question, no_tribe_answer, tribe_answer, tribes_of
from shared.cache import Wakeups
from shared.cache.keys import COMMANDS_QUEUED
from shared.clock import Clock
from shared.db import Connection
from shared.domain.events import Chat
from shared.runtime.readers import Batch
from shared.store.answers import ANSWER_WITHIN, add_answer
from shared.store.events import StoredEvent
from shared.store.saves import list_bases, list_current_saves, list_refusals, list_tribes
from shared.store.server_by_id import get_server_by_id


class InGameService:
    """Answers in the game."""

    def __init__(self, wakeups: Wakeups, clock: Clock) -> None:
        self._wakeups = wakeups
        self._clock = clock
        self._has_answers = False

    async def apply(self, conn: Connection, batch: Batch) -> None:
        """Answer the questions of a batch; those of the past are not answered any more."""
        for stored in batch.events:
            event = stored.event
            is_recent = stored.occurred_at + ANSWER_WITHIN > self._clock.now()
            if is_recent and isinstance(event, Chat) and is_question(event.text):
                await self._answer(conn, stored, event)

    async def committed(self) -> None:
        """Wake who sends the answers."""
        if self._has_answers:
            self._has_answers = False
            await self._wakeups.send(COMMANDS_QUEUED)

    async def _answer(self, conn: Connection, stored: StoredEvent, event: Chat) -> None:
        now = self._clock.now()
        server = await get_server_by_id(conn, stored.server_id)
        saves = await list_current_saves(conn, server.guild_id)
        source = pair([server], saves, await list_refusals(conn, server.guild_id))[0]
        for number, text in enumerate(await self._texts(conn, source, event.survivor)):
            self._has_answers |= await add_answer(
                conn,
                server,
                survivor=event.survivor,
                text=text,
                asked_at=stored.occurred_at,
                now=now,
                bot="decay",
                key=f"{stored.seq}:decay:{number}",
            )

    async def _texts(self, conn: Connection, source: Source, survivor: str) -> list[str]:
        now, server_id = self._clock.now(), source.server.id
        tribes = tribes_of(survivor, await list_tribes(conn, server_id))
        if source.save is None or not tribes:
            return [no_tribe_answer(source, now)]
        return [
            tribe_answer(tribe, await list_bases(conn, server_id, tribe_id=tribe.tribe_id), source, now)
            for tribe in tribes
        ]

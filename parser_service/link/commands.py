"""Works off what was queued for a game server: in order, one at a time, and never twice without knowing."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import timedelta

from parser_service.feeds.status import FeedStatus
from parser_service.game_servers import Served
from parser_service.link.rules import is_last_shown, is_safe_to_repeat
from parser_service.link.text_probe import TextProbe
from parser_service.stopping import Stop
from parser_service.storable import storable
from shared.cache.keys import COMMANDS_QUEUED
from shared.cache.wakeups import wait_for_wakeup
from shared.errors import InvalidInputError
from shared.rcon.errors import RconError
from shared.rcon.link import RconLink
from shared.runtime.loops import run_guarded
from shared.runtime.resources import Resources
from shared.store.commands import (
    CommandOutcome,
    CommandState,
    QueuedCommand,
    list_sent_before,
    list_shown_in_log,
    list_unsettled,
    set_command_queued,
    set_command_sending,
    set_command_settled,
)

log = logging.getLogger(__name__)

_POLL_SECONDS = 1.0
_LISTED = 100
# The game writes its log within a tick or two of the command; on a busy server that is a second.
_LOG_PATIENCE_SECONDS = 1.5
# The feed looks ten times a second; one that is further behind than this is not keeping up, or has no file.
_FEED_PATIENCE_SECONDS = 5.0
# Who says the same twice within this time may find the first line read after the second was sent: consoles' logs come
# every quarter of an hour, and a feed that was away for longer begins with what it missed.
_LOG_LATENESS = timedelta(hours=1)
# A reply is shown to people; the longest real ones (ListPlayers of a full server) have 10 kB.
_REPLY_LIMIT = 64_000

MAY_HAVE_RUN = "The server did not answer: it may or may not have run."
EXPIRED = "The server could not be reached before the command expired."


class CommandRunner:
    """Sends one game server's commands. ``run`` it under the server's lock."""

    def __init__(
        self, server: Served, link: RconLink, resources: Resources, *, feed: FeedStatus, stop: Stop
    ) -> None:
        self._server = server
        self._link = link
        self._resources = resources
        self._feed = feed
        self._stop = stop
        self._probe = TextProbe(server, link, resources)

    async def run(self) -> None:
        """Work off until the stop; what is queued goes before the probe of a new connection."""
        woken = self._resources.wakeups.subscribe(COMMANDS_QUEUED)
        while not self._stop.is_requested:
            await run_guarded(f"commands of {self._server.key}", self.work_off)
            await run_guarded(f"text of {self._server.key}", self._probe.look_once)
            await wait_for_wakeup(woken, at_most_seconds=_POLL_SECONDS)

    async def work_off(self) -> None:
        """Settle what can be settled now."""
        while not self._stop.is_requested:
            async with self._resources.db.connection() as conn:
                commands = await list_unsettled(conn, self._server.id, limit=_LISTED)
            waiting = await self._expire(commands)
            if not waiting or not await self._advance(waiting[0]):
                return

    async def _expire(self, commands: Sequence[QueuedCommand]) -> list[QueuedCommand]:
        """Settle what was not sent in time, and return the rest."""
        waiting = []
        for command in commands:
            if command.state is CommandState.QUEUED and self._is_late(command):
                await self._settle(command, CommandState.EXPIRED, failure=EXPIRED)
            else:
                waiting.append(command)
        return waiting

    async def _advance(self, command: QueuedCommand) -> bool:
        """Take a command one step further; ``False``: not now."""
        if command.state is CommandState.SENDING:
            return await self._clarify(command)
        if not self._link.state.is_up:
            return False
        return await self._send(command)

    async def _send(self, command: QueuedCommand) -> bool:
        async with self._resources.db.transaction() as conn:
            if not await set_command_sending(conn, command.id):
                # whoever had the server's lock before has settled it meanwhile
                return True
        try:
            reply = await self._link.execute(command.command)
        except RconError as error:
            if error.was_sent:
                log.warning("%s: command %s: %s", self._server.key, command.id, error)
                return True
            await self._queue_again(command, str(error))
            return False
        except InvalidInputError as error:
            await self._settle(command, CommandState.FAILED, failure=str(error))
            return True
        await self._settle(command, CommandState.CONFIRMED, reply=storable(reply.text[:_REPLY_LIMIT]))
        return True

    async def _clarify(self, command: QueuedCommand) -> bool:
        """Find out what became of a command that was on its way when the answer, or this process, was lost."""
        if command.shows_as is None:
            if is_safe_to_repeat(command.command) and not self._is_late(command):
                await self._queue_again(command, "The server did not answer; sent again.")
            else:
                await self._settle(command, CommandState.FAILED, failure=MAY_HAVE_RUN)
            return True
        if await self._was_shown(command):
            await self._settle(command, CommandState.CONFIRMED)
            return True
        if self._is_late(command):
            await self._settle(command, CommandState.FAILED, failure=MAY_HAVE_RUN)
            return True
        if not await self._has_server_moved_on():
            return False
        if await self._was_shown(command):
            await self._settle(command, CommandState.CONFIRMED)
        else:
            await self._queue_again(command, "The server's log did not show it; sent again.")
        return True

    async def _has_server_moved_on(self) -> bool:
        """Tell whether all that was sent before now has run, if ever it will, and its lines have been read.

        A server that was frozen reads what waits in its sockets when it runs again: only when it answers something
        sent later, and its log has been read after that, is a line that does not show one that will not come.
        """
        try:
            await self._link.execute("ListPlayers")
        except RconError:
            return False
        await asyncio.sleep(_LOG_PATIENCE_SECONDS)
        answered = time.monotonic()
        while not self._feed.has_read_beyond(answered):
            if time.monotonic() - answered > _FEED_PATIENCE_SECONDS:
                return False
            await asyncio.sleep(0.05)
        return True

    async def _was_shown(self, command: QueuedCommand) -> bool:
        assert command.shows_as is not None
        assert command.sending_at is not None
        server_id, text = self._server.id, command.shows_as
        async with self._resources.db.connection() as conn:
            sent = await list_sent_before(
                conn, server_id, text, command_id=command.id, since=command.sending_at - _LOG_LATENESS
            )
            sent.append(command.sending_at)
            return is_last_shown(sent, await list_shown_in_log(conn, server_id, text, since=sent[0]))

    async def _queue_again(self, command: QueuedCommand, failure: str) -> None:
        async with self._resources.db.transaction() as conn:
            await set_command_queued(conn, command.id, failure)

    async def _settle(
        self,
        command: QueuedCommand,
        state: CommandState,
        *,
        reply: str | None = None,
        failure: str | None = None,
    ) -> None:
        outcome = CommandOutcome(state=state, reply=reply, failure=failure)
        async with self._resources.db.transaction() as conn:
            await set_command_settled(conn, command.id, outcome)

    def _is_late(self, command: QueuedCommand) -> bool:
        return self._resources.clock.now() >= command.expires_at

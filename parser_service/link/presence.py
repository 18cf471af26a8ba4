"""Tells the database how each game server is: up or not, who is on, by which source, and when that was seen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from parser_service.game_servers import Served
from parser_service.link.roster import Roster
from parser_service.stopping import Stop
from parser_service.storable import storable
from shared.domain.events import ServerStarted
from shared.rcon.errors import RconAuthError, RconError
from shared.rcon.link import RconLink
from shared.rcon.replies import parse_players
from shared.runtime.loops import run_guarded
from shared.runtime.resources import Resources
from shared.store.events import NewEvent
from shared.store.states import PlayerCount, add_player_count, set_state

log = logging.getLogger(__name__)

RCON = "rcon"
LOG = "log"

# How soon a change in the log is written down.
_TICK_SECONDS = 0.5
_COUNT_EVERY = timedelta(minutes=1)
# The link opens a broken connection again within a fraction of a second: that is no outage.
_RECONNECTING = timedelta(seconds=3)
# Without RCON, a living server shows at least its autosaves, by default every 15 minutes.
_LOG_SILENCE = timedelta(minutes=32)


def _no_host() -> str | None:
    """Say nothing of a server that is rented from nobody."""
    return None


class Presence:
    """Follows one game server. ``run`` it under the server's lock; ``notice`` it of stored events."""

    def __init__(
        self,
        server: Served,
        link: RconLink | None,
        resources: Resources,
        *,
        stop: Stop,
        interval: timedelta,
        host_says: Callable[[], str | None] = _no_host,
    ) -> None:
        self._server = server
        self._link = link
        self._resources = resources
        self._stop = stop
        self._interval = interval
        self._host_says = host_says
        self._roster = Roster()
        self._is_up = False
        self._problem: str | None = None
        self._last_line_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._counted_at: datetime | None = None
        self._counted = 0
        self._has_changed = False

    def notice(self, events: Sequence[NewEvent]) -> None:
        """Take what the log has just told."""
        self._last_line_at = events[-1].occurred_at
        if self._roster.move(events):
            self._has_changed = True
        if self._link is not None and any(isinstance(event.event, ServerStarted) for event in events):
            self._link.hurry()

    async def run(self) -> None:
        """Follow until the stop."""
        while not self._stop.is_requested:
            await run_guarded(f"presence of {self._server.key}", self.look_once)
            await self._stop.within(_TICK_SECONDS)

    async def look_once(self) -> None:
        """Look if it is time to, and write down what changed."""
        now = self._resources.clock.now()
        if self._looked_at is None or now - self._looked_at >= self._interval:
            await self._look()
            self._looked_at = now
        elif self._has_changed:
            self._has_changed = False
            await self._write(LOG)

    async def _look(self) -> None:
        if self._link is None:
            self._look_at_log()
            await self._write(LOG)
            return
        self._has_changed = False
        try:
            await self._list_players(self._link)
        except RconError as error:
            # a server that refuses the password is there; what the log tells of it still holds
            self._is_up = isinstance(error, RconAuthError) or self._is_refused(self._link)
            self._problem = str(error)
            if not self._is_up:
                self._roster.clear()
            self._report(error)
        await self._write(RCON)

    async def _list_players(self, link: RconLink) -> None:
        if self._resources.clock.now() - link.state.since_at < _RECONNECTING:
            with suppress(TimeoutError):
                async with asyncio.timeout(_RECONNECTING.total_seconds()):
                    await link.wait_up()
        reply = await link.execute("ListPlayers")
        self._roster.set_list(parse_players(reply.text), self._resources.clock.now())
        self._is_up, self._problem = True, None
        self._resources.reporter.solved(self._key)

    def _look_at_log(self) -> None:
        now = self._resources.clock.now()
        self._is_up = self._last_line_at is not None and now - self._last_line_at < _LOG_SILENCE
        self._problem = None if self._is_up else "The log has been silent for more than half an hour."
        if not self._is_up:
            self._roster.clear()

    def _is_refused(self, link: RconLink) -> bool:
        return link.state.code == RconAuthError.code

    def _report(self, error: RconError) -> None:
        """Tell the operator what only they can put right; a server that is down is the game's affair."""
        assert self._link is not None
        if isinstance(error, RconAuthError) or self._is_refused(self._link):
            key = self._server.key
            text = f"{key}: RCON refused the password ({RconAuthError.code}). Set rcon.password of '{key}' in the community file."
            self._resources.reporter.problem(self._key, text)
        else:
            self._resources.reporter.solved(self._key)

    @property
    def _key(self) -> str:
        return f"rcon:{self._server.key}"

    async def _write(self, source: str) -> None:
        now = self._resources.clock.now()
        names = [storable(name) for name in self._roster.names]
        count = PlayerCount(server_id=self._server.id, at=now, players=len(names))
        async with self._resources.db.transaction() as conn:
            await set_state(
                conn,
                self._server.id,
                is_up=self._is_up,
                players=names,
                source=source,
                at=now,
                problem=self._explained(),
            )
            if self._is_count_due(now, len(names)):
                await add_player_count(conn, count)
                self._counted_at, self._counted = now, len(names)

    def _explained(self) -> str | None:
        """Return what is wrong, and what the host says of a server that is silent."""
        said = self._host_says() if self._problem is not None and not self._is_up else None
        return self._problem if said is None else f"{self._problem} {said}"

    def _is_count_due(self, now: datetime, count: int) -> bool:
        return self._counted_at is None or now - self._counted_at >= _COUNT_EVERY or count != self._counted

"""Finds out whether a game server can show text that is not ASCII: some turn it into question marks."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from parser_service.game_servers import Served
from parser_service.link.rules import read_probe
from shared.rcon.errors import RconError
from shared.rcon.link import RconLink
from shared.runtime.resources import Resources
from shared.store.probes import remove_probe, set_shows_unicode

log = logging.getLogger(__name__)

PROBE_TEXT = "é龍"
"""One character of Latin-1 and one beyond: a server that keeps only the first cannot show names either."""
# The game repeats the id it was given (ark-interfaces, section 1.3), nobody sees it, and nobody of that name is banned.
_COMMAND = f"UnbanPlayer {PROBE_TEXT}"
# A server that does not answer it costs the connection: not again soon.
_PAUSE_SECONDS = 6 * 3600.0


class TextProbe:
    """Probes one game server once per connection: a server that was restarted, with another version perhaps, has a new one."""

    def __init__(self, server: Served, link: RconLink, resources: Resources) -> None:
        self._server = server
        self._link = link
        self._resources = resources
        self._probed: datetime | None = None
        self._not_before = 0.0

    async def look_once(self) -> None:
        """Probe if there is a connection that has not been probed, and remember what it showed."""
        state = self._link.state
        if not state.is_up or state.since_at == self._probed or time.monotonic() < self._not_before:
            return
        try:
            reply = await self._link.execute(_COMMAND)
        except RconError as error:
            if error.was_sent:
                self._not_before = time.monotonic() + _PAUSE_SECONDS
            log.debug("%s: no probe of its text: %s", self._server.key, error)
            return
        await self._remember(read_probe(reply.text, PROBE_TEXT))
        self._probed = state.since_at

    async def _remember(self, shows: bool | None) -> None:
        async with self._resources.db.transaction() as conn:
            if shows is None:
                await remove_probe(conn, self._server.id)
            else:
                await set_shows_unicode(conn, self._server.id, shows=shows)

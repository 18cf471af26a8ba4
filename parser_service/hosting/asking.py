"""Asks Nitrado for one server, within the token's budget."""

from __future__ import annotations

from datetime import timedelta

from pydantic import TypeAdapter

from parser_service.hosting.domain import HostedServer, next_state
from shared.cache.kept import Answer
from shared.clock import Clock
from shared.errors import OperationalError
from shared.nitrado.client import NitradoClient
from shared.nitrado.errors import NitradoRateLimitError
from shared.nitrado.models import NitradoServiceId

ADAPTER = TypeAdapter(HostedServer)

# What people ask for goes first: the last tenth of an hour's calls is not for looks that nobody asked for.
_RESERVED_SHARE = 10
# A limit may end earlier than told, and a new token has another: nobody waits longer than this.
_LONGEST_PAUSE = timedelta(minutes=10)


class Asking:
    """The way from a service's number to the state of its server."""

    def __init__(self, client: NitradoClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def fetch(self, service: str, last: Answer[HostedServer] | None) -> HostedServer:
        """Return the state of a server.

        Raises
        ------
        NitradoError
            What Nitrado says instead, or that the budget is kept for others.
        """
        now = self._clock.now()
        budget = self._client.budget
        blocked_until = budget.blocked_until(now, reserve=budget.limit // _RESERVED_SHARE)
        if blocked_until is not None:
            seconds = (blocked_until - now).total_seconds()
            message = f"The token's calls of this hour are used up but for a reserve. There are more in {seconds:.0f} s."
            raise NitradoRateLimitError(message, retry_after_seconds=seconds)
        details = await self._client.get_gameserver(NitradoServiceId(int(service)))
        return next_state(details.status, last, self._clock.now(), changed_at=details.last_status_change)


def pause_after(error: OperationalError) -> timedelta | None:
    """Return how long Nitrado asks to be left alone."""
    if isinstance(error, NitradoRateLimitError):
        return min(timedelta(seconds=error.retry_after_seconds), _LONGEST_PAUSE)
    return None

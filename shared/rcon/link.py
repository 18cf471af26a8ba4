"""One connection per game server and process, kept open, pinged, and opened again when it breaks."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from pydantic import SecretStr

from shared.clock import Clock
from shared.rcon.client import DEFAULT_TIMEOUTS, RconConnection, open_rcon
from shared.rcon.errors import RconAuthError, RconClosedError, RconError, RconTimeoutError
from shared.rcon.models import LinkState, RconReply, Timeouts

log = logging.getLogger(__name__)

_FIRST_RETRY_SECONDS = 0.2
_MIN_RETRY_SECONDS = 1.0
_MAX_RETRY_SECONDS = 60.0
# a wrong password stays wrong until somebody changes it, and each try is a line in the server's log
_AUTH_RETRY_SECONDS = 30.0
# a connection that lived so long was a good one: the next break is a new one, and retried at once
_STABLE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a game server's RCON is, and its password."""

    host: str
    port: int
    password: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How a link is kept: what it is pinged with, and after how long without a command."""

    ping_command: str = "ListPlayers"
    ping_after_seconds: float = 30.0
    timeouts: Timeouts = DEFAULT_TIMEOUTS


DEFAULT_KEEPING = Keeping()


def retry_delay(attempt: int, chance: random.Random) -> float:
    """Return how long to wait before try number ``attempt``: soon at first, then 1 s doubling to 60 s, with jitter."""
    if attempt <= 1:
        return chance.uniform(0.5, 1.0) * _FIRST_RETRY_SECONDS
    longest = min(_MIN_RETRY_SECONDS * 2.0 ** min(attempt - 2, 10), _MAX_RETRY_SECONDS)
    return chance.uniform(0.5, 1.0) * longest


class RconLink:
    """The way to one game server. Commands run one at a time, in the order they were given."""

    def __init__(self, address: Address, *, clock: Clock, chance: random.Random, keeping: Keeping) -> None:
        self._address = address
        self._clock = clock
        self._chance = chance
        self._keeping = keeping
        self._connection: RconConnection | None = None
        self._up = asyncio.Event()
        self._hurried = asyncio.Event()
        self._last_command_at = 0.0
        self._broken_by: RconError | None = None
        self._state = LinkState(is_up=False, since_at=clock.now())

    @property
    def state(self) -> LinkState:
        """Return whether the link is up, since when, and the last problem."""
        return self._state

    async def wait_up(self) -> None:
        """Wait until the link is up; the caller sets the deadline."""
        await self._up.wait()

    def hurry(self) -> None:
        """Try again now and not only when the wait between two tries is over: something shows that the server is back."""
        self._hurried.set()

    async def execute(self, command: str, *, timeout_seconds: float | None = None) -> RconReply:
        """Run a command and return its reply.

        Raises
        ------
        RconError
            ``was_sent`` tells whether the command may have run. While the link is down it fails at once.
        """
        connection = self._connection
        if connection is None or connection.is_closed:
            problem = self._state.problem or f"The game server at {self._where} is not connected yet."
            raise RconClosedError(problem)
        self._last_command_at = asyncio.get_running_loop().time()
        try:
            return await connection.execute(command, timeout_seconds=timeout_seconds)
        except RconError as error:
            if error.was_sent:
                # this is what the connection is closed for
                self._broken_by = error
            raise

    @property
    def _where(self) -> str:
        return f"{self._address.host}:{self._address.port}"

    async def keep(self) -> None:
        """Keep the link up until cancelled; ``open_link`` runs this."""
        loop = asyncio.get_running_loop()
        attempt = 0
        while True:
            started = loop.time()
            self._hurried.clear()
            try:
                await self._serve_one_connection()
            except RconError as error:
                if loop.time() - started >= _STABLE_SECONDS:
                    attempt = 0
                self._go_down(error)
                attempt += 1
                delay = retry_delay(attempt, self._chance)
                if isinstance(error, RconAuthError):
                    delay = max(delay, _AUTH_RETRY_SECONDS)
                if await self._is_hurried_within(delay):
                    attempt = 0

    async def _is_hurried_within(self, seconds: float) -> bool:
        """Wait, unless somebody knows that there is no need to."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurried.wait()
        return self._hurried.is_set()

    async def _serve_one_connection(self) -> None:
        """Open a connection and stay until it ends, which is always with an error."""
        address = self._address
        async with open_rcon(
            address.host, address.port, address.password, timeouts=self._keeping.timeouts
        ) as connection:
            self._connection = connection
            self._broken_by = None
            self._go_up()
            try:
                await self._watch(connection)
            finally:
                self._connection = None
                self._up.clear()
        raise self._why_closed()

    def _why_closed(self) -> RconError:
        return self._broken_by or RconClosedError(f"The game server at {self._where} closed the connection.")

    async def _watch(self, connection: RconConnection) -> None:
        """Return when the connection has ended; ping it when nobody else uses it."""
        loop = asyncio.get_running_loop()
        self._last_command_at = loop.time()
        while not connection.is_closed:
            quiet = loop.time() - self._last_command_at
            try:
                async with asyncio.timeout(max(self._keeping.ping_after_seconds - quiet, 0.0)):
                    await connection.wait_closed()
            except TimeoutError:
                if loop.time() - self._last_command_at >= self._keeping.ping_after_seconds:
                    self._last_command_at = loop.time()
                    await self._ping(connection)

    async def _ping(self, connection: RconConnection) -> None:
        try:
            await connection.execute(self._keeping.ping_command)
        except RconTimeoutError as error:
            if error.was_sent:
                raise
            # it never got its turn: others use the connection, which is as good

    def _go_up(self) -> None:
        log.info("RCON %s: connected", self._where)
        self._state = LinkState(is_up=True, since_at=self._clock.now())
        self._up.set()

    def _go_down(self, error: RconError) -> None:
        """Remember the problem, and the instant if the link was up until now."""
        since_at = self._state.since_at
        if self._state.is_up:
            since_at = self._clock.now()
        if self._state.is_up or self._state.code != error.code:
            log.warning("RCON %s: %s (%s)", self._where, error, error.code)
        self._state = LinkState(is_up=False, since_at=since_at, problem=str(error), code=error.code)


@asynccontextmanager
async def open_link(
    address: Address,
    *,
    clock: Clock,
    chance: random.Random | None = None,
    keeping: Keeping = DEFAULT_KEEPING,
) -> AsyncIterator[RconLink]:
    """Keep a link to a game server for as long as the block runs; it need not be up when the block begins."""
    link = RconLink(address, clock=clock, chance=chance or random.Random(), keeping=keeping)  # noqa: S311 # jitter
    try:
        async with asyncio.TaskGroup() as group:
            keeper = group.create_task(link.keep(), name=f"rcon {address.host}:{address.port}")
            try:
                yield link
            finally:
                keeper.cancel()
    except BaseExceptionGroup as errors:
        # what the block raised leaves it as it was raised
        if len(errors.exceptions) > 1:
            raise
        raise errors.exceptions[0] from None

"""One RCON connection: opened, logged in, one command at a time.

ARK answers a command with one packet of any length, and goes silent for good when a second packet reaches it before
it has answered the first; so nothing is ever sent ahead, and no empty packet to find the end of a reply.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from shared.errors import InvalidInputError
from shared.rcon import protocol
from shared.rcon.errors import (
    RconAuthError,
    RconError,
    RconRefusedError,
    RconTimeoutError,
)
from shared.rcon.models import RconReply, Timeouts
from shared.rcon.wire import Wire

DEFAULT_TIMEOUTS = Timeouts()
# how long a closing connection may take before it is cut
_CLOSE_SECONDS = 1.0


class RconConnection:
    """A connection that is logged in. Commands wait for each other in the order they were given."""

    def __init__(self, wire: Wire, address: str, timeouts: Timeouts) -> None:
        self._wire = wire
        self._address = address
        self._timeouts = timeouts
        self._lock = asyncio.Lock()

    @property
    def is_closed(self) -> bool:
        """Return whether the connection is of no use any more."""
        return self._wire.closed.is_set()

    async def wait_closed(self) -> None:
        """Wait until the connection has ended, for whatever reason."""
        await self._wire.closed.wait()

    async def execute(self, command: str, *, timeout_seconds: float | None = None) -> RconReply:
        """Run a command and return its reply.

        Raises
        ------
        RconTimeoutError, RconClosedError, RconProtocolError
            ``was_sent`` tells whether the command may have run. The connection is closed when it may have:
            a reply that came later would be taken for another command's.
        """
        body = _encode(command)
        seconds = self._timeouts.reply_seconds if timeout_seconds is None else timeout_seconds
        was_sent = False
        try:
            async with asyncio.timeout(seconds), self._lock:
                reply = self._wire.send(body)
                was_sent = True
                return RconReply(text=protocol.decode_text(await reply))
        except TimeoutError as error:
            raise self._give_up(seconds, was_sent=was_sent) from error
        except asyncio.CancelledError:
            if was_sent:
                self._wire.abort()
            raise

    def _give_up(self, seconds: float, *, was_sent: bool) -> RconTimeoutError:
        if was_sent:
            self._wire.abort()
            return RconTimeoutError(
                f"The game server at {self._address} did not answer within {seconds:g} s. "
                "It may or may not have run the command.",
                was_sent=True,
            )
        return RconTimeoutError(
            f"The game server at {self._address} was busy with other commands for {seconds:g} s. Try again.",
        )


@asynccontextmanager
async def open_rcon(
    host: str, port: int, password: SecretStr, *, timeouts: Timeouts = DEFAULT_TIMEOUTS
) -> AsyncIterator[RconConnection]:
    """Open a connection and log in, and close it on the way out.

    Raises
    ------
    RconRefusedError, RconAuthError, RconTimeoutError, RconClosedError, RconProtocolError
        In one line: what happened and what to do.
    """
    address = f"{host}:{port}"
    wire = await _connect(host, port, address, timeouts)
    try:
        await _log_in(wire, password, address, timeouts)
        yield RconConnection(wire, address, timeouts)
    finally:
        await _close(wire)


async def _connect(host: str, port: int, address: str, timeouts: Timeouts) -> Wire:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeouts.connect_seconds):
            _, wire = await loop.create_connection(lambda: Wire(address), host, port)
    except TimeoutError as error:
        message = f"The game server at {address} cannot be reached. Check the address and the firewall."
        raise RconTimeoutError(message) from error
    except OSError as error:
        # an ARK server listens only once its map has loaded, which takes minutes
        message = f"Nobody listens at {address}. The server is down or still loading, or RCON is off there."
        raise RconRefusedError(message) from error
    return wire


async def _log_in(wire: Wire, password: SecretStr, address: str, timeouts: Timeouts) -> None:
    try:
        async with asyncio.timeout(timeouts.login_seconds):
            is_accepted = await wire.log_in(password.get_secret_value())
    except TimeoutError as error:
        message = (
            f"The game server at {address} did not answer the login. It may be busy, or the port is not RCON."
        )
        raise RconTimeoutError(message) from error
    except RconError as error:
        # no command has been sent yet, whatever broke
        error.was_sent = False
        raise
    if not is_accepted:
        message = (
            f"The game server at {address} refused the RCON password. Set the one of its ServerAdminPassword."
        )
        raise RconAuthError(message)


async def _close(wire: Wire) -> None:
    wire.close()
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await wire.closed.wait()
    except TimeoutError:
        wire.abort()


def _encode(command: str) -> bytes:
    body = command.encode(errors="replace")
    if not body.strip() or len(body) > protocol.MAX_COMMAND_BYTES or any(byte in b"\0\r\n" for byte in body):
        message = f"A command is one line of 1 to {protocol.MAX_COMMAND_BYTES} bytes."
        raise InvalidInputError(message)
    return body

"""The RCON listener: Valve's framing with ARK's habits.

The framing is written by hand and not taken from the package ``rcon``: a stand-in that shares the framing of the
product's client would share its mistakes, and that package's readers take short reads for whole packets.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sandbox.ark.spec import Quirks
from shared.errors import OperationalError

log = logging.getLogger(__name__)

AUTH = 3
EXECUTE = 2
AUTH_RESPONSE = 2
RESPONSE = 0
KEEP_ALIVE = "Keep Alive"
# A command is text that a person or a program typed; nothing public says what ARK's own limit is.
MAX_PACKET_BYTES = 64 * 1024
# id, type, and the two zero bytes that end a packet.
OVERHEAD = 10

Handler = Callable[[str], Awaitable[str]]
"""Takes a command and returns the reply's text, without its trailing blanks."""


@dataclass(slots=True)
class RconState:
    """What the listener and its server share."""

    password: str
    quirks: Quirks
    handler: Handler
    ticking: asyncio.Event
    """Cleared while the server is stalled: RCON is worked in the game's tick."""


class RconListener:
    """The open connections of one server."""

    def __init__(self, state: RconState) -> None:
        self._state = state
        self._connections: set[_Connection] = set()
        self.port = 0

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until either side ends it."""
        connection = _Connection(self._state, reader, writer)
        self._connections.add(connection)
        try:
            await connection.serve()
        finally:
            self._connections.discard(connection)
            connection.abort()

    def cut(self) -> None:
        """Break every connection at once."""
        for connection in tuple(self._connections):
            connection.abort()


@asynccontextmanager
async def open_rcon(state: RconState, port: int) -> AsyncIterator[RconListener]:
    """Listen on loopback; on the way out the port closes and connections break."""
    listener = RconListener(state)
    try:
        server = await asyncio.start_server(listener.accept, "127.0.0.1", port)
    except OSError as error:
        message = f"RCON port {port} cannot be used ({error.strerror}). Free it, or delete the cluster's file of ports."
        raise OperationalError(message) from error
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()
        listener.cut()
        await server.wait_closed()


class _Connection:
    """One client: a reader that notices impatience, a worker that answers, and the keep-alives."""

    def __init__(self, state: RconState, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._state = state
        self._reader = reader
        self._writer = writer
        self._inbox: asyncio.Queue[tuple[int, int, str]] = asyncio.Queue()
        self._is_busy = False
        self._is_silent = False
        self._is_in = False
        self._replies = 0
        # Keep-alives come between replies, never inside one.
        self._sending = asyncio.Lock()

    async def serve(self) -> None:
        """Read until the client goes."""
        async with asyncio.TaskGroup() as group:
            worker = group.create_task(self._work())
            beat = group.create_task(self._keep_alive())
            try:
                await self._read()
            finally:
                worker.cancel()
                beat.cancel()

    def abort(self) -> None:
        """Break the connection without a word."""
        transport = self._writer.transport
        if not transport.is_closing():
            transport.abort()

    async def _read(self) -> None:
        while True:
            try:
                (size,) = struct.unpack("<i", await self._reader.readexactly(4))
                if not OVERHEAD <= size <= MAX_PACKET_BYTES:
                    log.info("an RCON client sent a packet of %s bytes; the connection is closed", size)
                    return
                packet = await self._reader.readexactly(size)
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            packet_id, kind = struct.unpack_from("<ii", packet)
            if self._is_busy and self._state.quirks.is_silent_after_second_packet:
                self._is_silent = True
            self._is_busy = True
            self._inbox.put_nowait((packet_id, kind, packet[8:-2].decode("utf-8", "replace")))

    async def _work(self) -> None:
        while True:
            packet_id, kind, text = await self._inbox.get()
            await asyncio.sleep(self._state.quirks.tick.total_seconds())
            await self._state.ticking.wait()
            if not self._is_silent:
                await self._answer(packet_id, kind, text)
            self._is_busy = not self._inbox.empty()

    async def _answer(self, packet_id: int, kind: int, text: str) -> None:
        if kind == AUTH:
            # One packet, no empty one before it; a wrong password is answered with id -1.
            self._is_in = hmac.compare_digest(text.encode(), self._state.password.encode())
            await self._send(packet_id if self._is_in else -1, AUTH_RESPONSE, "")
            return
        if kind != EXECUTE or not self._is_in:
            return
        quirks = self._state.quirks
        reply = await self._state.handler(_ascii(text) if quirks.is_ascii_only else text)
        # A server that froze while it worked on the command answers when it runs again.
        await asyncio.sleep(quirks.reply_delay.total_seconds())
        await self._state.ticking.wait()
        if self._is_silent:
            return
        self._replies += 1
        if quirks.keep_alive_before_reply and self._replies % quirks.keep_alive_before_reply == 0:
            await self._send(0, RESPONSE, KEEP_ALIVE)
        answered = packet_id % quirks.id_wrap if quirks.id_wrap else packet_id
        await self._send(answered, RESPONSE, reply + quirks.trailing, is_reply=True)

    async def _keep_alive(self) -> None:
        while True:
            every = self._state.quirks.keep_alive_every
            await asyncio.sleep(60.0 if every is None else every.total_seconds())
            await self._state.ticking.wait()
            if every is not None and self._is_in:
                await self._send(0, RESPONSE, KEEP_ALIVE)

    async def _send(self, packet_id: int, kind: int, text: str, *, is_reply: bool = False) -> None:
        """Write one packet, whatever its length: ARK never splits a reply."""
        quirks = self._state.quirks
        body = text.encode("ascii" if quirks.is_ascii_only else "utf-8", "replace")
        data = struct.pack("<iii", len(body) + OVERHEAD, packet_id, kind) + body + b"\0\0"
        is_cut = is_reply and quirks.drop_in_reply
        if is_cut:
            data = data[: len(data) // 2]
        step = quirks.chunk_bytes or len(data)
        try:
            async with self._sending:
                for start in range(0, len(data), step):
                    if start:
                        # Let what was written leave by itself.
                        await asyncio.sleep(0.001)
                    self._writer.write(data[start : start + step])
                    await self._writer.drain()
        except ConnectionError:
            log.debug("an RCON client went away before its reply")
            self.abort()
        if is_cut:
            self._writer.close()


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode("ascii")

"""The socket's end of a connection: sends one packet, and finds its answer among all that comes in."""

from __future__ import annotations

import asyncio
import logging
import socket

from shared.rcon import protocol
from shared.rcon.errors import RconClosedError, RconError, RconProtocolError
from shared.rcon.protocol import Incoming

log = logging.getLogger(__name__)

# types of packets the server sends (Valve): 0 is a reply, 2 the answer to a login; some servers reply with 2,
# and npm's rcon-server answers the login with 3
_REPLY_TYPES = frozenset({0, 2})
_LOGIN_ANSWER_TYPES = frozenset({2, 3})
# a reply under an unexpected id is taken after so long, if the right one has not come (seen with GetChat)
_STRANGER_SECONDS = 0.5
# servers that split replies do it at Valve's 4,096 bytes, headers included or not; ARK does not split
_SPLIT_SIZES = range(4_080, 4_097)
# how long to wait for the rest after a packet of such a size
_REST_SECONDS = 0.25


class Wire(asyncio.Protocol):
    """One connection's bytes. At most one answer is awaited at a time; everything else that comes is dropped."""

    def __init__(self, address: str) -> None:
        self.closed = asyncio.Event()
        self._address = address
        self._decoder = protocol.PacketDecoder()
        self._transport: asyncio.Transport | None = None
        self._id = 0
        self._is_login = False
        self._waiter: asyncio.Future[bytes] | None = None
        self._parts: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; a peer that vanishes without a word is noticed by the system in the end."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        connection: socket.socket | None = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail whoever waits."""
        log.debug("%s: connection lost: %s", self._address, exc)
        self._fail(
            RconClosedError(f"The game server at {self._address} closed the connection.", was_sent=True)
        )
        self.closed.set()

    def data_received(self, data: bytes) -> None:
        """Take in what came."""
        try:
            packets = self._decoder.feed(data)
        except RconProtocolError as error:
            self._fail(error)
            self.abort()
            return
        for packet in packets:
            self._take(packet)

    async def log_in(self, password: str) -> bool:
        """Send the password and return whether the server accepts it."""
        self._is_login = True
        try:
            answer = self._await_answer(protocol.encode_login(self._new_id(), password))
            return bool(await answer)
        finally:
            self._is_login = False

    def send(self, command: bytes) -> asyncio.Future[bytes]:
        """Send a command and return the future of its reply; the one before must have ended."""
        return self._await_answer(protocol.encode_command(self._new_id(), command))

    def close(self) -> None:
        """End the connection."""
        if self._transport is None:
            self.closed.set()
        else:
            self._transport.close()

    def abort(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _new_id(self) -> int:
        self._id = protocol.next_id(self._id)
        return self._id

    def _await_answer(self, packet: bytes) -> asyncio.Future[bytes]:
        if self.closed.is_set() or self._transport is None or self._transport.is_closing():
            raise RconClosedError(
                f"The connection to the game server at {self._address} is closed. Try again."
            )
        assert self._waiter is None or self._waiter.done(), "a command is still in flight"
        self._parts.clear()
        self._cancel_timer()
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(packet)
        return self._waiter

    def _take(self, packet: Incoming) -> None:
        if self._waiter is None or self._waiter.done() or packet.is_keep_alive:
            return
        if self._is_login:
            self._take_login_answer(packet)
        elif packet.id == self._id and packet.type in _REPLY_TYPES:
            self._take_reply(packet)
        elif not protocol.is_recent(packet.id, self._id) and packet.body and not self._parts:
            log.debug("%s: a reply with id %d for command %d", self._address, packet.id, self._id)
            self._finish_later(packet.body, _STRANGER_SECONDS)

    def _take_login_answer(self, packet: Incoming) -> None:
        if packet.is_refusal:
            self._finish(b"")
        elif packet.type in _LOGIN_ANSWER_TYPES:
            # servers other than ARK send an empty packet of type 0 first, which is passed over
            self._finish(b"accepted")

    def _take_reply(self, packet: Incoming) -> None:
        self._cancel_timer()
        self._parts.append(packet.body)
        whole = b"".join(self._parts)
        if len(packet.body) in _SPLIT_SIZES and len(whole) <= protocol.MAX_PACKET_BYTES:
            self._finish_later(whole, _REST_SECONDS)
        else:
            self._finish(whole)

    def _finish_later(self, answer: bytes, seconds: float) -> None:
        self._cancel_timer()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._finish, answer)

    def _finish(self, answer: bytes) -> None:
        self._cancel_timer()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(answer)

    def _fail(self, error: RconError) -> None:
        self._cancel_timer()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

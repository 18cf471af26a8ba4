"""A game server's RCON on a raw socket, with each of ARK's habits as a switch.

Written from ark-interfaces, section 1.1, and not with the client's code: it packs its own bytes.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

PASSWORD = "correct horse"
NO_RESPONSE = b"Server received, But no response!! \n "


def packet(packet_id: int, packet_type: int, body: bytes) -> bytes:
    return struct.pack("<iii", len(body) + 10, packet_id, packet_type) + body + b"\0\0"


KEEP_ALIVE = packet(0, 0, b"Keep Alive")


@dataclass
class Quirks:
    reply_type: int = 0
    login_type: int = 2
    # Valve's servers send an empty packet of type 0 before the answer to a login
    login_prelude: bool = False
    refusal_in_type: bool = False
    keep_alive_before_replies: bool = False
    keep_alive_before_login: bool = False
    # Cuberite sends an empty packet with the same id behind each reply
    empty_packet_behind: bool = False
    # a reply under an id that nobody asked with, seen with GetChat
    foreign_id: int | None = None
    # write so many bytes at a time, each a segment of its own
    chunk_bytes: int | None = None
    # split replies as Valve's servers do
    split_bytes: int | None = None
    id_modulo: int | None = None
    silent: bool = False
    silent_login: bool = False
    # ARK never answers again when a second packet comes before its reply
    dies_of_haste: bool = True
    close_after_bytes: int | None = None
    reply_seconds: float = 0.0
    garbage: bytes | None = None


@dataclass
class GameServer:
    port: int = 0
    quirks: Quirks = field(default_factory=Quirks)
    commands: list[str] = field(default_factory=list)
    logins: int = 0
    replies: dict[str, bytes] = field(default_factory=dict)
    answer: Callable[[str], bytes] | None = None
    connections: set[asyncio.StreamWriter] = field(default_factory=set)

    def drop(self) -> None:
        for writer in list(self.connections):
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.add(writer)
        try:
            await self._serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.connections.discard(writer)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            (size,) = struct.unpack("<i", await reader.readexactly(4))
            payload = await reader.readexactly(size)
            packet_id, packet_type = struct.unpack_from("<ii", payload)
            body = payload[8:-2].decode()
            if packet_type == 3:
                await self._answer_login(writer, packet_id, body)
            else:
                self.commands.append(body)
                await self._answer_command(reader, writer, packet_id, body)

    async def _answer_login(self, writer: asyncio.StreamWriter, packet_id: int, password: str) -> None:
        self.logins += 1
        quirks = self.quirks
        if quirks.silent_login:
            return
        if quirks.garbage is not None:
            await self._write(writer, quirks.garbage)
            return
        data = KEEP_ALIVE if quirks.keep_alive_before_login else b""
        if quirks.login_prelude:
            data += packet(packet_id, 0, b"")
        if password == PASSWORD:
            data += packet(packet_id, quirks.login_type, b"")
        elif quirks.refusal_in_type:
            data += packet(packet_id, -1, b"")
        else:
            data += packet(-1, 2, b"")
        await self._write(writer, data)

    async def _answer_command(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, packet_id: int, command: str
    ) -> None:
        quirks = self.quirks
        if quirks.silent:
            return
        await asyncio.sleep(quirks.reply_seconds)
        if quirks.dies_of_haste and getattr(reader, "_buffer"):  # noqa: B009 # no public way to look
            quirks.silent = True
            return
        body = self.answer(command) if self.answer else self.replies.get(command, NO_RESPONSE)
        reply_id = packet_id if quirks.foreign_id is None else quirks.foreign_id
        reply_id = reply_id % quirks.id_modulo if quirks.id_modulo else reply_id
        data = KEEP_ALIVE if quirks.keep_alive_before_replies else b""
        pieces = [body]
        if quirks.split_bytes:
            pieces = [body[at : at + quirks.split_bytes] for at in range(0, len(body), quirks.split_bytes)]
        data += b"".join(packet(reply_id, quirks.reply_type, piece) for piece in pieces)
        if quirks.empty_packet_behind:
            data += packet(packet_id, quirks.reply_type, b"")
        if quirks.close_after_bytes is not None:
            await self._write(writer, data[: quirks.close_after_bytes])
            writer.transport.abort()
            return
        await self._write(writer, data)

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        step = self.quirks.chunk_bytes or len(data) or 1
        for at in range(0, len(data), step):
            writer.write(data[at : at + step])
            await writer.drain()
            # gives the other end its turn, so that it sees the piece alone
            await asyncio.sleep(0)


@asynccontextmanager
async def open_game_server(quirks: Quirks | None = None, *, port: int = 0) -> AsyncIterator[GameServer]:
    game = GameServer(quirks=quirks or Quirks())
    server = await asyncio.start_server(game.serve, "127.0.0.1", port, start_serving=True)
    game.port = server.sockets[0].getsockname()[1]
    try:
        yield game
    finally:
        server.close()
        game.drop()
        await server.wait_closed()
        # the handlers end in their own time, but before the loop does
        while game.connections:
            await asyncio.sleep(0)

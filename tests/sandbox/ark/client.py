"""A bare RCON client of raw sockets: it does what a test says and nothing more."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Packet:
    packet_id: int
    kind: int
    body: bytes


KEEP_ALIVE = Packet(0, 0, b"Keep Alive")


class RawClient:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, packet_id: int, kind: int, body: bytes) -> None:
        self.writer.write(struct.pack("<iii", len(body) + 10, packet_id, kind) + body + b"\0\0")

    async def receive(self, timeout_seconds: float = 5.0) -> Packet:
        async with asyncio.timeout(timeout_seconds):
            (size,) = struct.unpack("<i", await self.reader.readexactly(4))
            data = await self.reader.readexactly(size)
        packet_id, kind = struct.unpack_from("<ii", data)
        assert data[-2:] == b"\0\0"
        return Packet(packet_id, kind, data[8:-2])

    async def login(self, password: str) -> Packet:
        self.send(1, 3, password.encode())
        return await self.receive()

    async def ask(self, command: str | bytes, packet_id: int = 7) -> Packet:
        self.send(packet_id, 2, command.encode() if isinstance(command, str) else command)
        return await self.receive()

    async def at_end(self, timeout_seconds: float = 5.0) -> bool:
        async with asyncio.timeout(timeout_seconds):
            try:
                return await self.reader.read() == b""
            except ConnectionError:
                return True


@asynccontextmanager
async def raw_client(port: int) -> AsyncIterator[RawClient]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield RawClient(reader, writer)
    finally:
        writer.transport.abort()

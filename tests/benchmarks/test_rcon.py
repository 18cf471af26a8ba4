"""A command over a kept connection beside the bare round trip of its bytes, to a server in a process of its own.

python -m pytest tests/benchmarks/test_rcon.py --benchmark-only
"""

from __future__ import annotations

import asyncio
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from pytest_benchmark.fixture import BenchmarkFixture

from shared.rcon.client import open_rcon

PASSWORD = "correct horse"
COMMANDS = 200


@pytest.fixture
def port() -> Iterator[int]:
    """Return the port of PyPI's ``rcon-server``."""
    command = [sys.executable, "-m", "tests.shared.rcon.foreign.pypi", PASSWORD]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()


def _packet(packet_id: int, kind: int, body: bytes) -> bytes:
    return struct.pack("<iii", len(body) + 10, packet_id, kind) + body + b"\0\0"


def _read_packet(raw: socket.socket) -> None:
    (size,) = struct.unpack("<i", raw.recv(4, socket.MSG_WAITALL))
    raw.recv(size, socket.MSG_WAITALL)


def test_bare_socket(benchmark: BenchmarkFixture, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.sendall(_packet(1, 3, PASSWORD.encode()))
        _read_packet(raw)
        _read_packet(raw)

        def ask() -> None:
            for _ in range(COMMANDS):
                raw.sendall(_packet(7, 2, b"ListPlayers"))
                _read_packet(raw)

        benchmark(ask)


def test_bare_socket_in_an_event_loop(benchmark: BenchmarkFixture, port: int) -> None:
    async def ask() -> None:
        for _ in range(COMMANDS):
            writer.write(_packet(7, 2, b"ListPlayers"))
            (size,) = struct.unpack("<i", await reader.readexactly(4))
            await reader.readexactly(size)

    with asyncio.Runner() as runner:
        reader, writer = runner.run(asyncio.open_connection("127.0.0.1", port))
        writer.write(_packet(1, 3, PASSWORD.encode()))
        for _ in range(2):
            (size,) = struct.unpack("<i", runner.run(reader.readexactly(4)))
            runner.run(reader.readexactly(size))
        benchmark(lambda: runner.run(ask()))
        writer.close()
        runner.run(writer.wait_closed())


def test_connection(benchmark: BenchmarkFixture, port: int) -> None:
    async def ask() -> None:
        for _ in range(COMMANDS):
            await connection.execute("ListPlayers")

    with asyncio.Runner() as runner:
        opening = open_rcon("127.0.0.1", port, SecretStr(PASSWORD))
        connection = runner.run(opening.__aenter__())
        benchmark(lambda: runner.run(ask()))
        runner.run(opening.__aexit__(None, None, None))

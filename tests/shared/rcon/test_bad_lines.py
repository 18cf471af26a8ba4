"""Twenty servers behind bad lines: every reply is late, and now and then a packet is lost and sent again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from pydantic import SecretStr

from shared.rcon.client import open_rcon
from tests.shared.rcon.servers import PASSWORD, open_game_server

SERVERS, COMMANDS = 20, 15
# Half of the round trip each way.
DELAY_SECONDS = 0.1
LOSS = 0.02
# What is lost under TCP is sent again after the shortest retransmission time (RFC 6298; Linux: 200 ms), and whatever
# came behind it waits.
AGAIN_SECONDS = 0.2


class _Line:
    """One direction of a connection: late, in order, and sometimes later."""

    def __init__(self, writer: asyncio.StreamWriter, chance: random.Random) -> None:
        self._writer = writer
        self._chance = chance
        self._arrives = 0.0

    def send(self, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        lost = self._chance.random() < LOSS
        self._arrives = max(self._arrives, loop.time() + DELAY_SECONDS + (AGAIN_SECONDS if lost else 0.0))
        loop.call_at(self._arrives, self._writer.write, data)


async def _carry(reader: asyncio.StreamReader, line: _Line) -> None:
    while data := await reader.read(65536):
        line.send(data)


@asynccontextmanager
async def _bad_line_to(port: int, chance: random.Random) -> AsyncIterator[int]:
    """Lend the port of a proxy to a server."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_carry(reader, _Line(far_writer, chance)))
                group.create_task(_carry(far_reader, _Line(writer, chance)))
        finally:
            far_writer.close()
            writer.close()

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as proxy:
        yield proxy.sockets[0].getsockname()[1]


async def test_twenty_servers_behind_bad_lines_keep_their_order_and_do_not_wait_for_each_other() -> None:
    chance = random.Random(4)
    async with AsyncExitStack() as stack:
        servers, connections = [], []
        for _ in range(SERVERS):
            server = await stack.enter_async_context(open_game_server())
            port = await stack.enter_async_context(_bad_line_to(server.port, chance))
            server.answer = str.encode
            servers.append(server)
            connections.append(open_rcon("127.0.0.1", port, SecretStr(PASSWORD)))
        opened = await asyncio.gather(*(stack.enter_async_context(opening) for opening in connections))

        async with asyncio.timeout(60):
            replies = await asyncio.gather(
                *(connection.execute(f"echo {number}") for connection in opened for number in range(COMMANDS))
            )

        asked = [f"echo {number}" for number in range(COMMANDS)]
        assert all(server.commands == asked for server in servers)
        assert [reply.text for reply in replies] == asked * SERVERS

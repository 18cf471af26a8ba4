"""PyPI's ``rcon-server``, answering each command: ``python -m tests.shared.rcon.foreign.pypi PASSWORD``."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from rcon_server.rcon_packet import RCONPacket
from rcon_server.rcon_server import RCONServer

# What Valve's servers put into one packet at most.
_SPLIT = 4086


class _Server(RCONServer):  # type: ignore[misc]  # it has no types
    def handle_execcommand(self, packet: Any, connection: Any) -> None:
        body = (
            "y" * int(packet.body.removeprefix("long ")) if packet.body.startswith("long ") else packet.body
        )
        for start in range(0, max(len(body), 1), _SPLIT):
            part = body[start : start + _SPLIT]
            connection.send_packet(RCONPacket(packet.id, RCONPacket.SERVERDATA_RESPONSE_VALUE, part))


async def _run(password: str) -> None:
    server = _Server(password=password)
    loop = asyncio.get_running_loop()
    # its own ``listen`` does not tell which port it took
    listening = await loop.create_server(server.connection_factory, "127.0.0.1", 0)
    sys.stdout.write(f"{listening.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1]))

"""A stand-in game server under the control of a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sandbox.ark.server import ArkServer, State, open_server
from sandbox.ark.spec import Quirks, ServerSpec
from sandbox.ark.world import Game
from shared.clock import SystemClock

PASSWORD = "a password for tests"


@asynccontextmanager
async def game_server(folder: Path, *, quirks: Quirks | None = None) -> AsyncIterator[ArkServer]:
    """Run a server in which nothing happens by itself."""
    spec = ServerSpec(
        key="island",
        name="The Island",
        game=Game.ASA,
        map_name="TheIsland_WP",
        rcon_password=PASSWORD,
        is_lively=False,
        boot=timedelta(0),
        down=timedelta(0),
        quirks=quirks,
    )
    async with open_server(spec, data=folder / "game", clock=SystemClock()) as server:
        await server.wait_until(State.UP)
        yield server


def rcon_of(server: ArkServer, *, password: str = PASSWORD) -> dict[str, object]:
    """Return a server's RCON as the community file has it."""
    return {"host": "127.0.0.1", "port": server.port, "password": password}

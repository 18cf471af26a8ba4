"""One running Helena with its sandbox, for the stories."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.discord.human import Human, open_human
from tests.e2e.running import ROOT, Helena, running_helena
from tests.waiting import until


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A running Helena, the people of its Discord, and its game."""

    helena: Helena
    alice: Human
    bob: Human
    sam: Human

    @property
    def game(self) -> str:
        """Return the address of the game's pages."""
        return f"http://127.0.0.1:{self.helena.port + 1}/game"

    async def server(self, key: str) -> dict[str, Any]:
        """Return what is to be seen of a game server."""
        servers = (await self.helena.http.get(f"{self.game}/servers")).json()["servers"]
        return next(server for server in servers if server["key"] == key)

    async def screen(self, key: str) -> list[str]:
        """Return what people in the game read."""
        return [line["text"] for line in (await self.server(key))["screen"]]

    async def act(self, key: str, action: str, **body: object) -> None:
        """Do something to a game server."""
        response = await self.helena.http.post(f"{self.game}/servers/{key}/{action}", json=body)
        response.raise_for_status()

    async def a_player(self, key: str) -> dict[str, Any]:
        """Return somebody who is on, waiting for somebody to come."""
        found: list[dict[str, Any]] = []

        async def somebody() -> bool:
            found[:] = (await self.server(key))["players"]
            return bool(found)

        await until(somebody, within=60)
        return found[0]


@pytest.fixture(scope="session")
async def story(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    """Return one Helena for all stories; afterwards Discord's own description judges all that was said."""
    data = tmp_path_factory.mktemp("helena")
    record = data / "traffic.jsonl"
    environ = {"HELENA_SANDBOX_RECORD": str(record)}
    async with AsyncExitStack() as stack:
        helena = await stack.enter_async_context(
            running_helena(data, environ=environ, arguments=("--speed", "3"))
        )
        seed = json.loads((data / "sandbox" / "seed.json").read_text())
        alice, bob, sam = [
            await stack.enter_async_context(open_human(seed, name)) for name in ("alice", "bob", "sam")
        ]
        yield Story(helena=helena, alice=alice, bob=bob, sam=sam)
    check_traffic(record)


def check_traffic(record: Path) -> None:
    """Hold recorded traffic against Discord's OpenAPI description, where that is beside the checkout."""
    tool = ROOT.parent / "shared" / "tools" / "discord_openapi_check.py"
    if not tool.is_file():
        return
    result = subprocess.run([sys.executable, tool, record], capture_output=True, text=True, check=True)
    assert "problems: 0" in result.stdout, result.stdout

"""The client against RCON servers that others wrote, with their own ideas of the protocol."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.rcon.client import open_rcon
from shared.rcon.errors import RconAuthError

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "correct horse"
START_SECONDS = 20.0


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which npm has installed its ``rcon-server``; skip where that cannot be had."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm is not installed, so npm's rcon-server is not tried")
    folder = tmp_path_factory.mktemp("npm")
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
    done = subprocess.run(
        ["npm", "install", *options, "rcon-server@0.1.1"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"npm cannot fetch its rcon-server: {done.stderr.strip()[-200:]}")
    return folder / "node_modules"


@asynccontextmanager
async def _running(*command: str) -> AsyncIterator[int]:
    """Run a server that prints its port, and end it."""
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_SECONDS):
            yield int(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()


@pytest.fixture(params=["pypi", "npm"])
async def port(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    """Return the port of a foreign server."""
    if request.param == "pypi":
        command = [sys.executable, "-m", "tests.shared.rcon.foreign.pypi", PASSWORD]
    else:
        modules = request.getfixturevalue("modules")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free = probe.getsockname()[1]
        script = Path(__file__).parent / "foreign" / "npm.js"
        command = ["node", str(script), str(modules), str(free), PASSWORD]
    async with _running(*command) as listening:
        yield listening


async def test_commands_are_answered_in_order(port: int) -> None:
    async with open_rcon("127.0.0.1", port, SecretStr(PASSWORD)) as connection:
        asked = [f"say number {number}" for number in range(300)]

        replies = await asyncio.gather(*(connection.execute(command) for command in asked))

        assert [reply.text for reply in replies] == asked


@pytest.mark.parametrize("length", [1, 4085, 4086, 4087, 9000, 20_000])
async def test_a_reply_of_any_length_is_whole(port: int, length: int) -> None:
    async with open_rcon("127.0.0.1", port, SecretStr(PASSWORD)) as connection:
        reply = await connection.execute(f"long {length}")

        assert reply.text == "y" * length
        assert (await connection.execute("and on")).text == "and on"


async def test_a_wrong_password_is_told(port: int) -> None:
    with pytest.raises(RconAuthError, match="refused the RCON password"):
        async with open_rcon("127.0.0.1", port, SecretStr("wrong")):
            pass


async def test_a_connection_is_opened_again_after_the_last_one(port: int) -> None:
    for number in range(5):
        async with open_rcon("127.0.0.1", port, SecretStr(PASSWORD)) as connection:
            assert (await connection.execute(f"hello {number}")).text == f"hello {number}"

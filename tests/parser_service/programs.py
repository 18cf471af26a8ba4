"""The parser service as a process of its own, as the supervisor starts it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from shared.config.community import Community, ServerEntry, load_community

ROOT = Path(__file__).resolve().parents[2]
GUILD = 4242
TOKEN = "a-token-for-tests-alone"


def community_file(folder: Path, servers: Sequence[Mapping[str, object]]) -> Path:
    """Write a community file with these servers, and return its path."""
    text = f'[guild]\nid = {GUILD}\nname = "Testers"\n'
    for server in servers:
        text += "\n[[servers]]\n" + "".join(f"{name} = {_toml(value)}\n" for name, value in server.items())
    path = folder / "community.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_toml(inner)}" for name, inner in value.items()) + " }"
    return str(value) if isinstance(value, int | float) else f'"{value}"'


def server_entry(**values: object) -> dict[str, object]:
    """Return a server of a community file."""
    return {"key": "island", "name": "The Island", "game": "asa", "map": "TheIsland_WP"} | values


def entry_of(community: Path) -> ServerEntry:
    """Return the first server of a community file."""
    return load_community(community).servers[0]


def one_server(folder: Path, **values: object) -> Community:
    """Return a community with one server."""
    return load_community(community_file(folder, [server_entry(**values)]))


def environment(*, database_url: str, redis_url: str, community: Path, data: Path) -> dict[str, str]:
    """Return what the program needs to know, and nothing of the machine it runs on."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "HELENA_COMMUNITY_FILE": str(community),
        "HELENA_DATA": str(data),
        "HELENA_PARSER_TOKEN": TOKEN,
        "HELENA_PARSER_PORT": "0",
        "HELENA_LOG_FORMAT": "text",
    }


@contextmanager
def running(env: Mapping[str, str], output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the program; kill it on the way out if it still runs."""
    with output.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "parser_service"], cwd=ROOT, env=dict(env), stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)


async def until(
    condition: Callable[[], Awaitable[bool] | bool], *, seconds: float = 20.0, what: str = "it"
) -> None:
    """Wait until a condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found if isinstance(found, bool) else await found:
            return
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        await asyncio.sleep(0.02)

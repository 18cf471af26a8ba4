"""The parser service as a process of its own, as the supervisor starts it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from shared.ids import GuildId

ROOT = Path(__file__).resolve().parents[2]
GUILD = GuildId(4242)
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


@contextmanager
def running(env: Mapping[str, str], output: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the program; kill it on the way out if it still runs."""
    with output.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "parser_service", *words], cwd=ROOT, env=dict(env), stdout=log, stderr=log
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

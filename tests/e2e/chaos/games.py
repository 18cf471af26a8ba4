"""The game servers of a chaos run, seen from the outside: started, asked for lines, killed, frozen."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tests.e2e.chaos.game import PASSWORD
from tests.e2e.running import ROOT

_BOM = b"\xef\xbb\xbf"
# A frozen server says nothing until it runs again.
_ANSWER_SECONDS = 60.0
_seeds = itertools.count(1)


@dataclass(slots=True, kw_only=True)
class Game:
    """One game server; its files are the truth about what it wrote."""

    key: str
    folder: Path
    port: int
    now: datetime
    process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    @property
    def log_path(self) -> Path:
        """Where it writes."""
        return self.folder / "ShooterGame.log"

    @property
    def pid(self) -> int:
        """Return the process id."""
        assert self.process is not None
        return self.process.pid

    def entry(self, channel_id: int | None) -> str:
        """Return its part of the community file."""
        chat = "" if channel_id is None else f"chat_channel = {channel_id}"
        return f"""
            [[servers]]
            key = "{self.key}"
            name = "{self.key}"
            game = "asa"
            map = "TheIsland_WP"
            log_path = "{self.log_path}"
            rcon = {{ host = "127.0.0.1", port = {self.port}, password = "{PASSWORD}" }}
            {chat}
            """

    async def start(self) -> None:
        """Start it, or start it again: a new log, a minute after the last line of the old one."""
        self.now += timedelta(minutes=1)
        arguments = (str(self.folder), str(self.port), str(next(_seeds)), self.now.isoformat())
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.e2e.chaos.game", *arguments),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert await self._hear() == "up"

    async def write(self, count: int) -> None:
        """Have it write so many lines."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(f"{count}\n".encode())
        self.now = datetime.fromisoformat(await self._hear())

    async def kill(self) -> None:
        """Kill it between two lines or in the middle of one, and start it again."""
        assert self.process is not None
        assert self.process.stdin is not None
        with suppress(ConnectionError):
            self.process.stdin.write(b"40\n")
            await asyncio.sleep(0)
        self.process.kill()
        await self.process.wait()
        # It may have written a part of those lines, at a pace of less than a second each.
        self.now += timedelta(minutes=1)
        await self.start()

    async def stop(self) -> None:
        """End it for good."""
        if self.process is not None and self.process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGCONT)
                self.process.kill()
            await self.process.wait()

    def lines(self) -> list[str]:
        """Return every line it ever wrote, in order, from all its files."""
        backups = sorted(self.folder.glob("ShooterGame-backup-*.log"), key=_begins)
        return [line for path in (*backups, self.log_path) for line in _lines_of(path)]

    async def _hear(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        async with asyncio.timeout(_ANSWER_SECONDS):
            return (await self.process.stdout.readline()).decode().strip()


def _lines_of(path: Path) -> Iterator[str]:
    for line in path.read_bytes().removeprefix(_BOM).split(b"\n"):
        if line:
            yield _text_of(line)


def _text_of(line: bytes) -> str:
    """Return a line as text; one that its writer's death cut inside a character is kept byte by byte."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _begins(path: Path) -> str:
    return next(_lines_of(path), "")


@asynccontextmanager
async def open_games(
    folder: Path, count: int, *, first_port: int, begin: datetime
) -> AsyncIterator[list[Game]]:
    """Start so many game servers, and end them on the way out."""
    games = [
        Game(key=f"map{number}", folder=folder / f"map{number}", port=first_port + number, now=begin)
        for number in range(count)
    ]
    try:
        for game in games:
            game.folder.mkdir(parents=True)
            await game.start()
        yield games
    finally:
        for game in games:
            await game.stop()

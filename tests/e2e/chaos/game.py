"""A game server as a process of its own, so that it can be killed: a log with lines on demand, and RCON.

Started with a folder, a port for RCON, a number that makes its lines differ, and the time at which its log begins.
It says ``up``, then writes as many lines as each line of its standard input asks for and says the log's present time.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sandbox.ark.rcon import RconState, open_rcon
from sandbox.ark.replay import Replay
from sandbox.ark.spec import Quirks

PASSWORD = "chaos"


async def _answer(command: str) -> str:
    return "No Players Connected" if command == "ListPlayers" else "Server received, But no response!!"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def _run(folder: Path, port: int, seed: int, begin: datetime) -> None:
    ticking = asyncio.Event()
    ticking.set()
    state = RconState(password=PASSWORD, quirks=Quirks(), handler=_answer, ticking=ticking)
    async with open_rcon(state, port):
        replay = Replay(folder, seed=seed, begin=begin)
        _say("up")
        while line := await asyncio.to_thread(sys.stdin.readline):
            replay.write(int(line))
            _say(replay.now.isoformat())


def main() -> int:
    """Run until standard input ends."""
    folder, port, seed, begin = sys.argv[1:]
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(Path(folder), int(port), int(seed), datetime.fromisoformat(begin)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A program that reports to the supervisor and behaves as a file tells it to."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from shared.runtime.reporting import Reporter, open_reporter


def run(name: str) -> int:
    """Run a program named ``name``; ``<data>/behaviour/<name>`` says how it behaves (default: well)."""
    data = Path(os.environ["HELENA_DATA"])
    path = data / "behaviour" / name
    behaviour = path.read_text().strip() if path.exists() else "good"
    _note_start(data, name)
    if behaviour == "crash":
        raise RuntimeError(f"{name} was told to crash")
    if behaviour == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        asyncio.run(_deaf(name))
    if behaviour == "misconfigured":
        asyncio.run(_misconfigured(name))
        return os.EX_CONFIG
    return asyncio.run(_work(name, behaviour, data))


def _note_start(data: Path, name: str) -> None:
    """Leave one line per start, with what the supervisor gave us."""
    tokens = {key: value for key, value in os.environ.items() if key.endswith(("_TOKEN", "_TOKEN_FILE"))}
    line = {"pid": os.getpid(), "argv": sys.argv, "tokens": tokens, "threads": threading.active_count()}
    line["environment"] = {k: os.environ[k] for k in ("DATABASE_URL", "REDIS_URL", "HELENA_SERVICE")}
    with (data / f"starts-{name}").open("a") as starts:
        starts.write(json.dumps(line) + "\n")


def _socket() -> Path:
    return Path(os.environ["HELENA_REPORT_SOCKET"])


async def _work(name: str, behaviour: str, data: Path) -> int:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_reporter(name, _socket()) as reporter:
        if name == "sandbox":
            _write_environment(data / "sandbox")
        if behaviour == "with a worker":
            worker = subprocess.Popen(["sleep", "300"])
            (data / f"worker-{name}").write_text(str(worker.pid))
        _say_how_it_is(reporter, behaviour)
        if behaviour == "blocks":
            time.sleep(300)
        await stop.wait()
    with (data / "ended").open("a") as ended:
        ended.write(f"{name}\n")
    return 0


def _say_how_it_is(reporter: Reporter, behaviour: str) -> None:
    reporter.number("events_total", 42)
    if behaviour == "never ready":
        return
    if behaviour == "not ready":
        reporter.not_ready("Discord does not answer")
        return
    reporter.ready()
    if behaviour == "with a problem":
        reporter.problem("chat", "The channel #chat is gone. Make it again.")


def _write_environment(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    tokens = {"HELENA_ALPHA_TOKEN": "sandbox-alpha", "HELENA_BETA_TOKEN": "sandbox-beta"}
    (folder / "environment.json").write_text(
        json.dumps(tokens | {"HELENA_DISCORD_API": "http://127.0.0.1/api"})
    )


async def _misconfigured(name: str) -> None:
    async with open_reporter(name, _socket()) as reporter:
        reporter.problem("token", "Discord refused the token. Paste a fresh one.")


async def _deaf(name: str) -> None:
    async with open_reporter(name, _socket()) as reporter:
        reporter.ready()
        await asyncio.sleep(300)

"""Runs the whole of Helena as a person would, in processes of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from supervisor.folders import Folders
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Helena:
    """A running Helena."""

    process: asyncio.subprocess.Process
    port: int
    data: Path
    http: httpx.AsyncClient

    @property
    def url(self) -> str:
        """Return the supervisor's address."""
        return f"http://127.0.0.1:{self.port}"

    async def is_healthy(self) -> bool:
        """Tell whether ``/health`` answers 200."""
        try:
            return (await self.http.get(f"{self.url}/health")).status_code == 200
        except httpx.TransportError:
            return False

    async def services(self) -> dict[str, int]:
        """Return the process id of each service that lives."""
        control = httpx.AsyncHTTPTransport(uds=str(Folders(home=ROOT, data=self.data).control_socket))
        async with httpx.AsyncClient(transport=control, base_url="http://helena") as http:
            body: dict[str, Any] = (await http.get("/status")).json()
        return {service["service"]["name"]: service["pid"] for service in body["services"] if service["pid"]}


# Below the ports that the system gives to connections of its own.
_PORTS = range(20000, 32000)


def free_ports() -> int:
    """Return the first of four free ports in a row; tests that run beside this one look among others."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    share = len(_PORTS) // workers
    for start in _PORTS[worker * share : (worker + 1) * share - 4 : 10]:
        try:
            for port in range(start, start + 4):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return start
    raise OSError("no four free ports in a row")


@asynccontextmanager
async def started_helena(
    data: Path,
    *,
    environ: Mapping[str, str] | None = None,
    command: tuple[str, ...] = ("supervisor", "up"),
    port: int | None = None,
) -> AsyncIterator[Helena]:
    """Start Helena, and stop it on the way out as Ctrl-C does."""
    port = port or free_ports()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HELENA_", "DATABASE", "REDIS"))
    }
    env = kept | {"HELENA_DATA": str(data), "HELENA_PORT": str(port)} | dict(environ or {})
    data.mkdir(parents=True, exist_ok=True)
    with (data / "up.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *command),
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,  # so that a test can press Ctrl-C for it alone
        )
    async with httpx.AsyncClient(timeout=30) as http:
        try:
            yield Helena(process=process, port=port, data=data, http=http)
        finally:
            if process.returncode is None:
                process.terminate()
            await asyncio.wait_for(process.wait(), timeout=STOP_SECONDS)


@asynccontextmanager
async def running_helena(
    data: Path,
    *,
    environ: Mapping[str, str] | None = None,
    arguments: tuple[str, ...] = (),
    port: int | None = None,
) -> AsyncIterator[Helena]:
    """Start Helena, wait until it is healthy, and stop it on the way out."""
    command = ("supervisor", "up", *arguments)
    async with started_helena(data, environ=environ, command=command, port=port) as helena:

        async def healthy_or_dead() -> bool:
            assert helena.process.returncode is None, (data / "up.log").read_text()
            return await helena.is_healthy()

        await until(healthy_or_dead, within=START_SECONDS)
        yield helena

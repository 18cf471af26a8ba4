"""A supervisor of its own for each test that asks for one, with programs that do as they are told."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest

from supervisor.control_client import NotRunningError, ask
from supervisor.folders import Folders

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).resolve().parent / "programs"
DEADLINE_SECONDS = 30.0

T = TypeVar("T")


def eventually(look: Callable[[], T | None], what: str, seconds: float = DEADLINE_SECONDS) -> T:
    """Return what ``look`` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"did not happen within {seconds:.0f} s: {what}")


def is_gone(pid: int) -> bool:
    """Return whether a process has ended, be it reaped or not."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


# The same rules in a tenth of the time.
QUICK = tuple(
    f"--policy={rule}"
    for rule in ("base_delay=0.05", "longest_delay=0.2", "silence_deadline=2", "drain_deadline=1.5")
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Helena:
    """A running supervisor, seen from outside."""

    def __init__(self, home: Path, environ: Mapping[str, str], *options: str) -> None:
        self.home = home
        self.folders = Folders.of(home, environ)
        self.output = home / "output"
        self.port = int(environ["HELENA_PORT"])
        # The stand-ins import little, so their fork server loads little.
        options = ("--preload=asyncio", *options)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "supervisor.run", "--home", str(home), f"--code={PROGRAMS}", *options],
                cwd=ROOT,
                env=dict(environ),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def view(self) -> dict[str, Any]:
        try:
            return ask(self.folders.control_socket, "GET", "/status")[1]
        except NotRunningError:
            if self.process.poll() is not None:
                raise AssertionError(f"the supervisor has ended:\n{self.output.read_text()}") from None
            return {}

    def service(self, name: str) -> dict[str, Any]:
        services = self.view().get("services", [])
        return next((service for service in services if service["service"]["name"] == name), {})

    def wait_until(self, name: str, **wanted: Any) -> dict[str, Any]:
        """Wait until a service has these values."""

        def look() -> dict[str, Any] | None:
            service = self.service(name)
            return (
                service if service and all(service[key] == value for key, value in wanted.items()) else None
            )

        return eventually(look, f"{name} has {wanted}; it is {self.service(name)}")

    def wait_until_all_ready(self) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            view = self.view()
            return view if view.get("health") == "OK" else None

        return eventually(look, f"everything is ready; health is {self.view().get('health')}")

    def wait_until_announced(self) -> dict[str, Any]:
        self.wait_until_all_ready()
        return eventually(
            lambda: view if (view := self.view()).get("announced") else None, "the start is announced"
        )

    def order(self, target: str) -> None:
        assert ask(self.folders.control_socket, "POST", target)[0] == 200

    def starts(self, name: str) -> list[dict[str, Any]]:
        """Return what each start of a program was given."""
        path = self.folders.data / f"starts-{name}"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def pids(self) -> dict[str, int]:
        return {each["service"]["name"]: each["pid"] for each in self.view()["services"] if each["pid"]}

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def fork_server(self) -> psutil.Process:
        return next(
            child
            for child in psutil.Process(self.process.pid).children()
            if "forkserver" in str(child.cmdline())
        )

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(DEADLINE_SECONDS)

    def clean_up(self) -> None:
        """End whatever a test that failed has left."""
        left = self.descendants() if self.process.poll() is None else []
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(DEADLINE_SECONDS)
        for process in left:
            eventually(lambda process=process: is_gone(process.pid), f"{process} ends")  # type: ignore[misc]


@pytest.fixture
def reachable() -> Iterator[Path]:
    """Return a folder that the servers' user can enter even if we are root, so that their data stays inside."""
    with tempfile.TemporaryDirectory(prefix="helena-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder / "data"


StartHelena = Callable[..., Helena]


@pytest.fixture
def environ(database_url: str, redis_url: str) -> dict[str, str]:
    """Return an environment with stores and free ports, and nothing of the machine's own."""
    ports = {f"HELENA_{name}PORT": str(free_port()) for name in ("", "SANDBOX_", "DASHBOARD_", "PARSER_")}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | ports | {"DATABASE_URL": database_url, "REDIS_URL": redis_url}


@pytest.fixture
def start_helena(tmp_path: Path, environ: dict[str, str]) -> Iterator[StartHelena]:
    """Return a function that starts a supervisor; services behave as ``behave(name=…)`` says."""
    started: list[Helena] = []

    def start(*options: str, behave: Mapping[str, str] | None = None, **variables: str) -> Helena:
        folder = Folders.of(tmp_path, variables).data / "behaviour"
        folder.mkdir(parents=True, exist_ok=True)
        for name, behaviour in (behave or {}).items():
            (folder / name).write_text(behaviour)
        started.append(Helena(tmp_path, environ | variables, *options))
        return started[-1]

    yield start
    for helena in started:
        helena.clean_up()

"""Starting and ending: wrong settings, ports in use, a database that is not there yet."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from shared.runtime.reporting import Report
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import running, server_entry, until


class Supervisor:
    """Hears what a process reports."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self.reports: list[Report] = []

    def hear(self) -> Report | None:
        """Return the newest report."""
        while True:
            try:
                self.reports.append(Report.from_bytes(self._listening.recv(1 << 16)))
            except BlockingIOError:
                return self.reports[-1] if self.reports else None

    def has_heard(self, text: str) -> bool:
        self.hear()
        return any(text in problem for report in self.reports for problem in report.problems)

    def is_ready(self) -> bool:
        newest = self.hear()
        return newest is not None and newest.ready


@contextmanager
def supervising(path: Path) -> Iterator[Supervisor]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(path))
        listening.setblocking(False)
        yield Supervisor(listening)


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    # the path of a socket is short, and a test's folder may not be
    path = Path(f"/tmp/helena-test-{os.getpid()}.sock")
    try:
        with supervising(path) as supervisor:
            yield supervisor
    finally:
        path.unlink(missing_ok=True)


def reporting(environment: Environment, *servers: dict[str, object]) -> dict[str, str]:
    path = f"/tmp/helena-test-{os.getpid()}.sock"
    return environment.variables(*servers) | {"HELENA_REPORT_SOCKET": path}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set."),
        ({"HELENA_PARSER_TOKEN": "short"}, "HELENA_PARSER_TOKEN cannot be used"),
        ({"HELENA_COMMUNITY_FILE": ""}, "HELENA_COMMUNITY_FILE is not set."),
        ({"HELENA_COMMUNITY_FILE": "/nowhere.toml"}, "/nowhere.toml cannot be read"),
        ({"HELENA_PARSER_PORT": "99999"}, "HELENA_PARSER_PORT cannot be used"),
    ],
)
async def test_a_wrong_setting_ends_it_with_one_clear_line_also_to_the_supervisor(
    environment: Environment, supervisor: Supervisor, changes: dict[str, str], said: str
) -> None:
    output = environment.folder / "output.txt"

    with running(reporting(environment, server_entry()) | changes, output) as process:
        code = await asyncio.to_thread(process.wait, 20)

    text = output.read_text()
    assert code == os.EX_CONFIG, text
    assert said in text
    assert len(text.splitlines()) == 1
    assert supervisor.has_heard(said)


async def test_a_port_in_use_is_one_clear_line(environment: Environment) -> None:
    output = environment.folder / "output.txt"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with running(environment.variables(server_entry()) | {"HELENA_PARSER_PORT": port}, output) as process:
            code = await asyncio.to_thread(process.wait, 20)

    assert code == os.EX_CONFIG
    assert f"127.0.0.1:{port}" in output.read_text()
    assert "Set HELENA_PARSER_PORT to a free one." in output.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_order(
    environment: Environment, supervisor: Supervisor, number: signal.Signals
) -> None:
    output = environment.folder / "output.txt"
    log_path = environment.folder / "ShooterGame.log"
    log_path.write_text("")
    with running(reporting(environment, server_entry(log_path=log_path)), output) as process:
        await until(supervisor.is_ready, what="readiness")
        process.send_signal(number)

        assert await asyncio.to_thread(process.wait, 20) == 0
    assert "Traceback" not in output.read_text()


async def test_it_waits_for_a_database_that_is_not_there_yet(
    environment: Environment, supervisor: Supervisor
) -> None:
    async with environment.db.connection() as conn:
        name = await conn.fetchval("SELECT current_database()")
    away = environment.database_url.replace(f"/{name}?", f"/{name}_later?")
    env = reporting(environment, server_entry()) | {"DATABASE_URL": away}
    with running(env, environment.folder / "output.txt") as process:
        await until(partial(supervisor.has_heard, "Postgres at DATABASE_URL cannot be used"))
        assert process.poll() is None
        async with environment.admin() as admin:
            await admin.execute(f"CREATE DATABASE {name}_later TEMPLATE helena_template STRATEGY file_copy")

        await until(supervisor.is_ready, what="readiness")
    async with environment.admin() as admin:
        await admin.execute(f"DROP DATABASE {name}_later WITH (FORCE)")


async def test_a_second_process_stands_by_ready_and_takes_over_from_a_killed_one(
    environment: Environment, supervisor: Supervisor
) -> None:
    log_path = environment.folder / "ShooterGame.log"
    log_path.write_text("[2026.09.13-18.00.00:000][  1]2026.09.13_18.00.00: Aster (Aster): first\n")
    server = server_entry(log_path=log_path)

    async def stored() -> int:
        async with environment.db.connection() as conn:
            return int(await conn.fetchval("SELECT count(*) FROM game_events"))

    async def has(count: int) -> bool:
        return await stored() == count

    with running(environment.variables(server), environment.folder / "first.txt") as first:
        await until(partial(has, 1))
        with running(reporting(environment, server), environment.folder / "second.txt"):
            await until(supervisor.is_ready, what="standing by")
            first.kill()
            with log_path.open("a") as file:
                file.write("[2026.09.13-18.00.01:000][  2]2026.09.13_18.00.01: Aster (Aster): second\n")

            await until(partial(has, 2), what="taking over")


async def test_a_game_server_that_is_down_is_no_failure_of_the_service(
    environment: Environment, supervisor: Supervisor
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    rcon = {"host": "127.0.0.1", "port": port, "password": "x"}

    async def is_down() -> bool:
        async with environment.db.connection() as conn:
            return bool(await conn.fetchval("SELECT problem FROM server_states WHERE NOT is_up"))

    with running(reporting(environment, server_entry(rcon=rcon)), environment.folder / "output.txt"):
        await until(supervisor.is_ready, what="readiness")
        await until(is_down, what="the state")

        newest = supervisor.hear()
    assert newest is not None
    assert (newest.ready, newest.problems) == (True, ())
    assert "events_total_island" in newest.numbers


async def test_a_database_without_tables_is_one_clear_line(environment: Environment) -> None:
    output = environment.folder / "output.txt"
    async with environment.admin() as admin:
        await admin.execute("CREATE DATABASE helena_without_tables")
    bare = environment.admin_url.replace("/helena?", "/helena_without_tables?")
    with running(environment.variables(server_entry()) | {"DATABASE_URL": bare}, output) as process:
        code = await asyncio.to_thread(process.wait, 20)
    async with environment.admin() as admin:
        await admin.execute("DROP DATABASE helena_without_tables WITH (FORCE)")

    assert code == os.EX_CONFIG, output.read_text()
    assert "has no tables of Helena yet" in output.read_text()

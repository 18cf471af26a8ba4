"""PostgreSQL of our own."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from supervisor.embedded.binaries import postgres_folder
from supervisor.embedded.errors import EmbeddedError
from supervisor.embedded.home import Home
from supervisor.embedded.process import ServerProcess, command_line, run_tool

DATABASE = "helena"

SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "jit": "off",  # our queries are short; compiling them costs more than running them
    "shared_preload_libraries": "pg_stat_statements",
}
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """A PostgreSQL server on a Unix socket."""

    name = "PostgreSQL"
    service = "postgres"

    def __init__(self, home: Home, *, log: Path, ephemeral: bool, settings: Mapping[str, str]) -> None:
        self._home = home
        self._ephemeral = ephemeral
        self._folder = home.runnable(postgres_folder() / "postgres").parent
        self._data = home.subfolder("postgres")
        self._settings = (
            SETTINGS
            | {"unix_socket_directories": str(home.socket_folder)}
            | (UNSAFE_BUT_FAST if ephemeral else {})
            | dict(settings)
        )
        # SIGINT is PostgreSQL's "fast shutdown": it ends sessions and closes cleanly.
        self.process = ServerProcess(name=self.name, log=log, stop_signal=signal.SIGINT, account=home.account)
        self.url = f"postgresql://postgres@/{DATABASE}?host={home.socket_folder}"

    def prepare(self) -> None:
        """Create the data, or check that it is of this version; stop an orphan of an earlier run."""
        if not (self._data / "PG_VERSION").exists():
            self._create()
        self._check_version()
        self._stop_orphan()

    def spawn(self) -> None:
        """Start the server without waiting for it."""
        self._forget_stranger()
        args = [str(self._folder / "postgres"), "-D", str(self._data)]
        for name, value in self._settings.items():
            args += ["-c", f"{name}={value}"]
        self.process.spawn(args)

    def is_ready(self) -> bool:
        """Return whether it takes connections.

        ``postmaster.pid`` says so, if its server lives and is ours: a killed one leaves the file behind.
        """
        if not self.process.is_running:
            return False
        # Lines of the file: 1 is the process id, 8 the state (PostgreSQL, src/include/utils/pidfile.h).
        lines = self._pid_file_lines()
        return len(lines) >= 8 and lines[0] == str(self.process.pid) and lines[7] == "ready"

    def finish(self) -> None:
        """Create the database, once the server is ready."""
        create = (
            f"SELECT 'CREATE DATABASE {DATABASE}' "  # noqa: S608 - a constant of this module
            f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec"
        )
        socket = str(self._home.socket_folder)
        psql = [str(self._folder / "psql"), "-h", socket, "-U", "postgres", "-XqAt", "-v", "ON_ERROR_STOP=1"]
        run_tool(psql, self._home.account, stdin=create, timeout=60)

    def _create(self) -> None:
        for leftover in self._data.iterdir():  # of an initdb that was killed half-way
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        args = [str(self._folder / "initdb"), "-D", str(self._data), "-U", "postgres", "-E", "UTF8"]
        args += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        args += ["--auth-local=trust", "--auth-host=scram-sha-256"]
        run_tool(args + (["--no-sync"] if self._ephemeral else []), self._home.account)

    def _check_version(self) -> None:
        have = (self._data / "PG_VERSION").read_text().strip()
        version = run_tool([str(self._folder / "postgres"), "--version"], self._home.account)
        want = version.split()[-1].split(".")[0]
        if have != want:
            raise EmbeddedError(
                f"{self._data} holds data of PostgreSQL {have}, and {want} is installed. "
                "Dump it with the old release and restore it, or use pg_upgrade."
            )

    def _stop_orphan(self) -> None:
        # The folder is locked, so a server on this data was left behind by a run that was killed.
        if self._recorded_pid_is_ours():
            stop = [
                str(self._folder / "pg_ctl"),
                "-D",
                str(self._data),
                "-m",
                "fast",
                "-w",
                "-t",
                "30",
                "stop",
            ]
            run_tool(stop, self._home.account)

    def _forget_stranger(self) -> None:
        # After a reboot the recorded id may be any process of this user, and PostgreSQL would not start.
        if self._pid_file_lines() and not self._recorded_pid_is_ours():
            (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _recorded_pid_is_ours(self) -> bool:
        lines = self._pid_file_lines()
        if not lines or not lines[0].isdigit() or int(lines[0]) == os.getpid():
            return False
        args = command_line(int(lines[0]))
        return "postgres" in args and str(self._data) in args

    def _pid_file_lines(self) -> list[str]:
        with suppress(OSError):
            return [line.strip() for line in (self._data / "postmaster.pid").read_text().splitlines()]
        return []

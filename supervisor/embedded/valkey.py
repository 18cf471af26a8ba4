"""Valkey (Redis) of our own."""

from __future__ import annotations

import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

from supervisor.embedded.binaries import valkey_binary
from supervisor.embedded.errors import EmbeddedError
from supervisor.embedded.home import Home
from supervisor.embedded.process import ServerProcess


class Valkey:
    """A Valkey server on a Unix socket."""

    name = "Valkey"
    service = "valkey"

    def __init__(self, home: Home, *, log: Path, ephemeral: bool) -> None:
        self._binary = home.runnable(valkey_binary())
        self._data = home.subfolder("valkey")
        self._socket = home.socket_folder / "redis.sock"
        self._keep = "no" if ephemeral else "yes"
        self.process = ServerProcess(
            name=self.name, log=log, stop_signal=signal.SIGTERM, account=home.account
        )
        self.url = f"unix://{self._socket}?db=0"

    def prepare(self) -> None:
        """Stop an orphan of an earlier run."""
        if self._ask(b"PING").startswith(b"+PONG"):
            self._ask(b"SHUTDOWN")
            deadline = time.monotonic() + 15
            while self._ask(b"PING"):
                if time.monotonic() > deadline:
                    raise EmbeddedError(f"An older Valkey on {self._socket} does not stop. Stop it by hand.")
                time.sleep(0.02)

    def spawn(self) -> None:
        """Start the server without waiting for it."""
        self._socket.unlink(missing_ok=True)
        args = [
            str(self._binary),
            "--port",
            "0",
            "--unixsocket",
            str(self._socket),
            "--unixsocketperm",
            "700",
        ]
        args += [
            "--dir",
            str(self._data),
            "--save",
            "",
            "--daemonize",
            "no",
            "--maxmemory-policy",
            "noeviction",
        ]
        args += ["--appendonly", self._keep, "--appendfsync", "everysec"]
        # Expired keys are announced (Ex): the Nitrado cache is invalidated by Redis' own expiry.
        args += ["--notify-keyspace-events", "Ex"]
        self.process.spawn(args)

    def is_ready(self) -> bool:
        """Return whether it answers."""
        return self._ask(b"PING").startswith(b"+PONG")

    def finish(self) -> None:
        """Do nothing: there is nothing to create."""

    def _ask(self, command: bytes) -> bytes:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(0.5)
            connection.connect(str(self._socket))
            connection.sendall(command + b"\r\n")
            return connection.recv(64)
        return b""

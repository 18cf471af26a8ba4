"""Giving orders to a running supervisor, without loading anything heavy."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path
from typing import Any

from shared.errors import OperationalError

ANSWER_SECONDS = 5.0
MAX_BYTES = 4 << 20


class NotRunningError(OperationalError):
    """No supervisor runs in this data folder."""

    code = "SUP-03"


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("supervisor", timeout=ANSWER_SECONDS)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(ANSWER_SECONDS)
        self.sock.connect(str(self._path))


def ask(path: Path, method: str, target: str) -> tuple[int, dict[str, Any]]:
    """Send one request to the supervisor, and return the status and the JSON object of its answer.

    Raises
    ------
    NotRunningError
        When nobody listens there.
    OperationalError
        When there is no sensible answer in time.
    """
    connection = _UnixConnection(path)
    try:
        connection.request(method, target)
        response = connection.getresponse()
        value = json.loads(response.read(MAX_BYTES))
    except (FileNotFoundError, ConnectionRefusedError) as error:
        raise NotRunningError("Helena is not running here. Start it with `helena up`.") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise OperationalError(
            f"The supervisor does not answer ({error}). See logs/supervisor.log."
        ) from error
    finally:
        connection.close()
    return response.status, value if isinstance(value, dict) else {}

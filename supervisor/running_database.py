"""The address of the database of our own, for a command that runs beside the supervisor."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from supervisor.embedded.postgres import DATABASE
from supervisor.folders import Folders

# What PostgreSQL calls its socket on its default port, which the embedded one keeps.
_SOCKET = ".s.PGSQL.5432"


def find_database_url(folders: Folders) -> str | None:
    """Return where the embedded PostgreSQL of this data folder listens; ``None`` where none runs."""
    for folder in _socket_folders(folders.servers):
        if (folder / _SOCKET).is_socket():
            return f"postgresql://postgres@/{DATABASE}?host={folder}"
    return None


def _socket_folders(data: Path) -> Iterator[Path]:
    """Yield where ``embedded.home`` puts sockets: inside, or elsewhere where the path is long or closed to others."""
    yield data / "servers" / "run"
    try:
        identity = (data / "id").read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return
    if len(identity) == 32 and identity.isalnum():
        yield Path("/var/lib") / f"helena-{identity}" / "run"
        yield Path(tempfile.gettempdir()) / f"helena-{identity}"

"""Where Helena keeps what it writes."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from shared.errors import ConfigError, OperationalError

CODE = Path(__file__).resolve().parents[1]

# sun_path holds 108 bytes on Linux and 104 on macOS, with the closing zero.
LONGEST_SOCKET_PATH = 100


class AlreadyRunningError(OperationalError):
    """Another supervisor works in this data folder."""

    code = "SUP-01"


def home_folder() -> Path:
    """Return the project's folder, where ``.env`` and ``data`` are; for an installed wheel, the current one."""
    return CODE if (CODE / "pyproject.toml").exists() else Path.cwd()


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The data folder and what is in it."""

    home: Path
    data: Path

    @classmethod
    def of(cls, home: Path, environ: Mapping[str, str]) -> Self:
        """Return the folders; ``HELENA_DATA`` is relative to the project's folder."""
        return cls(home=home, data=(home / (environ.get("HELENA_DATA") or "data")).absolute())

    @property
    def logs(self) -> Path:
        """Return where each service's output goes."""
        return self.data / "logs"

    @property
    def secrets(self) -> Path:
        """Return where tokens that Helena made for itself are."""
        return self.data / "secrets"

    @property
    def servers(self) -> Path:
        """Return where the embedded servers are."""
        return self.data / "embedded"

    @property
    def sandbox(self) -> Path:
        """Return where the sandbox keeps its world."""
        return self.data / "sandbox"

    @property
    def run(self) -> Path:
        """Return where sockets are: a short path, because a socket's address is short."""
        inside = self.data / "run"
        if len(str(inside / "control.sock")) <= LONGEST_SOCKET_PATH:
            return inside
        tag = hashlib.sha256(str(self.data).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"helena-{os.geteuid()}-{tag}"

    @property
    def control_socket(self) -> Path:
        """Return where the supervisor takes orders."""
        return self.run / "control.sock"

    @property
    def report_socket(self) -> Path:
        """Return where the supervisor hears from its children."""
        return self.run / "report.sock"

    def prepare(self) -> None:
        """Make the folders; only we may look into those with logs, secrets and sockets.

        Raises
        ------
        ConfigError
            When that cannot be done, or a folder that others might have made is not ours.
        """
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            for folder in (self.logs, self.secrets, self.run):
                folder.mkdir(exist_ok=True)
                if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                    raise ConfigError(f"{folder} belongs to somebody else. Remove it and start again.")
                folder.chmod(0o700)
        except OSError as error:
            message = f"The data folder {self.data} cannot be written to ({error.strerror}). Make it yours, or set HELENA_DATA."
            raise ConfigError(message) from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the data folder.

        Raises
        ------
        AlreadyRunningError
            When another supervisor holds it.
        """
        lock_fd = os.open(self.data / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pid = os.pread(lock_fd, 32, 0).decode(errors="replace").strip() or "unknown"
                message = f"Helena is already running in {self.data} (process {pid}). See `helena status`, or stop it with `helena down`."
                raise AlreadyRunningError(message) from None
            os.ftruncate(lock_fd, 0)
            os.pwrite(lock_fd, f"{os.getpid()}\n".encode(), 0)
            yield
        finally:
            os.close(lock_fd)

    def secret(self, name: str) -> str:
        """Return a random secret that is made once and kept."""
        path = self.secrets / name
        if not path.exists():
            partial = path.with_suffix(".partial")
            partial.unlink(missing_ok=True)
            partial.touch(mode=0o600)
            partial.write_text(secrets.token_urlsafe(32))
            partial.replace(path)
        return path.read_text().strip()

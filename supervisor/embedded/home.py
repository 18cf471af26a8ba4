"""Where the servers' data, sockets and (if need be) binaries are."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from supervisor.embedded.account import Account, server_account
from supervisor.embedded.errors import EmbeddedError

# sun_path holds 108 bytes on Linux and 104 on macOS, with the closing zero.
LONGEST_SOCKET_PATH = 100


@dataclass(slots=True, kw_only=True)
class Home:
    """The servers' folders, locked for one user at a time."""

    folder: Path
    socket_folder: Path
    account: Account
    lock_fd: int
    throw_away: bool

    @classmethod
    def open(cls, data: Path, *, ephemeral: bool) -> Self:
        """Lock ``data`` and prepare what is in it."""
        data.mkdir(parents=True, exist_ok=True)
        lock_fd = _lock(data)
        try:
            account = server_account()
            folder = _server_folder(data, account, ephemeral=ephemeral)
            socket_folder = _socket_folder(folder, account, _identity(data))
        except BaseException:
            os.close(lock_fd)
            raise
        throw_away = ephemeral and not folder.is_relative_to(data)
        return cls(
            folder=folder,
            socket_folder=socket_folder,
            account=account,
            lock_fd=lock_fd,
            throw_away=throw_away,
        )

    def close(self) -> None:
        """Unlock the folder; what a test kept outside of it is removed."""
        if not self.socket_folder.is_relative_to(self.folder):
            shutil.rmtree(self.socket_folder, ignore_errors=True)
        if self.throw_away:
            shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.lock_fd)

    def subfolder(self, name: str) -> Path:
        """Return a folder that belongs to the servers' account."""
        path = self.folder / name
        path.mkdir(exist_ok=True)
        self.account.own(path)
        return path

    def runnable(self, binary: Path) -> Path:
        """Return ``binary``, or a copy of it where the servers' account cannot reach it (root in /root)."""
        if self.account.can_use(binary):
            return binary
        site = next((p for p in binary.parents if p.name in {"site-packages", "dist-packages"}), None)
        if site is None:
            raise EmbeddedError(f"{binary} cannot be run by the user 'nobody'. Make its folders readable.")
        package = binary.relative_to(site).parts[0]
        about = binary.stat()
        copy = self.folder / "bin" / f"{package}-{about.st_size}-{int(about.st_mtime)}"
        if not copy.exists():
            self._copy(site, package, copy)
        return copy / binary.relative_to(site)

    def _copy(self, site: Path, package: str, target: Path) -> None:
        partial = target.with_name(f"{target.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        # Its libraries are found by a relative RUNPATH to the sibling folder <package>.libs.
        for tree in (package, f"{package}.libs"):
            if (site / tree).exists():
                shutil.copytree(site / tree, partial / tree, symlinks=True)
        self.account.own(partial.parent, 0o755)
        partial.rename(target)


def _lock(folder: Path) -> int:
    lock_fd = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock_fd)
        message = f"{folder} is in use: Helena is already running there. Stop it first (helena down)."
        raise EmbeddedError(message) from None
    return lock_fd


def _identity(data: Path) -> str:
    """Return a random name that belongs to this data folder wherever it is moved."""
    path = data / "id"
    with suppress(FileNotFoundError):
        identity = path.read_text()
        if len(identity) == 32 and identity.isalnum():
            return identity
    identity = secrets.token_hex(16)
    path.write_text(identity)
    return identity


def _server_folder(data: Path, account: Account, *, ephemeral: bool) -> Path:
    """Return ``data/servers``, or a folder elsewhere when the servers' account cannot enter that one."""
    inside = data / "servers"
    inside.mkdir(exist_ok=True)
    account.own(inside)
    if account.can_use(inside):
        return inside
    inside.rmdir()
    outside = Path("/var/tmp" if ephemeral else "/var/lib") / f"helena-{_identity(data)}"  # noqa: S108
    outside.mkdir(exist_ok=True)
    _refuse_strangers(outside, account)
    account.own(outside)
    return outside


def _socket_folder(folder: Path, account: Account, identity: str) -> Path:
    path = folder / "run"
    if len(str(path)) + len("/.s.PGSQL.5432") > LONGEST_SOCKET_PATH:
        path = Path(tempfile.gettempdir()) / f"helena-{identity}"
    path.mkdir(exist_ok=True)
    _refuse_strangers(path, account)
    account.own(path)
    return path


def _refuse_strangers(path: Path, account: Account) -> None:
    if path.is_symlink() or path.stat().st_uid not in account.owners():
        raise EmbeddedError(f"{path} belongs to somebody else. Remove it and start again.")

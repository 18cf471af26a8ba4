"""Saves over SFTP. The server's own key is pinned: without it, anybody on the way could hand out worlds."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import PurePosixPath

import asyncssh

from parser_service.sources.remote import MAX_ENTRIES, RemoteFile, RemoteFolder, is_plain_name
from parser_service.sources.shape import SourceError
from shared.config.community import SaveLogin
from shared.config.save_places import SaveAddress

_LOOK_EVERY = timedelta(seconds=30)
_CONNECT_SECONDS = 20.0
# Between two pieces of a file or a listing.
_SILENCE_SECONDS = 30.0
# asyncssh asks for a piece of this size in parallel parts, which hides the way there and back.
_CHUNK_BYTES = 1 << 20


class SftpRemote:
    """A machine that speaks SFTP."""

    interval = _LOOK_EVERY
    can_resume = True
    small_files_at_once = 20_000

    def __init__(self, address: SaveAddress, login: SaveLogin) -> None:
        self._address = address
        self._login = login

    def __str__(self) -> str:
        return str(self._address)

    async def place(self) -> PurePosixPath:
        """Return the path that the address names."""
        return self._address.path or PurePosixPath("/")

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[RemoteFolder]:
        """Connect, and check that it is the machine it was."""
        address, login = self._address, self._login
        keys, known_hosts = await asyncio.to_thread(self._read_keys)
        with self._translated():
            async with (
                asyncssh.connect(
                    address.host,
                    address.port,
                    username=address.user,
                    password=login.password.get_secret_value() if login.password else None,
                    client_keys=keys,
                    known_hosts=known_hosts,
                    connect_timeout=_CONNECT_SECONDS,
                    login_timeout=_CONNECT_SECONDS,
                    keepalive_interval=_SILENCE_SECONDS,
                    # nothing of this account's own set-up: no agent, no configuration
                    agent_path=None,
                    config=None,
                ) as connection,
                connection.start_sftp_client() as client,
            ):
                yield _SftpFolder(client)

    def _read_keys(self) -> tuple[list[asyncssh.SSHKey] | None, asyncssh.SSHKnownHosts]:
        try:
            return self._keys(), self._known_hosts()
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError, OSError) as error:
            message = f"The keys in save_login for {self} cannot be read. Check key_file, key_password and host_key."
            raise SourceError(message) from error

    def _keys(self) -> list[asyncssh.SSHKey] | None:
        """Return the keys to log in with; ``None`` for none, also not the account's own."""
        path, password = self._login.key_file, self._login.key_password
        if path is None:
            return None
        return [asyncssh.read_private_key(path, password.get_secret_value() if password else None)]

    def _known_hosts(self) -> asyncssh.SSHKnownHosts:
        login, host = self._login, self._address.host
        if login.host_key is not None:
            # a line as ssh-keyscan prints it, or the key alone: it counts for this host either way
            key = login.host_key.strip().split(maxsplit=1)
            plain = login.host_key.strip() if key[0].startswith(("ssh-", "ecdsa-", "sk-")) else key[-1]
            asyncssh.import_public_key(plain)  # one that cannot be read would silently match no machine
            return asyncssh.import_known_hosts(f"* {plain}\n")
        if login.known_hosts is not None:
            return asyncssh.read_known_hosts(str(login.known_hosts))
        raise SourceError(
            f"{self} is not asked, because its own key is not known. Put a line of 'ssh-keyscan -p {self._address.port} {host}' "
            "into save_login.host_key, after comparing it with the machine's."
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except asyncssh.HostKeyNotVerifiable as error:
            message = (
                f"{self} shows another key than save_login says. Find out why before you change save_login."
            )
            raise SourceError(message) from error
        except asyncssh.PermissionDenied as error:
            message = f"{self} does not let us in. Check the user in save_path, and save_login."
            raise SourceError(message) from error
        except TimeoutError as error:
            raise SourceError(f"{self} does not answer in time. Try again later.") from error
        except (asyncssh.Error, OSError) as error:
            message = (
                f"{self} cannot be read ({_said(error)}). Check save_path, and whether that machine is up."
            )
            raise SourceError(message) from error


class _SftpFolder:
    """An open connection."""

    def __init__(self, client: asyncssh.SFTPClient) -> None:
        self._client = client

    async def entries(self, folder: PurePosixPath) -> list[RemoteFile] | None:
        found: list[RemoteFile] = []
        try:
            async with asyncio.timeout(_SILENCE_SECONDS):
                async for entry in self._client.scandir(str(folder)):
                    file = _file(entry)
                    if file is not None:
                        found.append(file)
                    if len(found) > MAX_ENTRIES:
                        raise SourceError(f"{folder} holds more than {MAX_ENTRIES:,} files. Check save_path.")
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            return None
        return found

    async def read(self, path: PurePosixPath, *, offset: int, limit: int) -> AsyncIterator[bytes]:
        async with self._client.open(str(path), "rb") as file:
            while limit > 0:
                async with asyncio.timeout(_SILENCE_SECONDS):
                    piece: bytes = await file.read(min(_CHUNK_BYTES, limit), offset)
                if not piece:
                    return
                yield piece
                offset, limit = offset + len(piece), limit - len(piece)


def _file(entry: asyncssh.SFTPName) -> RemoteFile | None:
    name, facts = entry.filename, entry.attrs
    if not isinstance(name, str) or not is_plain_name(name) or facts.permissions is None:
        return None
    is_folder = stat.S_ISDIR(facts.permissions)
    if not is_folder and not stat.S_ISREG(facts.permissions):
        return None
    modified_ns = (facts.mtime or 0) * 1_000_000_000 + (facts.mtime_ns or 0)
    return RemoteFile(
        name=name, size=max(0, facts.size or 0), modified_ns=max(0, modified_ns), is_folder=is_folder
    )


def _said(error: Exception) -> str:
    """Return what a server or the system says, bounded and on one line."""
    return " ".join(str(error).split())[:120] or type(error).__name__

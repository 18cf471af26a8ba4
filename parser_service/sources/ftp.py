"""Saves over FTP, plain or encrypted. Plain FTP sends its password in the clear: for machines of one's own network."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Literal

import aioftp

from parser_service.sources.remote import MAX_ENTRIES, RemoteFile, RemoteFolder, is_plain_name
from parser_service.sources.shape import SourceError
from shared.config.community import SaveLogin
from shared.config.save_places import SaveAddress, Scheme

_LOOK_EVERY = timedelta(seconds=30)
_CONNECT_SECONDS = 20.0
_SILENCE_SECONDS = 30.0
_CHUNK_BYTES = 256 << 10
# FTP over TLS from the first byte on (IANA: ftps); everywhere else it begins in the clear and is then encrypted.
_IMPLICIT_PORT = 990
# Folder or file unknown or not permitted (RFC 959).
_NO_SUCH_FILE = "550"


class FtpRemote:
    """A machine that speaks FTP."""

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
        """Connect and log in."""
        address, login = self._address, self._login
        is_encrypted, is_implicit = address.scheme is Scheme.FTPS, address.port == _IMPLICIT_PORT
        with self._translated():
            context = await asyncio.to_thread(self._tls) if is_encrypted else None
            client = _Client(
                connection_timeout=_CONNECT_SECONDS,
                socket_timeout=_SILENCE_SECONDS,
                ssl=context if is_implicit else None,
            )
            try:
                await client.connect(address.host, address.port)
                if is_encrypted and not is_implicit:
                    await client.upgrade_to_tls(context)
                await client.login(address.user, login.password.get_secret_value() if login.password else "")
                yield _FtpFolder(client)
                # a courtesy: what was asked for is here, however the other side takes leave
                with suppress(aioftp.AIOFTPException, OSError, EOFError):
                    await client.quit()
            finally:
                client.close()

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._login.certificate)
        # a certificate that the owner pinned names a machine that the owner knows, however it is called
        context.check_hostname = self._login.certificate is None
        return context

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except ssl.SSLError as error:
            message = f"{self} cannot show who it is ({error.reason}). Put its certificate into save_login.certificate."
            raise SourceError(message) from error
        except TimeoutError as error:
            raise SourceError(f"{self} does not answer in time. Try again later.") from error
        except aioftp.StatusCodeError as error:
            codes = {str(code) for code in error.received_codes}
            what = "does not let us in" if "530" in codes else "refuses"
            message = f"{self} {what} ({', '.join(sorted(codes))}). Check the user and path in save_path, and save_login."
            raise SourceError(message) from error
        except (aioftp.AIOFTPException, OSError, EOFError) as error:
            message = f"{self} cannot be read ({type(error).__name__}). Check save_path, and whether that machine is up."
            raise SourceError(message) from error


class _Client(aioftp.Client):
    """A client that closes the connection of a transfer which the server then refuses; aioftp's own leaves it open."""

    _data: asyncio.StreamWriter | None = None

    async def get_passive_connection(
        self, conn_type: Literal["I", "A", "E", "L"] = "I", commands: Sequence[str] | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await super().get_passive_connection(conn_type, commands)
        # one transfer at a time: the one before has ended
        self._close_data()
        self._data = writer
        return reader, writer

    def close(self) -> None:
        self._close_data()
        super().close()

    def _close_data(self) -> None:
        if self._data is not None:
            self._data.close()
            self._data = None


class _FtpFolder:
    """An open connection."""

    def __init__(self, client: aioftp.Client) -> None:
        self._client = client

    async def entries(self, folder: PurePosixPath) -> list[RemoteFile] | None:
        found: list[RemoteFile] = []
        try:
            async for path, facts in self._client.list(folder):
                file = _file(path.name, dict(facts))
                if file is not None:
                    found.append(file)
                if len(found) > MAX_ENTRIES:
                    raise SourceError(f"{folder} holds more than {MAX_ENTRIES:,} files. Check save_path.")
        except aioftp.StatusCodeError as error:
            if _NO_SUCH_FILE in {str(code) for code in error.received_codes}:
                return None
            raise
        except ValueError as error:
            raise SourceError(
                f"The listing of {folder} cannot be understood. Use SFTP if it is there."
            ) from error
        return found

    async def read(self, path: PurePosixPath, *, offset: int, limit: int) -> AsyncIterator[bytes]:
        async with self._client.download_stream(path, offset=offset) as stream:
            async for piece in stream.iter_by_block(_CHUNK_BYTES):
                yield piece[:limit]
                limit -= len(piece)
                if limit < 0:
                    raise SourceError(f"{path.name} grew while it was fetched.")


def _file(name: str, facts: dict[str, object]) -> RemoteFile | None:
    kind, size = facts.get("type"), str(facts.get("size", "0"))
    if kind not in {"file", "dir"} or not is_plain_name(name):
        return None
    return RemoteFile(
        name=name,
        size=int(size) if size.isascii() and size.isdecimal() and len(size) < 18 else 0,
        modified_ns=_modified_ns(str(facts.get("modify", ""))),
        is_folder=kind == "dir",
    )


def _modified_ns(stamp: str) -> int:
    """Return an instant as MLSD writes it, in UTC (RFC 3659): 20260913180000, with or without a fraction.

    A server without MLSD lists in its own time zone, to the minute; nothing tells which, so UTC is assumed.
    """
    try:
        at = datetime.strptime(stamp.partition(".")[0], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return 0
    return int(at.timestamp()) * 1_000_000_000

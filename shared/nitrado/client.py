"""Calls Nitrado's API for one token: one method per endpoint, each a single try."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from pydantic import SecretStr
from yarl import URL

from shared.clock import Clock
from shared.nitrado import protocol
from shared.nitrado.budget import Budget, read_rate_limit
from shared.nitrado.errors import NitradoReplyError, NitradoUnreachableError
from shared.nitrado.models import (
    FileEntry,
    GameServer,
    NitradoPlayer,
    NitradoServiceId,
    Service,
    Stats,
    TokenInfo,
)
from shared.nitrado.protocol import Answer, FileAddress

DEFAULT_BASE_URL = "https://api.nitrado.net"
# without an agent of one's own Cloudflare answers 403 "Just a moment..."
USER_AGENT = "Helena/0.1 (bots for ARK communities)"

# the longest answers are lists of files and settings: hundreds of kilobytes
_MAX_ANSWER_BYTES = 8 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class NitradoTimeouts:
    """How long to wait, in seconds."""

    connect_seconds: float = 10.0
    # starting and stopping take their time to be accepted
    answer_seconds: float = 30.0
    # between two pieces of a file
    silence_seconds: float = 30.0


DEFAULT_TIMEOUTS = NitradoTimeouts()


class NitradoClient:
    """Nitrado's API for one token. Errors are ``NitradoError``s; what to do about them is the caller's business."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        token: SecretStr,
        base_url: str,
        clock: Clock,
        timeouts: NitradoTimeouts,
    ) -> None:
        self._session = session
        self._token = token
        self._base_url = URL(base_url)
        self._clock = clock
        self._timeouts = timeouts
        self.budget = Budget()

    async def check_token(self) -> TokenInfo:
        """Return whose token it is and what it may do."""
        return protocol.read_value(await self._call("GET", "token"), "token", TokenInfo)

    async def ping(self) -> None:
        """Return if the API works."""
        await self._call("GET", "ping")

    async def list_maintenance(self) -> frozenset[str]:
        """Return the names of Nitrado's parts that are in maintenance."""
        parts = (await self._call("GET", "maintenance")).get("maintenance")
        return (
            frozenset(name for name, is_off in parts.items() if is_off)
            if isinstance(parts, dict)
            else frozenset()
        )

    async def list_services(self) -> list[Service]:
        """Return everything that the token's owner rents or may manage."""
        return protocol.read_values(await self._call("GET", "services"), "services", Service)

    async def get_gameserver(self, service_id: NitradoServiceId) -> GameServer:
        """Return a game server's state, addresses, paths and settings."""
        data = await self._call("GET", f"services/{service_id}/gameservers")
        return protocol.read_value(data, "gameserver", GameServer)

    async def restart(self, service_id: NitradoServiceId, *, note: str = "", notice: str = "") -> None:
        """Restart a game server (or start it); ``note`` goes into its log, ``notice`` to the players."""
        form = {"message": note, "restart_message": notice}
        await self._call("POST", f"services/{service_id}/gameservers/restart", form=form)

    async def stop(self, service_id: NitradoServiceId, *, note: str = "", notice: str = "") -> None:
        """Stop a game server; ``note`` goes into its log, ``notice`` to the players."""
        form = {"message": note, "stop_message": notice}
        await self._call("POST", f"services/{service_id}/gameservers/stop", form=form)

    async def start(self, service_id: NitradoServiceId, *, game: str) -> None:
        """Start a game by its short name, such as ``arksa``."""
        await self._call("POST", f"services/{service_id}/gameservers/games/start", form={"game": game})

    async def list_players(self, service_id: NitradoServiceId) -> list[NitradoPlayer]:
        """Return the players that the panel knows, online or not."""
        data = await self._call("GET", f"services/{service_id}/gameservers/games/players")
        return protocol.read_values(data, "players", NitradoPlayer)

    async def get_stats(self, service_id: NitradoServiceId, *, hours: int = 24) -> Stats:
        """Return the load of the last hours."""
        data = await self._call(
            "GET", f"services/{service_id}/gameservers/stats", query={"hours": str(hours)}
        )
        return protocol.read_stats(data)

    async def list_files(
        self, service_id: NitradoServiceId, folder: str, *, search: str | None = None
    ) -> list[FileEntry]:
        """Return what a folder holds."""
        query = {"dir": folder} | ({"search": search} if search else {})
        data = await self._call("GET", f"services/{service_id}/gameservers/file_server/list", query=query)
        return protocol.read_values(data, "entries", FileEntry)

    async def stat_files(self, service_id: NitradoServiceId, paths: Iterable[str]) -> list[FileEntry]:
        """Return the entries of single files."""
        query = {f"files[{number}]": path for number, path in enumerate(paths)}
        data = await self._call("GET", f"services/{service_id}/gameservers/file_server/stat", query=query)
        return protocol.read_values(data, "entries", FileEntry)

    async def get_size(self, service_id: NitradoServiceId, path: str) -> int:
        """Return the size of a file or folder, in bytes."""
        data = await self._call(
            "GET", f"services/{service_id}/gameservers/file_server/size", query={"path": path}
        )
        return protocol.read_number(data, "size")

    async def seek(self, service_id: NitradoServiceId, path: str, *, offset: int, length: int) -> bytes:
        """Return a part of a file, from the end where ``offset`` is negative; less than asked for where it ends."""
        query = {"file": path, "offset": str(offset), "length": str(length), "mode": "raw"}
        data = await self._call("GET", f"services/{service_id}/gameservers/file_server/seek", query=query)
        return await self._fetch_whole(self._file_address(data), max_bytes=length)

    async def download(self, service_id: NitradoServiceId, path: str, *, max_bytes: int) -> bytes:
        """Return a whole file; one larger than ``max_bytes`` is refused."""
        return await self._fetch_whole(await self._find_download(service_id, path), max_bytes=max_bytes)

    @asynccontextmanager
    async def open_download(
        self, service_id: NitradoServiceId, path: str, *, max_bytes: int
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open a file for reading in pieces, which is the way for saves."""
        address = await self._find_download(service_id, path)
        async with self._fetch(address) as response:
            yield _read_pieces(response, max_bytes)

    async def _find_download(self, service_id: NitradoServiceId, path: str) -> FileAddress:
        data = await self._call(
            "GET", f"services/{service_id}/gameservers/file_server/download", query={"file": path}
        )
        return self._file_address(data)

    def _file_address(self, data: Mapping[str, Any]) -> FileAddress:
        return protocol.read_file_address(data, allow_loopback=protocol.is_loopback(self._base_url))

    async def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        self.budget.spend(self._clock.now())
        # messages follow the token's language otherwise, and one of them has to be recognised
        parameters = {"locale": "en", **(query or {})}
        request = self._session.request(
            method,
            self._base_url / path,
            params=parameters,
            data={key: value for key, value in form.items() if value} if form else None,
            headers={"Authorization": f"Bearer {self._token.get_secret_value()}"},
            allow_redirects=False,
        )
        with _as_unreachable():
            async with asyncio.timeout(self._timeouts.answer_seconds), request as response:
                answer = Answer(
                    status=response.status,
                    headers=response.headers,
                    body=b"".join([piece async for piece in _read_pieces(response, _MAX_ANSWER_BYTES)]),
                )
        self.budget.note(read_rate_limit(answer.headers))
        return protocol.read_data(answer, now=self._clock.now())

    @asynccontextmanager
    async def _fetch(self, address: FileAddress) -> AsyncIterator[aiohttp.ClientResponse]:
        # the file server knows its own token alone: the API's is not for it
        request = self._session.get(address.url, headers={"token": address.token}, allow_redirects=False)
        with _as_unreachable():
            response = await request
        async with response:
            if response.status != 200:
                message = f"Nitrado's file server did not hand out the file ({response.status}). Try again."
                raise NitradoUnreachableError(message, status=response.status)
            yield response

    async def _fetch_whole(self, address: FileAddress, *, max_bytes: int) -> bytes:
        async with self._fetch(address) as response:
            return b"".join([piece async for piece in _read_pieces(response, max_bytes)])


@asynccontextmanager
async def open_nitrado(
    token: SecretStr,
    *,
    clock: Clock,
    base_url: str = DEFAULT_BASE_URL,
    timeouts: NitradoTimeouts = DEFAULT_TIMEOUTS,
) -> AsyncIterator[NitradoClient]:
    """Open a client for one token, and close its connections on the way out."""
    session_timeout = aiohttp.ClientTimeout(
        total=None, sock_connect=timeouts.connect_seconds, sock_read=timeouts.silence_seconds
    )
    async with aiohttp.ClientSession(
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        timeout=session_timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        yield NitradoClient(session, token=token, base_url=base_url, clock=clock, timeouts=timeouts)


@contextmanager
def _as_unreachable() -> Iterator[None]:
    """Turn what aiohttp raises into an error of this package, without the address, which may hold a token."""
    try:
        yield
    except TimeoutError as error:
        message = "Nitrado did not answer in time. Try again later."
        raise NitradoUnreachableError(message) from error
    except aiohttp.ClientError as error:
        message = f"Nitrado cannot be reached ({type(error).__name__}). Check this machine's network."
        raise NitradoUnreachableError(message) from None


async def _read_pieces(response: aiohttp.ClientResponse, max_bytes: int) -> AsyncIterator[bytes]:
    received = 0
    with _as_unreachable():
        async for piece in response.content.iter_chunked(_CHUNK_BYTES):
            received += len(piece)
            if received > max_bytes:
                message = f"Nitrado's answer is longer than {max_bytes} bytes. It was not read."
                raise NitradoReplyError(message, status=response.status)
            yield piece

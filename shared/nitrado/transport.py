"""One try of one call: a request of the API, or of the file server it points to; errors are ``NitradoError``s."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
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
from shared.nitrado.protocol import Answer, FileAddress

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


class Transport:
    """The way to the API for one token; ``NitradoClient`` has the calls."""

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
        """Return the ``data`` of the answer, empty where it is a message alone."""
        answer = await self._ask(method, path, query=query, form=form)
        return protocol.read_data(answer, now=self._clock.now())

    async def _say(self, method: str, path: str) -> str:
        """Return the message of the answer."""
        return protocol.read_message(await self._ask(method, path), now=self._clock.now())

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
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
                    body=b"".join([piece async for piece in read_pieces(response, _MAX_ANSWER_BYTES)]),
                )
        self.budget.note(read_rate_limit(answer.headers))
        return answer

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

    async def _send(self, address: FileAddress, content: bytes) -> None:
        headers = {"token": address.token, "Content-Type": "application/binary"}
        request = self._session.post(address.url, headers=headers, data=content, allow_redirects=False)
        with _as_unreachable():
            async with request as response:
                if not 200 <= response.status < 300:
                    message = f"Nitrado's file server did not take the file ({response.status}). Try again."
                    raise NitradoUnreachableError(message, status=response.status)

    async def _fetch_whole(self, address: FileAddress, *, max_bytes: int) -> bytes:
        async with self._fetch(address) as response:
            return b"".join([piece async for piece in read_pieces(response, max_bytes)])


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


async def read_pieces(response: aiohttp.ClientResponse, max_bytes: int) -> AsyncIterator[bytes]:
    """Yield an answer piece by piece; one longer than ``max_bytes`` is refused."""
    received = 0
    with _as_unreachable():
        async for piece in response.content.iter_chunked(_CHUNK_BYTES):
            received += len(piece)
            if received > max_bytes:
                message = f"Nitrado's answer is longer than {max_bytes} bytes. It was not read."
                raise NitradoReplyError(message, status=response.status)
            yield piece

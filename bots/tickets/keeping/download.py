"""Fetches a file from Discord's CDN, and never more of it than Discord said there is."""

from __future__ import annotations

import aiohttp

from shared.errors import OperationalError

_TIMEOUT = aiohttp.ClientTimeout(total=60, sock_read=15)
_CHUNK_BYTES = 1 << 16


class FileGoneError(OperationalError):
    """Discord no longer has the file, or not as it was announced."""

    code = "TIC-02"


class FileAwayError(OperationalError):
    """The file could not be fetched just now."""

    code = "TIC-03"


async def fetch(url: str, size_bytes: int) -> bytes:
    """Return a file's content.

    Raises
    ------
    FileGoneError
        When asking again is of no use.
    FileAwayError
        When it may be.
    """
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status in {403, 404, 410}:
                raise FileGoneError("Discord no longer had it")
            if response.status != 200:
                raise FileAwayError(f"Discord answered {response.status}")
            content = bytearray()
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                content += chunk
                if len(content) > size_bytes:
                    raise FileGoneError("larger than Discord said")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise FileAwayError(f"Discord did not answer ({type(error).__name__})") from error
    return bytes(content)

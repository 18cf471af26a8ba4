"""Pictures by the ETag of what they show: drawn once, kept for a while, and for whoever asks meanwhile."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from parser_service.pictures.domain import Drawing
from parser_service.pictures.painter import Painter

# A map takes about 150 kB, a time-lapse a megabyte.
_KEPT_BYTES: Final = 32 << 20


class Pictures:
    """Draws pictures, and keeps the latest."""

    def __init__(self, painter: Painter) -> None:
        self._painter = painter
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    async def picture(self, etag: str, load: Callable[[], Awaitable[Drawing]]) -> bytes:
        """Return the picture with an ETag; what it shows is loaded only if it must be drawn.

        Raises
        ------
        PictureError
            When it could not be drawn.
        """
        lock = self._locks.setdefault(etag, asyncio.Lock())
        try:
            async with lock:
                found = self._kept.get(etag)
                if found is None:
                    found = await self._painter.paint(await load())
                self._keep(etag, found)
                return found
        finally:
            if not lock.locked():
                self._locks.pop(etag, None)

    def _keep(self, etag: str, picture: bytes) -> None:
        self._kept[etag] = picture
        self._kept.move_to_end(etag)
        while sum(map(len, self._kept.values())) > _KEPT_BYTES:
            self._kept.popitem(last=False)

"""Writing what another machine sends, told apart from that machine's own failures."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import IO, Protocol

from parser_service.storing.copying import cannot_copy


class Digest(Protocol):
    """A running hash."""

    def update(self, data: bytes, /) -> None:
        """Take in some bytes."""
        ...


async def append(file: IO[bytes], piece: bytes, digest: Digest | None = None) -> None:
    """Append some bytes to a file here, and to a hash of it.

    Raises
    ------
    SaveCopyError
        When this machine cannot take them.
    """

    def write() -> None:
        file.write(piece)
        if digest is not None:
            digest.update(piece)

    try:
        await asyncio.to_thread(write)
    except OSError as error:
        path = Path(file.name)
        raise cannot_copy(path.name, path.parent, error) from error

"""Keeps the small files of another machine, so that each is fetched once per change and not once per save."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Protocol

from parser_service.sources.writing import append
from parser_service.storing.copying import MAX_SMALL_BYTES, MAX_SMALL_FILES, SMALL_SUFFIXES


class Reader(Protocol):
    """Reads files of another machine."""

    def read(self, path: PurePosixPath, *, offset: int, limit: int) -> AsyncIterator[bytes]:
        """Give a file's bytes from an offset on, ``limit`` of them at most."""
        ...


class Mirror:
    """A folder with the tribes' and survivors' files of one server, as they were when last fetched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def update(
        self,
        reader: Reader,
        source: PurePosixPath,
        files: Sequence[tuple[str, int, int]],
        *,
        most: int,
    ) -> None:
        """Fetch what changed of ``files`` (name, size, modified at), the newest first and no more than ``most``."""
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        small = [each for each in files if each[0].endswith(SMALL_SUFFIXES) and each[1] <= MAX_SMALL_BYTES]
        small = sorted(small, key=lambda each: -each[2])[:MAX_SMALL_FILES]
        await asyncio.to_thread(self._forget_all_but, {name for name, _, _ in small})
        changed = await asyncio.to_thread(lambda: [each for each in small if not self._has(*each)])
        for name, size, modified_ns in changed[:most]:
            await self._fetch(reader, source / name, size, modified_ns)

    def hand_out(self, folder: Path) -> None:
        """Put what is there into a folder, as links where the file system has them: nobody changes them there."""
        for path in self._folder.iterdir():
            if path.name.endswith(SMALL_SUFFIXES):
                try:
                    os.link(path, folder / path.name)
                except OSError:
                    shutil.copyfile(path, folder / path.name)

    async def _fetch(self, reader: Reader, path: PurePosixPath, size: int, modified_ns: int) -> None:
        # a file of its own and then a new name: what was handed out as a link stays what it was
        partial = self._folder / f"{path.name}.partial"
        try:
            with partial.open("wb") as file:
                async for piece in reader.read(path, offset=0, limit=size):
                    await append(file, piece)
                is_whole = file.tell() == size
            if is_whole:
                os.utime(partial, ns=(modified_ns, modified_ns))
                partial.replace(self._folder / path.name)
        finally:
            partial.unlink(missing_ok=True)

    def _has(self, name: str, size: int, modified_ns: int) -> bool:
        with suppress(FileNotFoundError):
            facts = (self._folder / name).stat()
            return facts.st_size == size and facts.st_mtime_ns == modified_ns
        return False

    def _forget_all_but(self, names: set[str]) -> None:
        for path in self._folder.iterdir():
            if path.name not in names:
                path.unlink()

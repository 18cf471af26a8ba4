"""Saves on another machine, whatever the protocol: looked at, fetched in pieces, resumed where it broke off."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from parser_service.sources.backups import is_backup_of, worlds_among
from parser_service.sources.mirror import Mirror
from parser_service.sources.shape import SourceError
from parser_service.sources.writing import Digest, append
from parser_service.storing.copying import (
    SIDECARS,
    CopiedSave,
    SaveCopyError,
    Standing,
    cannot_copy,
    check_size,
    make_folder,
)

log = logging.getLogger(__name__)

_ATTEMPTS = 3
_AGAIN_AFTER = timedelta(seconds=1)
# A copy beside the copy is made of nothing: this is for Postgres and the logs.
_RESERVED_BYTES = 256 << 20
# SavedArks holds some hundred files; a folder with more than this is another one.
MAX_ENTRIES = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """An entry of a folder on another machine."""

    name: str
    size: int
    modified_ns: int
    is_folder: bool = False


class RemoteFolder(Protocol):
    """A connection that can list and read. What it raises is ``SourceError``."""

    async def entries(self, folder: PurePosixPath) -> list[RemoteFile] | None:
        """Return what a folder holds, at most ``MAX_ENTRIES``; ``None`` where there is no such folder."""
        ...

    def read(self, path: PurePosixPath, *, offset: int, limit: int) -> AsyncIterator[bytes]:
        """Give a file's bytes from an offset on, ``limit`` of them at most."""
        ...


class Remote(Protocol):
    """Another machine."""

    @property
    def interval(self) -> timedelta:
        """How often it may be looked at."""
        ...

    @property
    def can_resume(self) -> bool:
        """Whether a file can be read from its middle on."""
        ...

    @property
    def small_files_at_once(self) -> int:
        """How many small files one take may fetch."""
        ...

    def connect(self) -> AbstractAsyncContextManager[RemoteFolder]:
        """Connect."""
        ...

    async def place(self) -> PurePosixPath:
        """Return the world's path there, or that of a folder that holds it."""
        ...


class RemoteSource:
    """Saves on another machine. ``small`` is a folder here that keeps the small files from one take to the next.

    What breaks off is tried ``again`` after a pause, a few times.
    """

    def __init__(
        self, remote: Remote, *, map_name: str, small: Path, again: timedelta = _AGAIN_AFTER
    ) -> None:
        self._remote = remote
        self._map_name = map_name
        self._mirror = Mirror(small)
        self._again_seconds = again.total_seconds()

    def __str__(self) -> str:
        return str(self._remote)

    @property
    def interval(self) -> timedelta | None:
        """How often to look: every look is work for somebody."""
        return self._remote.interval

    async def look(self) -> Standing | None:
        """Return how the world stands."""
        async with self._remote.connect() as connection:
            found = await self._world(connection)
        return None if found is None else found[0]

    async def look_at_backup(self) -> Standing | None:
        """Return how the newest backup beside the world stands."""
        async with self._remote.connect() as connection:
            folder, files = await self._folder(connection)
        place = await self._remote.place()
        world = place.name if place.suffix == ".ark" else f"{self._map_name}.ark"
        backups = [file for file in files if not file.is_folder and is_backup_of(file.name, world)]
        newest = max(backups, key=lambda file: file.modified_ns, default=None)
        return None if newest is None else _standing(folder, newest, files)

    async def copy(self, standing: Standing, folder: Path) -> CopiedSave | None:
        """Fetch what stands so into a folder: whole, or after a few breaks not at all."""
        check_size(standing)
        try:
            return await self._copy(standing, folder)
        except OSError as error:
            raise cannot_copy(standing.path.name, folder, error) from error

    async def _copy(self, standing: Standing, folder: Path) -> CopiedSave | None:
        await asyncio.to_thread(make_folder, folder)
        free = shutil.disk_usage(folder).free
        if free < standing.size + _RESERVED_BYTES:
            message = f"{standing.path.name} has {standing.size:,} bytes, and {folder} has room for {free:,}. Make room."
            raise SaveCopyError(message)
        target = folder / standing.path.name
        content_hash = await self._fetch_world(standing, target)
        if content_hash is None:
            return None
        async with self._remote.connect() as connection:
            await self._fetch_beside(connection, standing, folder)
            if await self._stands(connection, standing) != standing:
                return None
        os.utime(target, ns=(standing.modified_ns, standing.modified_ns))
        return CopiedSave(path=target, content_hash=content_hash, saved_at=standing.saved_at)

    async def _fetch_world(self, standing: Standing, target: Path) -> str | None:
        """Return the hash of the fetched world; ``None`` when it changed meanwhile."""
        digest = hashlib.blake2b(digest_size=20)
        with target.open("wb") as file:
            for attempt in range(1, _ATTEMPTS + 1):
                if not self._remote.can_resume:
                    file.seek(0)
                    file.truncate()
                    digest = hashlib.blake2b(digest_size=20)
                try:
                    async with self._remote.connect() as connection:
                        if attempt > 1 and await self._stands(connection, standing) != standing:
                            return None
                        await _fetch(connection, standing, file, digest)
                    break
                except SourceError as error:
                    if attempt == _ATTEMPTS:
                        raise
                    log.info("fetching %s broke off at %s: %s", standing.path.name, file.tell(), error)
                    await asyncio.sleep(self._again_seconds)
            return digest.hexdigest() if file.tell() == standing.size else None

    async def _fetch_beside(self, connection: RemoteFolder, standing: Standing, folder: Path) -> None:
        """Fetch a journal that is not finished, and what changed of tribes and survivors."""
        for suffix, size, _ in standing.sidecars:
            name = f"{standing.path.name}{suffix}"
            with (folder / name).open("wb") as file:
                async for piece in connection.read(
                    PurePosixPath(standing.path.parent) / name, offset=0, limit=size
                ):
                    await append(file, piece)
        files = await connection.entries(PurePosixPath(standing.path.parent)) or []
        await self._mirror.update(
            connection,
            PurePosixPath(standing.path.parent),
            [(file.name, file.size, file.modified_ns) for file in files if not file.is_folder],
            most=self._remote.small_files_at_once,
        )
        await asyncio.to_thread(self._mirror.hand_out, folder)

    async def _world(self, connection: RemoteFolder) -> tuple[Standing, list[RemoteFile]] | None:
        folder, files = await self._folder(connection)
        by_name = {file.name: file for file in files if not file.is_folder}
        place = await self._remote.place()
        names = [place.name] if place.suffix == ".ark" else worlds_among(by_name, self._map_name)
        worlds = [by_name[name] for name in names if name in by_name]
        newest = max(worlds, key=lambda file: file.modified_ns, default=None)
        return None if newest is None else (_standing(folder, newest, files), files)

    async def _folder(self, connection: RemoteFolder) -> tuple[PurePosixPath, list[RemoteFile]]:
        """Return the folder of the world and what it holds; ASA keeps a folder per map in SavedArks."""
        place = await self._remote.place()
        folder = place.parent if place.suffix == ".ark" else place
        files = await connection.entries(folder)
        if files is None:
            return folder, []
        inner = [
            file.name
            for file in files
            if file.is_folder and file.name.casefold() == self._map_name.casefold()
        ]
        if inner and place.suffix != ".ark":
            folder = folder / inner[0]
            files = await connection.entries(folder) or []
        return folder, files

    async def _stands(self, connection: RemoteFolder, standing: Standing) -> Standing | None:
        folder = PurePosixPath(standing.path.parent)
        files = await connection.entries(folder) or []
        found = [file for file in files if file.name == standing.path.name and not file.is_folder]
        return _standing(folder, found[0], files) if found else None


def _standing(folder: PurePosixPath, world: RemoteFile, files: list[RemoteFile]) -> Standing:
    sidecars = tuple(
        (suffix, file.size, file.modified_ns)
        for suffix in SIDECARS
        for file in files
        if file.name == f"{world.name}{suffix}"
    )
    return Standing(
        path=folder / world.name, size=world.size, modified_ns=world.modified_ns, sidecars=sidecars
    )


async def _fetch(connection: RemoteFolder, standing: Standing, file: IO[bytes], digest: Digest) -> None:
    """Append what is missing of a world; its size bounds it."""
    left = standing.size - file.tell()
    async for piece in connection.read(PurePosixPath(standing.path), offset=file.tell(), limit=left):
        await append(file, piece, digest)


def is_plain_name(name: str) -> bool:
    """Tell whether a name from another machine can be a file's here: one part, of ordinary characters."""
    return (
        0 < len(name) <= 200
        and name not in {".", ".."}
        and name.isprintable()
        and not {"/", "\\"} & set(name)
    )

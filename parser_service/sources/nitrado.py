"""Saves through Nitrado's file API, within the budget that its token has for the hour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import PurePosixPath

from parser_service.sources.remote import RemoteFile, RemoteFolder, is_plain_name
from parser_service.sources.shape import SourceError
from shared.clock import Clock
from shared.config.save_places import SaveAddress
from shared.nitrado.client import NitradoClient
from shared.nitrado.errors import NitradoError, NitradoFileMissingError
from shared.nitrado.models import NitradoServiceId

# A save comes every 15 minutes. One look is one call, two with a folder per map: 60 an hour and server of 10,000.
_LOOK_EVERY = timedelta(minutes=2)
# Each small file costs a call. Forty a save let the rest of an hour's calls to others.
_SMALL_FILES_AT_ONCE = 40
# What people ask for goes first: the last fifth of an hour's calls is not for saves.
_RESERVED_SHARE = 5
# Where the game keeps its worlds, below the folder that Nitrado calls the game's.
_SAVES = PurePosixPath("ShooterGame/Saved/SavedArks")


class NitradoRemote:
    """A rented game server's files."""

    interval = _LOOK_EVERY
    # the documentation knows no ranges for downloads
    can_resume = False
    small_files_at_once = _SMALL_FILES_AT_ONCE

    def __init__(
        self, address: SaveAddress, client: NitradoClient, service: NitradoServiceId, clock: Clock
    ) -> None:
        self._address = address
        self._client = client
        self._service = service
        self._clock = clock
        self._place = address.path

    def __str__(self) -> str:
        return f"Nitrado's service {self._service}"

    async def place(self) -> PurePosixPath:
        """Return the folder of the saves: what the address names, or else what Nitrado does."""
        if self._place is None:
            self._check_budget()
            try:
                server = await self._client.get_gameserver(self._service)
            except NitradoError as error:
                raise SourceError(str(error)) from error
            path = server.game_specific.path
            if path is None:
                message = f"{self} does not say where its files are. Write nitrado: and the path of SavedArks into save_path."
                raise SourceError(message)
            self._place = PurePosixPath(path) / _SAVES
        return self._place

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[RemoteFolder]:
        """Check that there are calls left; each of them is a connection of its own."""
        self._check_budget()
        try:
            yield _NitradoFolder(self._client, self._service)
        except NitradoError as error:
            raise SourceError(str(error)) from error

    def _check_budget(self) -> None:
        budget, now = self._client.budget, self._clock.now()
        blocked_until = budget.blocked_until(now, reserve=budget.limit // _RESERVED_SHARE)
        if blocked_until is not None:
            seconds = (blocked_until - now).total_seconds()
            message = f"The Nitrado token's calls of this hour are used up but for a reserve. There are more in {seconds:.0f} s."
            raise SourceError(message)


class _NitradoFolder:
    """The files of a service."""

    def __init__(self, client: NitradoClient, service: NitradoServiceId) -> None:
        self._client = client
        self._service = service

    async def entries(self, folder: PurePosixPath) -> list[RemoteFile] | None:
        try:
            found = await self._client.list_files(self._service, str(folder))
        except NitradoFileMissingError:
            return None
        return [
            RemoteFile(
                name=entry.name,
                size=max(0, entry.size),
                modified_ns=0 if entry.modified_at is None else int(entry.modified_at.timestamp()) * 10**9,
                is_folder=not entry.is_file,
            )
            for entry in found
            if is_plain_name(entry.name)
        ]

    async def read(self, path: PurePosixPath, *, offset: int, limit: int) -> AsyncIterator[bytes]:
        assert offset == 0  # see ``can_resume``
        async with self._client.open_download(self._service, str(path), max_bytes=limit) as pieces:
            async for piece in pieces:
                yield piece

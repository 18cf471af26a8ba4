"""A folder, or a file, on this machine."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from parser_service.sources.backups import is_backup_of
from parser_service.sources.shape import SourceError
from parser_service.storing.copying import CopiedSave, Standing, copy_world, find_world, look

# A look takes milliseconds; a network mount that takes longer than this is stuck.
_LOOK_TIMEOUT_SECONDS = 30.0


class LocalSource:
    """Saves on this machine: looking costs nothing, so whoever looks decides how often."""

    def __init__(self, path: Path, *, map_name: str) -> None:
        self._path = path
        self._map_name = map_name

    def __str__(self) -> str:
        return str(self._path)

    @property
    def interval(self) -> timedelta | None:
        """How often to look: as often as one likes."""
        return None

    async def look(self) -> Standing | None:
        """Return how the world stands."""
        return await self._asked(self._look)

    async def look_at_backup(self) -> Standing | None:
        """Return how the newest backup beside the world stands."""
        return await self._asked(self._look_at_backup)

    async def copy(self, standing: Standing, folder: Path) -> CopiedSave | None:
        """Copy what stands so into a folder."""
        return await asyncio.to_thread(copy_world, standing, folder)

    def _look(self) -> Standing | None:
        try:
            return look(find_world(self._path, self._map_name))
        except FileNotFoundError:
            return None

    def _look_at_backup(self) -> Standing | None:
        folder, world = self._main()
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_file() and is_backup_of(entry.name, world)]
        standings = [look(folder / name) for name in names]
        return max(standings, key=lambda standing: standing.modified_ns, default=None)

    def _main(self) -> tuple[Path, str]:
        """Return the folder of the world, and the name that it has, or would have if it were there."""
        if not self._path.is_dir():
            return self._path.parent, self._path.name
        inner = self._path / self._map_name
        return (inner if inner.is_dir() else self._path), f"{self._map_name}.ark"

    async def _asked(self, question: Callable[[], Standing | None]) -> Standing | None:
        try:
            async with asyncio.timeout(_LOOK_TIMEOUT_SECONDS):
                return await asyncio.to_thread(question)
        except FileNotFoundError:
            # it went away between two questions
            return None
        except OSError as error:
            why = error.strerror or "it does not answer"
            raise SourceError(f"{self._path} cannot be looked at ({why}). Check save_path.") from error

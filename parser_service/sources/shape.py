"""What all sources of saves have in common."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Protocol

from parser_service.storing.copying import CopiedSave, Standing
from shared.errors import OperationalError


class SourceError(OperationalError):
    """The place of the saves cannot be asked; the message says why and what to do, and holds no secret."""

    code = "SAVE-11"


class SaveSource(Protocol):
    """A place where a server leaves its world. Nothing in it is trusted, and nothing in it is changed."""

    @property
    def interval(self) -> timedelta | None:
        """How often to look, where that costs somebody something; ``None`` leaves it to whoever looks."""
        ...

    async def look(self) -> Standing | None:
        """Return how the world stands, ``None`` where there is none.

        Raises
        ------
        SourceError
            When the place cannot be asked.
        """
        ...

    async def look_at_backup(self) -> Standing | None:
        """Return how the newest backup stands that the game keeps beside its world, ``None`` where there is none."""
        ...

    async def copy(self, standing: Standing, folder: Path) -> CopiedSave | None:
        """Copy what stands so, with its small files, into a folder; ``None`` when it changed meanwhile.

        Raises
        ------
        SourceError
            When the place cannot be asked.
        SaveCopyError
            When it is too large, or this machine cannot take it.
        """
        ...

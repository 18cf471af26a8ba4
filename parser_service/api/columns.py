"""The kept columns of saves: read in a thread, two at a time, so that neither event loop nor memory suffers."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from parser_service.api.origin import Origin
from parser_service.api.scope import Scope
from parser_service.archive.history import columns_path
from parser_service.archive.reading import ArchivedSave, read
from shared.errors import NotFoundError


async def read_columns(scope: Scope, key: str, origin: Origin, tables: Collection[str]) -> ArchivedSave:
    """Return the named tables of a save.

    Raises
    ------
    NotFoundError
        When they are not kept.
    ArchiveError
        When they cannot be read.
    """
    if scope.storage is None or not origin.columns_kept:
        message = f"The rows of save {origin.save_id} are not kept. The list of saves says of which they are."
        raise NotFoundError(message)
    path = columns_path(scope.storage.folder_of(key) / "history", origin.save_id)
    async with scope.reading:
        return await asyncio.to_thread(read, path, frozenset(tables))

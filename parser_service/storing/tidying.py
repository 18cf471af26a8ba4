"""The kept columns of saves: what is too old or too much is forgotten, and the database knows what is left."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from parser_service.archive.errors import ArchiveError
from parser_service.archive.history import columns_path, list_columns, remove_columns, remove_incoming
from parser_service.archive.reading import read
from parser_service.archive.retention import HistoryPolicy, choose_forgotten
from parser_service.storing import queries
from parser_service.storing.base_history import forget_base_growth
from parser_service.storing.dispatching import remove_queued
from shared.db import Database
from shared.ids import SaveId, ServerId

log = logging.getLogger(__name__)

# A decode takes minutes at most; what it left behind a day ago, nobody will ask for.
_LEFT_BEHIND = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Where the columns of a server's saves are kept, and for how long."""

    server_id: ServerId
    folder: Path
    policy: HistoryPolicy


async def tidy_history(db: Database, history: History, *, now: datetime) -> int:
    """Forget what need not be kept, and return how many saves that were. Safe to repeat, and to be killed in."""
    there = await asyncio.to_thread(list_columns, history.folder)
    await _agree(db, history, there)
    async with db.connection() as conn:
        kept = await queries.list_kept_columns(conn, history.server_id)
        in_use = await queries.find_current_id(conn, history.server_id)
    forgotten = choose_forgotten(kept, history.policy, now=now, in_use=in_use)
    for save_id in forgotten:
        async with db.connection() as conn:
            await queries.set_columns_bytes(conn, save_id, None)
        await asyncio.to_thread(remove_columns, history.folder, save_id)
    async with db.connection() as conn:
        await forget_base_growth(conn, history.server_id, before=now - history.policy.daily)
    before = (now - _LEFT_BEHIND).timestamp()
    await asyncio.to_thread(remove_incoming, history.folder, older_than=before)
    await asyncio.to_thread(remove_queued, history.folder.parent, older_than=before)
    return len(forgotten)


async def _agree(db: Database, history: History, there: dict[SaveId, int]) -> None:
    """Let the database say what is there: a process may have been killed between a file and its row, either way."""
    async with db.connection() as conn:
        known = {save.save_id for save in await queries.list_kept_columns(conn, history.server_id)}
        for save_id in sorted(known - there.keys()):
            log.warning("the columns of save %s are not in %s any more", save_id, history.folder)
            await queries.set_columns_bytes(conn, save_id, None)
        for save_id in sorted(there.keys() - known):
            saved_at = await queries.find_saved_at(conn, history.server_id, save_id)
            if await asyncio.to_thread(_is_of, columns_path(history.folder, save_id), saved_at):
                await queries.set_columns_bytes(conn, save_id, there[save_id])
            else:
                await asyncio.to_thread(remove_columns, history.folder, save_id)


def _is_of(path: Path, saved_at: datetime | None) -> bool:
    """Tell whether columns are those of the save with their number: a database may have been made anew."""
    try:
        return read(path, ()).saved_at == saved_at
    except ArchiveError:
        return False

"""The structures of a save into the database: only rows that differ from what is stored are written."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Final

import numpy as np

from parser_service.storing import structure_queries as queries
from parser_service.storing.copy_format import from_payload, to_payload
from parser_service.storing.rows import (
    NOTHING_STORED,
    Int32Array,
    Int64Array,
    RowChanges,
    StoredRows,
    StructureRows,
    base_ids_of,
    changes,
)
from parser_service.storing.stored_rows import StoredState, load_stored, save_stored, state_of
from shared.db import Connection, Database
from shared.ids import ServerId

log = logging.getLogger(__name__)

# Between 10,000 and 25,000 rows at a time are written fastest, and none of them keeps the event loop for long.
_CHUNK: Final = 20_000


async def find_class_ids(db: Database, rows: StructureRows) -> Int32Array:
    """Return the database's id of each class of the rows, and of none.

    In a transaction of its own, which is over at once: two servers' saves add the same classes.
    """
    names = (*rows.classes, "")
    async with db.connection() as conn:
        ids = await queries.list_class_ids(conn, names)
    return np.array([ids[name] for name in names], dtype=np.int32)


async def merge_structures(
    conn: Connection,
    server_id: ServerId,
    rows: StructureRows,
    *,
    class_ids: Int32Array,
    base_ids: Int64Array,
    folder: Path,
) -> StoredState:
    """Make the stored structures those of a save, and return what shows that they are.

    Parameters
    ----------
    conn
        In a transaction that holds the server's lock for saves.
    server_id
    rows
        Sorted.
    class_ids
        From ``find_class_ids``.
    base_ids
        The id of each of the save's bases.
    folder
        Where what is stored is kept between two saves.
    """
    stored = await _find_stored(conn, server_id, folder)
    base_id = base_ids_of(rows, base_ids)
    found = await asyncio.to_thread(changes, stored, rows, base_id)
    state = await asyncio.to_thread(_keep, folder, found)
    if len(found.written) or len(found.removed):
        await _write(conn, server_id, rows, found, class_ids=class_ids, base_id=base_id)
        await queries.set_state(conn, server_id, state)
    return state


async def _find_stored(conn: Connection, server_id: ServerId, folder: Path) -> StoredRows:
    state = await queries.find_state(conn, server_id)
    if state is None:
        return NOTHING_STORED
    stored = await asyncio.to_thread(load_stored, folder, state)
    if stored is None:
        log.info("what is stored of the structures of server %s is read back from the database", server_id)
        names = await queries.list_classes_stored(conn, server_id)
        payload = await queries.copy_stored(conn, server_id)
        stored = await asyncio.to_thread(from_payload, payload, names)
    return stored


def _keep(folder: Path, found: RowChanges) -> StoredState:
    """Keep what will be stored before it is: should the transaction fail, the database's state names another file."""
    save_stored(folder, found.after)
    return state_of(found.after)


async def _write(
    conn: Connection,
    server_id: ServerId,
    rows: StructureRows,
    found: RowChanges,
    *,
    class_ids: Int32Array,
    base_id: Int64Array,
) -> None:
    for start in range(0, len(found.removed), _CHUNK):
        await queries.remove_structures(conn, server_id, found.removed[start : start + _CHUNK].tolist())
    if len(found.written):
        await queries.add_incoming_table(conn)
    for start in range(0, len(found.written), _CHUNK):
        numbers = found.written[start : start + _CHUNK]
        payload = await asyncio.to_thread(to_payload, rows, numbers, class_ids=class_ids, base_id=base_id)
        await queries.merge_chunk(conn, server_id, payload)

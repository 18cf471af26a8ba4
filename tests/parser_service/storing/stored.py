"""Saves to store, and what the database holds of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from parser_service.storing.jobs import PreparedSave
from parser_service.storing.merging import SaveToStore
from parser_service.storing.preparing import prepare
from sandbox.ark.world import World
from sandbox.ark.writer import write_save
from shared.db import Database
from shared.ids import ServerId
from shared.store.saves import (
    list_bases,
)
from tests.parser_service.storing.worlds import SAVED_AT, job


def prepared(of: World, folder: Path, *, saved_at: datetime = SAVED_AT) -> PreparedSave:
    """Return what is stored of a world."""
    return prepare(replace(job(write_save(of, folder)), saved_at=saved_at))


def save(
    server_id: ServerId, content: PreparedSave, content_hash: str, kept: Path, *, minutes: int = 0
) -> SaveToStore:
    """Return a save that was decoded some minutes after the first one."""
    return SaveToStore(
        server_id=server_id,
        content_hash=content_hash,
        saved_at=SAVED_AT,
        decoded_at=SAVED_AT + timedelta(minutes=minutes),
        prepared=content,
        folder=kept,
    )


async def rows(db: Database, table: str) -> list[tuple[Any, ...]]:
    """Return a table's rows with the transaction that wrote each."""
    async with db.connection() as conn:
        found = await conn.fetch(f"SELECT xmin::text, t::text AS content FROM {table} t ORDER BY 2")
    return [tuple(row) for row in found]


async def everything(db: Database) -> list[list[tuple[Any, ...]]]:
    """Return the rows of all tables that saves are stored in, the saves themselves first."""
    tables = ("saves", "current_saves", "tribes", "bases", "base_members", "structures", "structure_states")
    return [await rows(db, table) for table in tables]


async def base_ids(db: Database, server_id: ServerId) -> dict[int, int]:
    """Return how many structures each base has, by its id."""
    async with db.connection() as conn:
        return {base.id: base.structures for base in await list_bases(conn, server_id)}

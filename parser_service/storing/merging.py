"""A prepared save into the database: judged, and if it is good what differs from the last one is written."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from parser_service.identity import store_identity
from parser_service.storable import storable
from parser_service.storing import outcome_queries, queries
from parser_service.storing.base_history import add_base_events, pass_on_names
from parser_service.storing.base_merging import merge_bases, merge_tribes
from parser_service.storing.jobs import PreparedSave
from parser_service.storing.queries import NewSave
from parser_service.storing.retrying import retried
from parser_service.storing.rows import Int32Array
from parser_service.storing.stored_rows import StoredState, forget_others
from parser_service.storing.structure_merging import find_class_ids, merge_structures
from parser_service.verdict import Finding, Level, Verdict, judge
from shared.db import Connection, Database
from shared.ids import BaseId, SaveId, ServerId


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveToStore:
    """A prepared save, where it comes from, and the folder that keeps what is stored of its server.

    ``expected_map`` is what the community file calls the map, if it does.
    """

    server_id: ServerId
    content_hash: str
    saved_at: datetime
    decoded_at: datetime
    prepared: PreparedSave
    folder: Path
    expected_map: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSave:
    """A save as it is on record. ``base_ids``: of each of its bases; empty where it was not made the one in use."""

    save_id: SaveId
    verdict: Verdict
    base_ids: tuple[BaseId, ...]
    state: StoredState | None = None

    @property
    def is_in_use(self) -> bool:
        """Tell whether tribes, bases and structures are this save's."""
        return self.verdict.level is Level.GOOD


async def store_save(db: Database, save: SaveToStore) -> StoredSave | None:
    """Judge and store a save, and return how it is on record; ``None`` for content that is already dealt with.

    All of it is one transaction, however many chunks it is written in: a reader sees a save whole, or the one before.
    """
    class_ids = await retried("classes of structures", lambda: find_class_ids(db, save.prepared.structures))
    stored = await retried("a save", lambda: _store(db, save, class_ids))
    if stored is not None and stored.state is not None:
        await asyncio.to_thread(forget_others, save.folder, stored.state)
    return stored


async def _store(db: Database, save: SaveToStore, class_ids: Int32Array) -> StoredSave | None:
    prepared, server_id = save.prepared, save.server_id
    async with db.transaction() as conn:
        await queries.lock_saves(conn, server_id)
        if await outcome_queries.is_settled(conn, server_id, save.content_hash):
            return None
        verdict = await _judge(conn, save)
        save_id = await queries.set_save(conn, _new(save, verdict))
        if verdict.level is not Level.GOOD:
            # whoever shows that a file could not be used shows this one too
            await queries.set_refused(
                conn, server_id, save.content_hash, reason=storable(verdict.reason), at=save.decoded_at
            )
            return StoredSave(save_id=save_id, verdict=verdict, base_ids=())
        await merge_tribes(conn, server_id, prepared.tribes)
        bases = await merge_bases(conn, server_id, prepared)
        if bases.events:
            await add_base_events(conn, server_id, save_id, bases.events, at=save.saved_at)
            await pass_on_names(conn, server_id, bases.events)
        state = await merge_structures(
            conn,
            server_id,
            prepared.structures,
            class_ids=class_ids,
            base_ids=np.array(bases.ids, dtype=np.int64),
            folder=save.folder,
        )
        if verdict.feeds:
            await store_identity(conn, server_id, save_id, prepared.identity, saved_at=save.saved_at)
        await queries.set_current_save(conn, server_id, save_id)
    return StoredSave(save_id=save_id, verdict=verdict, base_ids=bases.ids, state=state)


async def _judge(conn: Connection, save: SaveToStore) -> Verdict:
    """Return what a save is worth beside the last good one, or that somebody has vouched for it."""
    verdict = judge(
        save.prepared.verdict_facts,
        await outcome_queries.find_last_good(conn, save.server_id),
        recent=await outcome_queries.list_doubtful(conn, save.server_id),
        now=save.decoded_at,
        expected_map=save.expected_map,
    )
    if verdict.level is Level.GOOD or not await outcome_queries.is_accepted(
        conn, save.server_id, save.content_hash
    ):
        return verdict
    return _vouched_for(verdict.findings)


def _vouched_for(findings: Sequence[Finding]) -> Verdict:
    """Return the verdict on a save that a person has accepted: what was noticed stays on record."""
    return Verdict(level=Level.GOOD, findings=tuple(findings))


def _new(save: SaveToStore, verdict: Verdict) -> NewSave:
    prepared = save.prepared
    return NewSave(
        server_id=save.server_id,
        content_hash=save.content_hash,
        saved_at=save.saved_at,
        decoded_at=save.decoded_at,
        facts=prepared.facts,
        verdict_facts=prepared.verdict_facts,
        verdict=verdict,
        tribes=len(prepared.tribes),
        bases=len(prepared.bases),
        seconds=prepared.seconds,
    )

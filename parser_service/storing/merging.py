"""A prepared save into the database: what differs from the last one is written, all of it or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from parser_service.bases import match_bases, members_from
from parser_service.storing import queries
from parser_service.storing.jobs import BaseLine, PreparedSave, TribeLine
from parser_service.storing.queries import KnownBase, NewSave
from shared.db import Connection, Database
from shared.ids import BaseId, ServerId, TribeId

# The instants of an untouched base move by the seconds that the server took to write its file; by more than this
# they moved because something happened: a visit, or a time when the server was down.
_SAME_INSTANT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveToStore:
    """A prepared save, and where it comes from."""

    server_id: ServerId
    content_hash: str
    saved_at: datetime
    decoded_at: datetime
    prepared: PreparedSave


async def store_save(db: Database, save: SaveToStore) -> bool:
    """Store a save, and tell whether it was a new one. The same content again changes nothing."""
    prepared, server_id = save.prepared, save.server_id
    async with db.transaction() as conn:
        await queries.lock_saves(conn, server_id)
        if await queries.find_current_hash(conn, server_id) == save.content_hash:
            return False
        new = NewSave(
            server_id=server_id,
            content_hash=save.content_hash,
            saved_at=save.saved_at,
            decoded_at=save.decoded_at,
            facts=prepared.facts,
            tribes=len(prepared.tribes),
            bases=len(prepared.bases),
            seconds=prepared.seconds,
        )
        save_id = await queries.set_save(conn, new)
        await _merge_tribes(conn, server_id, prepared.tribes)
        await _merge_bases(conn, server_id, prepared)
        await queries.set_current_save(conn, server_id, save_id)
    return True


async def _merge_tribes(conn: Connection, server_id: ServerId, tribes: tuple[TribeLine, ...]) -> None:
    known = await queries.list_tribe_fingerprints(conn, server_id)
    changed = [tribe for tribe in tribes if known.get(TribeId(tribe.tribe_id)) != tribe.fingerprint]
    gone = known.keys() - {TribeId(tribe.tribe_id) for tribe in tribes}
    if changed:
        await queries.merge_tribes(conn, server_id, changed)
    if gone:
        await queries.remove_tribes(conn, server_id, sorted(gone))


async def _merge_bases(conn: Connection, server_id: ServerId, prepared: PreparedSave) -> None:
    known = await queries.list_known_bases(conn, server_id)
    members = await queries.list_base_members(conn, server_id)
    ids = await _name_bases(conn, members, prepared)
    named = sorted(zip(ids, range(len(ids)), strict=True))
    changed = [
        (base_id, prepared.bases[row])
        for base_id, row in named
        if _has_changed(known.get(base_id), prepared.bases[row])
    ]
    moved = [
        (base_id, structures)
        for base_id, row in named
        if not _is_same(members.get(base_id), structures := _members(prepared, row))
    ]
    gone = (known.keys() | members.keys()) - set(ids)
    if changed:
        await queries.merge_bases(conn, server_id, changed)
    if moved:
        await queries.merge_base_members(conn, server_id, moved)
    if gone:
        await queries.remove_bases(conn, server_id, sorted(gone))


async def _name_bases(
    conn: Connection, members: Mapping[BaseId, NDArray[np.int64]], prepared: PreparedSave
) -> list[BaseId]:
    """Return the id of each base: that of the earlier base it shares most structures with, or a new one."""
    earlier = list(members)
    # NumPy on up to a million structures: not on the event loop
    matched = await asyncio.to_thread(
        lambda: match_bases(
            members_from([members[base_id] for base_id in earlier]), prepared.members
        ).tolist()
    )
    fresh = iter(await queries.add_base_ids(conn, matched.count(-1)))
    return [next(fresh) if row < 0 else earlier[row] for row in matched]


def _members(prepared: PreparedSave, row: int) -> NDArray[np.int64]:
    return prepared.members.of(row).view(np.int64)


def _is_same(known: NDArray[np.int64] | None, structures: NDArray[np.int64]) -> bool:
    return known is not None and np.array_equal(known, structures)


def _has_changed(known: KnownBase | None, base: BaseLine) -> bool:
    return (
        known is None
        or known.fingerprint != base.fingerprint
        or _has_moved(known.first_decay_at, base.first_decay_at)
        or _has_moved(known.last_decay_at, base.last_decay_at)
    )


def _has_moved(before: datetime | None, after: datetime | None) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(after - before) > _SAME_INSTANT

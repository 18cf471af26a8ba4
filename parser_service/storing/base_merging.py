"""The tribes and bases of a save into the database: what differs from the last one is written."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from parser_service.bases import BaseMembers, match_bases, members_from
from parser_service.bases.history import BaseEvent, BaseEventKind, base_events
from parser_service.storing import queries
from parser_service.storing.base_history import NamedBaseEvent
from parser_service.storing.jobs import BaseLine, PreparedSave, TribeLine
from parser_service.storing.queries import KnownBase
from shared.db import Connection
from shared.ids import BaseId, ServerId, TribeId

# The instants of an untouched base move by the seconds that the server took to write its file; by more than this
# they moved because something happened: a visit, or a time when the server was down.
_SAME_INSTANT = timedelta(minutes=2)
_ENDS = (BaseEventKind.MERGED, BaseEventKind.ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedBases:
    """The id of each base of a save, and what became of the bases before."""

    ids: tuple[BaseId, ...]
    events: tuple[NamedBaseEvent, ...]


async def merge_tribes(conn: Connection, server_id: ServerId, tribes: tuple[TribeLine, ...]) -> None:
    """Make the stored tribes those of a save."""
    known = await queries.list_tribe_fingerprints(conn, server_id)
    changed = [tribe for tribe in tribes if known.get(TribeId(tribe.tribe_id)) != tribe.fingerprint]
    gone = known.keys() - {TribeId(tribe.tribe_id) for tribe in tribes}
    if changed:
        await queries.merge_tribes(conn, server_id, changed)
    if gone:
        await queries.remove_tribes(conn, server_id, sorted(gone))


async def merge_bases(conn: Connection, server_id: ServerId, prepared: PreparedSave) -> MergedBases:
    """Make the stored bases those of a save, and return their ids and what became of those before."""
    known = await queries.list_known_bases(conn, server_id)
    members = await queries.list_base_members(conn, server_id)
    # NumPy on up to a million structures: not on the event loop
    matched, found = await asyncio.to_thread(_match, list(members.values()), prepared.members)
    earlier = list(members)
    fresh = iter(await queries.add_base_ids(conn, matched.count(-1)))
    ids = [next(fresh) if row < 0 else earlier[row] for row in matched]
    await _write(conn, server_id, prepared, ids=ids, known=known, members=members)
    # before the first save there were none to become something
    events = _named_events(found, ids, earlier, prepared, known) if earlier else []
    return MergedBases(ids=tuple(ids), events=tuple(events))


async def _write(
    conn: Connection,
    server_id: ServerId,
    prepared: PreparedSave,
    *,
    ids: Sequence[BaseId],
    known: Mapping[BaseId, KnownBase],
    members: Mapping[BaseId, NDArray[np.int64]],
) -> None:
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


def _match(
    earlier: Sequence[NDArray[np.int64]], current: BaseMembers
) -> tuple[list[int], tuple[BaseEvent, ...]]:
    """Return which earlier base each base is (-1 for a new one), and what became of all of them."""
    previous = members_from(earlier)
    matching = match_bases(previous, current)
    return matching.tolist(), base_events(previous, current, matching)


def _named_events(
    events: Iterable[BaseEvent],
    ids: Sequence[BaseId],
    earlier: Sequence[BaseId],
    prepared: PreparedSave,
    known: Mapping[BaseId, KnownBase],
) -> Iterator[NamedBaseEvent]:
    """Yield the events by the bases' ids; each belongs to the base that began, goes on or ended by it."""
    for event in events:
        old = None if event.old is None else earlier[event.old]
        new = None if event.new is None else ids[event.new]
        base_id, other = (old, new) if event.kind in _ENDS else (new, old)
        assert base_id is not None
        if event.new is not None:
            tribe_id = TribeId(prepared.bases[event.new].tribe_id)
        else:
            tribe_id = known[base_id].tribe_id if base_id in known else TribeId(0)
        yield NamedBaseEvent(
            base_id=base_id,
            kind=event.kind,
            tribe_id=tribe_id,
            other_base_id=None if other == base_id else other,
            before=event.before,
            after=event.after,
            shared=event.shared,
        )


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

"""The tribes of a world as columns, each from its best source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np

from parser_service.saves.columns import Alliances, Members, TribeLogs, Tribes, TribeSource
from parser_service.saves.tribe_file import TribeRecord

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TribeTables:
    """All that is known of a world's tribes."""

    tribes: Tribes
    members: Members
    alliances: Alliances
    logs: TribeLogs


def merge_tribes(
    files: Mapping[int, TribeRecord], store: Mapping[int, TribeRecord], owners: Mapping[int, str]
) -> TribeTables:
    """Return all tribes by id: from files, else from the save's own store, else from owner names."""
    rows: dict[int, tuple[TribeSource, TribeRecord]] = {
        tribe_id: (TribeSource.OWNER_NAMES, TribeRecord(tribe_id=tribe_id, name=name))
        for tribe_id, name in owners.items()
    }
    rows |= {tribe_id: (TribeSource.SAVE, tribe) for tribe_id, tribe in store.items()}
    rows |= {tribe_id: (TribeSource.TRIBE_FILE, tribe) for tribe_id, tribe in files.items()}
    ordered = [rows[tribe_id] for tribe_id in sorted(rows)]
    tribes = [tribe for _, tribe in ordered]
    return TribeTables(
        tribes=_tribes(tribes, tuple(source for source, _ in ordered)),
        members=_members(tribes),
        alliances=_alliances(tribes),
        logs=_logs(tribes),
    )


def _tribes(tribes: list[TribeRecord], sources: tuple[TribeSource, ...]) -> Tribes:
    return Tribes(
        tribe_id=np.array([tribe.tribe_id for tribe in tribes], dtype=np.int64),
        owner_player_id=np.array([tribe.owner_player_id for tribe in tribes], dtype=np.int64),
        member_count=np.array([_member_count(tribe) for tribe in tribes], dtype=np.int32),
        names=tuple(tribe.name for tribe in tribes),
        owner_names=tuple(_owner_name(tribe) for tribe in tribes),
        sources=sources,
    )


def _member_count(tribe: TribeRecord) -> int:
    return max(len(tribe.member_ids), len(tribe.member_names))


def _filled(values: tuple[T, ...], length: int, default: T) -> tuple[T, ...]:
    """Return the values, made as long as the tribe has members."""
    return (*values, *((default,) * length))[:length]


def _owner_name(tribe: TribeRecord) -> str:
    names = _filled(tribe.member_names, len(tribe.member_ids), "")
    return dict(zip(tribe.member_ids, names, strict=True)).get(tribe.owner_player_id, "")


def _members(tribes: list[TribeRecord]) -> Members:
    counts = [_member_count(tribe) for tribe in tribes]
    together = list(zip(tribes, counts, strict=True))
    ids = list(chain.from_iterable(_filled(tribe.member_ids, count, 0) for tribe, count in together))
    ranks = [_filled(tribe.member_ranks, count, -1) for tribe, count in together]
    rank_names: dict[str, int] = {}
    rank_index = [
        rank_names.setdefault(name, len(rank_names)) if name else -1
        for tribe, own in zip(tribes, ranks, strict=True)
        for name in _rank_names(tribe, own)
    ]
    row = np.repeat(np.arange(len(tribes)), counts)
    return Members(
        tribe_id=_ids(tribes)[row],
        player_id=np.array(ids, dtype=np.int64),
        rank=np.array(list(chain.from_iterable(ranks)), dtype=np.int32),
        rank_name_index=np.array(rank_index, dtype=np.int32),
        is_admin=np.array(
            [player in tribes[row].admin_ids for row, player in zip(row.tolist(), ids, strict=True)],
            dtype=np.bool_,
        ),
        names=tuple(chain.from_iterable(_filled(tribe.member_names, count, "") for tribe, count in together)),
        rank_names=tuple(rank_names),
    )


def _rank_names(tribe: TribeRecord, ranks: tuple[int, ...]) -> list[str]:
    """Return the name of each member's rank, empty where the tribe has not named it."""
    return [tribe.rank_names[rank] if 0 <= rank < len(tribe.rank_names) else "" for rank in ranks]


def _ids(tribes: list[TribeRecord]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([tribe.tribe_id for tribe in tribes], dtype=np.int64)


def _alliances(tribes: list[TribeRecord]) -> Alliances:
    rows = [
        (tribe.tribe_id, alliance.alliance_id, ally, alliance.name)
        for tribe in tribes
        for alliance in tribe.alliances
        for ally in alliance.tribe_ids
    ]
    return Alliances(
        tribe_id=np.array([row[0] for row in rows], dtype=np.int64),
        alliance_id=np.array([row[1] for row in rows], dtype=np.int64),
        ally_tribe_id=np.array([row[2] for row in rows], dtype=np.int64),
        names=tuple(row[3] for row in rows),
    )


def _logs(tribes: list[TribeRecord]) -> TribeLogs:
    return TribeLogs(
        tribe_id=np.repeat(_ids(tribes), [len(tribe.log) for tribe in tribes]),
        lines=tuple(chain.from_iterable(tribe.log for tribe in tribes)),
    )

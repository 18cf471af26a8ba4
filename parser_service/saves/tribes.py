"""The tribes of a world as columns, each from its best source."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TypeVar

import numpy as np

from parser_service.saves.columns import Members, Tribes, TribeSource
from parser_service.saves.tribe_file import TribeRecord

T = TypeVar("T")


def merge_tribes(
    files: Mapping[int, TribeRecord], store: Mapping[int, TribeRecord], owners: Mapping[int, str]
) -> tuple[Tribes, Members]:
    """Return all tribes by id, and their members: from files, else from the save's own store, else from owner names."""
    rows: dict[int, tuple[TribeSource, TribeRecord]] = {
        tribe_id: (TribeSource.OWNER_NAMES, _named(tribe_id, name)) for tribe_id, name in owners.items()
    }
    rows |= {tribe_id: (TribeSource.SAVE, tribe) for tribe_id, tribe in store.items()}
    rows |= {tribe_id: (TribeSource.TRIBE_FILE, tribe) for tribe_id, tribe in files.items()}
    ordered = [rows[tribe_id] for tribe_id in sorted(rows)]
    tribes = [tribe for _, tribe in ordered]
    columns = Tribes(
        tribe_id=np.array([tribe.tribe_id for tribe in tribes], dtype=np.int64),
        owner_player_id=np.array([tribe.owner_player_id for tribe in tribes], dtype=np.int64),
        member_count=np.array([_member_count(tribe) for tribe in tribes], dtype=np.int32),
        names=tuple(tribe.name for tribe in tribes),
        owner_names=tuple(_owner_name(tribe) for tribe in tribes),
        sources=tuple(source for source, _ in ordered),
    )
    return columns, _members(tribes)


def _named(tribe_id: int, name: str) -> TribeRecord:
    """Return a tribe of which only the name is known."""
    return TribeRecord(
        tribe_id=tribe_id,
        name=name,
        owner_player_id=0,
        member_ids=(),
        member_names=(),
        member_ranks=(),
        admin_ids=frozenset(),
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
    ranks = chain.from_iterable(_filled(tribe.member_ranks, count, -1) for tribe, count in together)
    names = chain.from_iterable(_filled(tribe.member_names, count, "") for tribe, count in together)
    row = np.repeat(np.arange(len(tribes)), counts)
    tribe_ids = np.array([tribe.tribe_id for tribe in tribes], dtype=np.int64)
    return Members(
        tribe_id=tribe_ids[row],
        player_id=np.array(ids, dtype=np.int64),
        rank=np.array(list(ranks), dtype=np.int32),
        rank_name_index=np.full(len(ids), -1, dtype=np.int32),
        is_admin=np.array(
            [player in tribes[row].admin_ids for row, player in zip(row.tolist(), ids, strict=True)],
            dtype=np.bool_,
        ),
        names=tuple(names),
        rank_names=(),
    )

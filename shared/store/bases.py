"""What bases are called, and what became of them from save to save; the parser service writes the latter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.db import Connection
from shared.ids import BaseId, GuildId, SaveId, ServerId, TribeId
from shared.store.saves import BaseRow

NAME_LIMIT = 60
"""As many characters the table takes for the name of a base."""

Owner = tuple[ServerId, TribeId]
"""A tribe of a server; for a survivor without a tribe, the survivor's own id stands for one."""


class BaseChange(StrEnum):
    """What happens to a base from one save to the next."""

    BORN = "born"
    GROWN = "grown"
    SHRUNK = "shrunk"
    MERGED = "merged"
    SPLIT = "split"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseEventRow:
    """What became of a base, by the save of ``occurred_at``.

    ``other_base_id``: the base it was merged into, or split from. ``before``: structures of the base as it was (of
    the one it was split from); ``after``: as it is now (of the one it was merged into); ``shared``: part of both.
    """

    id: int
    server_id: ServerId
    save_id: SaveId
    base_id: BaseId
    base_name: str
    tribe_id: TribeId
    tribe_name: str
    occurred_at: datetime
    kind: BaseChange
    other_base_id: BaseId | None
    before: int
    after: int
    shared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymousChange:
    """That some base of a server changed, and not whose."""

    server_id: ServerId
    occurred_at: datetime
    kind: BaseChange
    before: int
    after: int


async def search_bases(
    conn: Connection,
    guild_id: GuildId,
    *,
    owners: Collection[Owner] | None,
    base_id: BaseId | None = None,
    text: str = "",
    limit: int = 25,
) -> list[BaseRow]:
    """Return bases of these owners (``None``: of all) whose name, tribe or server holds a text, the largest first."""
    rows = await conn.fetch(
        """
        SELECT b.id, b.server_id, b.tribe_id, coalesce(t.name, '') AS tribe_name, b.structures, b.latitude,
            b.longitude, b.x, b.y, b.z, b.tiers, b.first_decay_at, b.last_decay_at, b.explanation,
            coalesce(n.name, '') AS name
        FROM bases b
        JOIN servers s ON s.id = b.server_id
        LEFT JOIN tribes t ON t.server_id = b.server_id AND t.tribe_id = b.tribe_id
        LEFT JOIN base_names n ON n.server_id = b.server_id AND n.base_id = b.id
        WHERE s.guild_id = $1 AND s.removed_at IS NULL AND ($4::bigint IS NULL OR b.id = $4)
            AND ($2::bigint[] IS NULL OR EXISTS (
                SELECT FROM unnest($2::bigint[], $3::bigint[]) AS o (server_id, tribe_id)
                WHERE o.server_id = b.server_id AND o.tribe_id = b.tribe_id
            ))
            AND strpos(lower(concat_ws(' ', n.name, t.name, s.name)), lower($5)) > 0
        ORDER BY b.structures DESC, b.id
        LIMIT $6
        """,
        guild_id,
        *_columns(owners),
        base_id,
        text,
        limit,
    )
    return [BaseRow(**row) for row in rows]


async def set_base_name(
    conn: Connection, server_id: ServerId, base_id: BaseId, name: str, *, named_by: str, at: datetime
) -> None:
    """Let a base be called so."""
    await conn.execute(
        """
        INSERT INTO base_names (server_id, base_id, name, named_by, named_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (server_id, base_id) DO UPDATE
        SET name = excluded.name, named_by = excluded.named_by, named_at = excluded.named_at
        """,
        server_id,
        base_id,
        name,
        named_by,
        at,
    )


async def remove_base_name(conn: Connection, server_id: ServerId, base_id: BaseId) -> None:
    """Let a base have no name."""
    await conn.execute("DELETE FROM base_names WHERE server_id = $1 AND base_id = $2", server_id, base_id)


async def list_newest_base_events(
    conn: Connection,
    guild_id: GuildId,
    *,
    owners: Collection[Owner] | None,
    server_id: ServerId | None = None,
    base_id: BaseId | None = None,
    limit: int,
) -> list[BaseEventRow]:
    """Return what became of bases of these owners (``None``: of all), the newest first.

    An owner is whoever had the base then. A name that another tribe has given it since is not shown.
    """
    rows = await conn.fetch(
        """
        SELECT e.id, e.server_id, e.save_id, e.base_id, e.tribe_id, coalesce(t.name, '') AS tribe_name, e.occurred_at,
            e.kind, e.other_base_id, e.structures_before AS before, e.structures AS after, e.structures_shared AS shared,
            CASE WHEN b.id IS NULL OR b.tribe_id = e.tribe_id THEN coalesce(n.name, '') ELSE '' END AS base_name
        FROM base_events e
        JOIN servers s ON s.id = e.server_id
        LEFT JOIN tribes t ON t.server_id = e.server_id AND t.tribe_id = e.tribe_id
        LEFT JOIN bases b ON b.server_id = e.server_id AND b.id = e.base_id
        LEFT JOIN base_names n ON n.server_id = e.server_id AND n.base_id = e.base_id
        WHERE s.guild_id = $1 AND s.removed_at IS NULL AND ($4::bigint IS NULL OR e.server_id = $4)
            AND ($5::bigint IS NULL OR e.base_id = $5)
            AND ($2::bigint[] IS NULL OR EXISTS (
                SELECT FROM unnest($2::bigint[], $3::bigint[]) AS o (server_id, tribe_id)
                WHERE o.server_id = e.server_id AND o.tribe_id = e.tribe_id
            ))
        ORDER BY e.occurred_at DESC, e.id DESC
        LIMIT $6
        """,
        guild_id,
        *_columns(owners),
        server_id,
        base_id,
        limit,
    )
    return [BaseEventRow(**{**row, "kind": BaseChange(row["kind"])}) for row in rows]


async def list_anonymous_changes(
    conn: Connection, guild_id: GuildId, *, since: datetime, each: int
) -> list[AnonymousChange]:
    """Return the newest changes of each server's bases since an instant, growth left out, the newest first."""
    rows = await conn.fetch(
        """
        SELECT s.id AS server_id, e.occurred_at, e.kind, e.before, e.after
        FROM servers s
        CROSS JOIN LATERAL (
            SELECT occurred_at, id, kind, structures_before AS before, structures AS after
            FROM base_events
            WHERE server_id = s.id AND occurred_at >= $2 AND kind NOT IN ('grown', 'shrunk')
            ORDER BY occurred_at DESC, id DESC
            LIMIT $3
        ) AS e
        WHERE s.guild_id = $1 AND s.removed_at IS NULL
        ORDER BY s.id, e.occurred_at DESC, e.id DESC
        """,
        guild_id,
        since,
        each,
    )
    return [AnonymousChange(**{**row, "kind": BaseChange(row["kind"])}) for row in rows]


def _columns(owners: Collection[Owner] | None) -> tuple[list[ServerId] | None, list[TribeId] | None]:
    if owners is None:
        return None, None
    return [server_id for server_id, _ in owners], [tribe_id for _, tribe_id in owners]

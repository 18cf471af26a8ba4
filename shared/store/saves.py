"""Saves, tribes and bases as bots and the dashboard read them; the parser service writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.db import Connection
from shared.ids import BaseId, GuildId, SaveId, ServerId, TribeId


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveRow:
    """The save that a server's tribes and bases come from.

    ``feeds``: what cannot be undone may be decided from it, unless a newer one is doubtful (``NewestVerdict``).
    ``reason`` says why not, and what else was noticed about it.
    """

    id: SaveId
    server_id: ServerId
    saved_at: datetime
    decoded_at: datetime
    game: str
    version: int
    map: str
    structures: int
    tribes: int
    bases: int
    feeds: bool = True
    reason: str = ""


class SaveLevel(StrEnum):
    """What a save may be used for: a doubtful one is shown, and the last good one serves on."""

    GOOD = "good"
    SUSPECT = "suspect"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestVerdict:
    """What the newest file of a server is worth, and why; ``save_id`` is ``None`` for one that was refused.

    ``feeds``: what cannot be undone (warnings, points, sweeps) may be decided from the save in use.
    """

    server_id: ServerId
    save_id: SaveId | None
    judged_at: datetime
    saved_at: datetime | None
    level: SaveLevel
    reason: str
    feeds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The newest save that could not be read, or is doubtful, and so is not used, and why.

    ``since_at``: when the first one came that was not used; none was used from then on.
    """

    server_id: ServerId
    refused_at: datetime
    reason: str
    since_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TribeRow:
    """A tribe of a server."""

    server_id: ServerId
    tribe_id: TribeId
    name: str
    owner_name: str
    members: tuple[str, ...]
    structures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseRow:
    """A base of a tribe. Positions, and how its owners call it, are private: who sees them is the caller's decision."""

    id: BaseId
    server_id: ServerId
    tribe_id: TribeId
    tribe_name: str
    structures: int
    latitude: float | None
    longitude: float | None
    x: float
    y: float
    z: float
    tiers: Mapping[str, int]
    first_decay_at: datetime | None
    last_decay_at: datetime | None
    explanation: str
    name: str = ""


async def list_current_saves(conn: Connection, guild_id: GuildId) -> list[SaveRow]:
    """Return the save in use of each server of a community."""
    rows = await conn.fetch(
        """
        SELECT v.id, v.server_id, v.saved_at, v.decoded_at, v.game, v.version, v.map, v.structures, v.tribes, v.bases,
            v.feeds, v.reason
        FROM current_saves c
        JOIN saves v ON v.id = c.save_id
        JOIN servers s ON s.id = c.server_id
        WHERE s.guild_id = $1 AND s.removed_at IS NULL
        """,
        guild_id,
    )
    return [SaveRow(**row) for row in rows]


async def list_refusals(conn: Connection, guild_id: GuildId) -> list[Refusal]:
    """Return, per server, the latest refusal that is newer than the save in use; a doubtful save is one too."""
    rows = await conn.fetch(
        """
        SELECT DISTINCT ON (r.server_id) r.server_id, r.refused_at, r.reason,
            min(r.refused_at) OVER (PARTITION BY r.server_id) AS since_at
        FROM (
            SELECT server_id, refused_at, reason FROM refused_saves
            UNION ALL
            SELECT server_id, decoded_at, reason FROM saves WHERE verdict <> 'good'
        ) AS r
        JOIN servers s ON s.id = r.server_id
        LEFT JOIN current_saves c ON c.server_id = r.server_id
        LEFT JOIN saves v ON v.id = c.save_id
        WHERE s.guild_id = $1 AND (v.decoded_at IS NULL OR r.refused_at > v.decoded_at)
        ORDER BY r.server_id, r.refused_at DESC
        """,
        guild_id,
    )
    return [Refusal(**row) for row in rows]


async def list_newest_verdicts(conn: Connection, guild_id: GuildId) -> list[NewestVerdict]:
    """Return what the newest file of each server of a community is worth; servers without any are left out."""
    rows = await conn.fetch(
        """
        SELECT DISTINCT ON (n.server_id) n.server_id, n.save_id, n.judged_at, n.saved_at, n.level, n.reason, n.feeds
        FROM (
            SELECT server_id, id AS save_id, decoded_at AS judged_at, saved_at, verdict AS level, reason,
                feeds AND verdict = 'good' AS feeds
            FROM saves
            UNION ALL
            SELECT server_id, NULL, refused_at, NULL, 'bad', reason, false
            FROM refused_saves
        ) AS n
        JOIN servers s ON s.id = n.server_id
        WHERE s.guild_id = $1 AND s.removed_at IS NULL
        ORDER BY n.server_id, n.judged_at DESC, n.save_id DESC NULLS LAST
        """,
        guild_id,
    )
    return [NewestVerdict(**{**row, "level": SaveLevel(row["level"])}) for row in rows]


async def accept_save(conn: Connection, save_id: SaveId, *, actor: str, at: datetime) -> bool:
    """Put on record that somebody vouches for a save, and tell whether it was doubtful.

    From now on saves are judged by it. If it is still the newest, the parser makes it the one in use at its next
    look; the verdict's reason stays. The caller writes the audit entry.
    """
    found = await conn.fetchval(
        """
        WITH accepted AS (
            UPDATE saves SET verdict = 'good', accepted_by = $2, accepted_at = $3
            WHERE id = $1 AND verdict <> 'good'
            RETURNING server_id, content_hash
        ), shown AS (
            DELETE FROM refused_saves r USING accepted a
            WHERE r.server_id = a.server_id AND r.content_hash = a.content_hash
        )
        SELECT count(*) FROM accepted
        """,
        save_id,
        actor,
        at,
    )
    return bool(found)


async def list_decaying(
    conn: Connection,
    guild_id: GuildId,
    *,
    before: datetime,
    server_id: ServerId | None = None,
    limit: int = 100,
) -> list[BaseRow]:
    """Return the bases whose first structure may be destroyed before an instant, the most urgent first."""
    rows = await conn.fetch(
        """
        SELECT b.id, b.server_id, b.tribe_id, coalesce(t.name, '') AS tribe_name, b.structures, b.latitude,
            b.longitude, b.x, b.y, b.z, b.tiers, b.first_decay_at, b.last_decay_at, b.explanation,
            coalesce(n.name, '') AS name
        FROM bases b
        JOIN servers s ON s.id = b.server_id
        LEFT JOIN tribes t ON t.server_id = b.server_id AND t.tribe_id = b.tribe_id
        LEFT JOIN base_names n ON n.server_id = b.server_id AND n.base_id = b.id
        WHERE s.guild_id = $1 AND s.removed_at IS NULL AND b.first_decay_at < $2
            AND ($3::bigint IS NULL OR b.server_id = $3)
        ORDER BY b.first_decay_at, b.id
        LIMIT $4
        """,
        guild_id,
        before,
        server_id,
        limit,
    )
    return [BaseRow(**row) for row in rows]


async def list_bases(
    conn: Connection, server_id: ServerId, *, tribe_id: TribeId | None = None, limit: int = 500
) -> list[BaseRow]:
    """Return the bases of a server, the largest first."""
    rows = await conn.fetch(
        """
        SELECT b.id, b.server_id, b.tribe_id, coalesce(t.name, '') AS tribe_name, b.structures, b.latitude,
            b.longitude, b.x, b.y, b.z, b.tiers, b.first_decay_at, b.last_decay_at, b.explanation,
            coalesce(n.name, '') AS name
        FROM bases b
        LEFT JOIN tribes t ON t.server_id = b.server_id AND t.tribe_id = b.tribe_id
        LEFT JOIN base_names n ON n.server_id = b.server_id AND n.base_id = b.id
        WHERE b.server_id = $1 AND ($2::bigint IS NULL OR b.tribe_id = $2)
        ORDER BY b.structures DESC, b.id
        LIMIT $3
        """,
        server_id,
        tribe_id,
        limit,
    )
    return [BaseRow(**row) for row in rows]


async def list_tribes(conn: Connection, server_id: ServerId) -> list[TribeRow]:
    """Return the tribes of a server, by name."""
    rows = await conn.fetch(
        """
        SELECT server_id, tribe_id, name, owner_name, members, structures
        FROM tribes
        WHERE server_id = $1
        ORDER BY name, tribe_id
        """,
        server_id,
    )
    return [TribeRow(**{**row, "members": tuple(row["members"])}) for row in rows]

"""What the API reads from the tables that the parser writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from parser_service.api.schemas import Base, BaseEvent, Event, Refused, Save, SaveDetail, Tribe, UnknownLine
from parser_service.pictures.territory import StoredBase
from shared.db import Connection
from shared.domain.events import EventKind
from shared.ids import BaseId, SaveId, ServerId, TribeId

# Counting unknown lines looks at the newest alone, so that its cost does not grow with the log.
_UNKNOWN_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Events, and where the log ends."""

    events: tuple[Event, ...]
    last_seq: int


async def set_snapshot(conn: Connection) -> None:
    """Let all that follows in this transaction see the database as it is now."""
    await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


async def find_current_save(conn: Connection, server_id: ServerId) -> SaveDetail | None:
    """Return the save that a server's tribes and bases come from."""
    row = await conn.fetchrow(
        """
        SELECT v.id, v.content_hash, v.saved_at, v.decoded_at, v.game, v.version, v.map, v.game_time, v.structures,
            v.tribes, v.bases, v.objects, v.objects_failed, v.seconds, v.verdict, v.reason, v.feeds,
            v.columns_bytes IS NOT NULL AS columns_kept, v.accepted_at, nullif(v.accepted_by, '') AS accepted_by
        FROM current_saves c JOIN saves v ON v.id = c.save_id
        WHERE c.server_id = $1
        """,
        server_id,
    )
    return None if row is None else SaveDetail(**row, is_in_use=True)


async def find_save(conn: Connection, server_id: ServerId, save_id: SaveId) -> SaveDetail | None:
    """Return a save of a server."""
    row = await conn.fetchrow(
        """
        SELECT v.id, v.content_hash, v.saved_at, v.decoded_at, v.game, v.version, v.map, v.game_time, v.structures,
            v.tribes, v.bases, v.objects, v.objects_failed, v.seconds, v.verdict, v.reason, v.feeds,
            v.columns_bytes IS NOT NULL AS columns_kept, v.accepted_at, nullif(v.accepted_by, '') AS accepted_by,
            c.save_id IS NOT NULL AS is_in_use
        FROM saves v LEFT JOIN current_saves c ON c.save_id = v.id
        WHERE v.server_id = $1 AND v.id = $2
        """,
        server_id,
        save_id,
    )
    return None if row is None else SaveDetail(**row)


async def list_saves(
    conn: Connection, server_id: ServerId, *, before: int | None = None, limit: int
) -> list[Save]:
    """Return the saves of a server, the newest first; ``before`` is the last one of the page before."""
    rows = await conn.fetch(
        """
        SELECT id, content_hash, saved_at, decoded_at, game, version, map, game_time, structures, tribes, bases,
            objects, objects_failed, seconds, verdict, reason, feeds, columns_bytes IS NOT NULL AS columns_kept,
            accepted_at
        FROM saves
        WHERE server_id = $1 AND ($2::bigint IS NULL OR (saved_at, id) < (
            SELECT saved_at, id FROM saves WHERE server_id = $1 AND id = $2
        ))
        ORDER BY saved_at DESC, id DESC
        LIMIT $3
        """,
        server_id,
        before,
        limit,
    )
    return [Save(**row) for row in rows]


async def list_kept_saves(
    conn: Connection, server_id: ServerId, *, since: datetime, until: datetime
) -> list[SaveDetail]:
    """Return the good saves of a time whose columns are kept, the oldest first."""
    rows = await conn.fetch(
        """
        SELECT v.id, v.content_hash, v.saved_at, v.decoded_at, v.game, v.version, v.map, v.game_time, v.structures,
            v.tribes, v.bases, v.objects, v.objects_failed, v.seconds, v.verdict, v.reason, v.feeds,
            true AS columns_kept, v.accepted_at, nullif(v.accepted_by, '') AS accepted_by,
            c.save_id IS NOT NULL AS is_in_use
        FROM saves v LEFT JOIN current_saves c ON c.save_id = v.id
        WHERE v.server_id = $1 AND v.columns_bytes IS NOT NULL AND v.verdict = 'good'
            AND v.saved_at BETWEEN $2 AND $3
        ORDER BY v.saved_at, v.id
        """,
        server_id,
        since,
        until,
    )
    return [SaveDetail(**row) for row in rows]


async def get_facts(conn: Connection, server_id: ServerId, save_id: SaveId) -> str:
    """Return what a save was judged by, as JSON; empty braces for one from before saves were judged."""
    found: str = await conn.fetchval(
        "SELECT facts::text FROM saves WHERE server_id = $1 AND id = $2", server_id, save_id
    )
    return found


async def find_refusal(conn: Connection, server_id: ServerId, *, after: datetime | None) -> Refused | None:
    """Return the latest file that could not be used, or only with doubts, if it came after an instant."""
    row = await conn.fetchrow(
        """
        SELECT refused_at, reason
        FROM (
            SELECT refused_at, reason FROM refused_saves WHERE server_id = $1
            UNION ALL
            SELECT decoded_at, reason FROM saves WHERE server_id = $1 AND verdict <> 'good'
        ) AS refused
        WHERE $2::timestamptz IS NULL OR refused_at > $2
        ORDER BY refused_at DESC
        LIMIT 1
        """,
        server_id,
        after,
    )
    return None if row is None else Refused(**row)


async def list_tribes(conn: Connection, server_id: ServerId) -> list[Tribe]:
    """Return the tribes of a server, by name."""
    rows = await conn.fetch(
        """
        SELECT tribe_id, name, owner_name, members, structures
        FROM tribes
        WHERE server_id = $1
        ORDER BY name, tribe_id
        """,
        server_id,
    )
    return [Tribe(**row) for row in rows]


async def list_bases(
    conn: Connection, server_id: ServerId, *, tribe_id: TribeId | None, after: BaseId, limit: int
) -> list[Base]:
    """Return the bases of a server with ids above ``after``, in order of id."""
    rows = await conn.fetch(
        """
        SELECT b.id, b.tribe_id, coalesce(t.name, '') AS tribe_name, b.structures, b.x, b.y, b.z, b.latitude,
            b.longitude, b.hull, b.tiers, b.first_decay_at, b.last_decay_at, b.explanation, n.name
        FROM bases b
        LEFT JOIN tribes t ON t.server_id = b.server_id AND t.tribe_id = b.tribe_id
        LEFT JOIN base_names n ON n.server_id = b.server_id AND n.base_id = b.id
        WHERE b.server_id = $1 AND b.id > $2 AND ($3::bigint IS NULL OR b.tribe_id = $3)
        ORDER BY b.id
        LIMIT $4
        """,
        server_id,
        after,
        tribe_id,
        limit,
    )
    return [
        Base(**{**row, "hull": tuple(zip(row["hull"][::2], row["hull"][1::2], strict=True))}) for row in rows
    ]


async def list_base_events(
    conn: Connection,
    server_id: ServerId,
    *,
    tribe_id: TribeId | None,
    base_id: int | None,
    after: int,
    limit: int,
) -> list[BaseEvent]:
    """Return what became of bases, in order, behind an event."""
    rows = await conn.fetch(
        """
        SELECT id, save_id, base_id, occurred_at, kind, tribe_id, other_base_id, structures_before AS before,
            structures AS after, structures_shared AS shared
        FROM base_events
        WHERE server_id = $1 AND id > $2 AND ($3::bigint IS NULL OR tribe_id = $3)
            AND ($4::bigint IS NULL OR base_id = $4)
        ORDER BY id
        LIMIT $5
        """,
        server_id,
        after,
        tribe_id,
        base_id,
        limit,
    )
    return [BaseEvent(**row) for row in rows]


async def list_events(
    conn: Connection, server_id: ServerId, *, after: int, kinds: Sequence[EventKind] | None, limit: int
) -> EventPage:
    """Return the events of a server behind ``after``, in order, and where the log ends."""
    last_seq = await conn.fetchval("SELECT last_seq FROM servers WHERE id = $1", server_id)
    rows = await conn.fetch(
        """
        SELECT seq, occurred_at, kind, data, raw, source
        FROM game_events
        WHERE server_id = $1 AND seq > $2 AND ($3::text[] IS NULL OR kind = ANY ($3))
        ORDER BY seq
        LIMIT $4
        """,
        server_id,
        after,
        None if kinds is None else [kind.value for kind in kinds],
        limit,
    )
    return EventPage(events=tuple(Event(**row) for row in rows), last_seq=last_seq or 0)


async def list_unknown_lines(conn: Connection, server_id: ServerId) -> list[UnknownLine]:
    """Return what the grammar does not know, the most frequent first; only numbers are taken as equal."""
    rows = await conn.fetch(
        """
        SELECT pattern, max(text) AS example, count(*) AS count, max(occurred_at) AS last_at
        FROM (
            SELECT occurred_at, coalesce(data ->> 'text', raw) AS text,
                regexp_replace(left(coalesce(data ->> 'text', raw), 300), '[0-9]+', '#', 'g') AS pattern
            FROM game_events
            WHERE server_id = $1 AND kind = 'unknown'
            ORDER BY occurred_at DESC
            LIMIT $2
        ) AS newest
        GROUP BY pattern
        ORDER BY count(*) DESC, pattern
        """,
        server_id,
        _UNKNOWN_LOOKED_AT,
    )
    return [UnknownLine(**row) for row in rows]


async def list_territory(
    conn: Connection, server_id: ServerId, *, tribe_id: TribeId | None
) -> list[StoredBase]:
    """Return as much of a server's bases as a map shows."""
    rows = await conn.fetch(
        """
        SELECT tribe_id, structures, z, hull, first_decay_at
        FROM bases
        WHERE server_id = $1 AND ($2::bigint IS NULL OR tribe_id = $2)
        ORDER BY id
        """,
        server_id,
        tribe_id,
    )
    return [StoredBase(**row) for row in rows]


async def list_tribe_names(conn: Connection, server_id: ServerId) -> dict[int, str]:
    """Return the names of a server's tribes, by id."""
    rows = await conn.fetch("SELECT tribe_id, name FROM tribes WHERE server_id = $1", server_id)
    return {row["tribe_id"]: row["name"] for row in rows}

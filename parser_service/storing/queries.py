"""What storing a save asks of the database: the rows that differ go in by COPY and one merge."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from parser_service.archive.retention import KeptColumns
from parser_service.storable import storable
from parser_service.storing.jobs import BaseLine, SaveFacts, TribeLine
from parser_service.verdict import Facts, Verdict
from shared.db import Connection
from shared.ids import BaseId, SaveId, ServerId, TribeId

# Rows fetched at a time: between two of these the event loop gets its turn.
_FETCHED_AT_ONCE = 100

_REASON_LIMIT = 4_000

_BASE_COLUMNS = (
    "tribe_id",
    "structures",
    "x",
    "y",
    "z",
    "latitude",
    "longitude",
    "hull",
    "tiers",
    "first_decay_at",
    "last_decay_at",
    "explanation",
    "fingerprint",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBase:
    """As much of a stored base as shows whether it changed."""

    tribe_id: TribeId
    fingerprint: int
    first_decay_at: datetime | None
    last_decay_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSave:
    """A save to write down."""

    server_id: ServerId
    content_hash: str
    saved_at: datetime
    decoded_at: datetime
    facts: SaveFacts
    verdict_facts: Facts
    verdict: Verdict
    tribes: int
    bases: int
    seconds: float


async def lock_saves(conn: Connection, server_id: ServerId) -> None:
    """Let one save of a server be stored at a time, until the transaction ends."""
    # three kinds of advisory locks: 1 feeds, 2 links, 3 saves
    await conn.execute("SELECT pg_advisory_xact_lock(3, $1)", server_id)


async def set_save(conn: Connection, new: NewSave) -> SaveId:
    """Write a save down, or when it was decoded again, and return its id."""
    facts = new.facts
    found = await conn.fetchval(
        """
        INSERT INTO saves (server_id, content_hash, saved_at, decoded_at, game, version, map, game_time, structures,
            tribes, bases, objects, objects_failed, seconds, verdict, reason, feeds, facts)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        ON CONFLICT (server_id, content_hash) DO UPDATE
        SET saved_at = excluded.saved_at, decoded_at = excluded.decoded_at, structures = excluded.structures,
            tribes = excluded.tribes, bases = excluded.bases, objects = excluded.objects,
            objects_failed = excluded.objects_failed, seconds = excluded.seconds, verdict = excluded.verdict,
            reason = excluded.reason, feeds = excluded.feeds, facts = excluded.facts
        RETURNING id
        """,
        new.server_id,
        new.content_hash,
        new.saved_at,
        new.decoded_at,
        facts.game,
        facts.version,
        facts.map_name,
        facts.game_time,
        facts.structures,
        new.tribes,
        new.bases,
        facts.objects,
        facts.objects_failed,
        new.seconds,
        new.verdict.level.value,
        storable(new.verdict.reason[:_REASON_LIMIT]),
        new.verdict.feeds,
        json.loads(new.verdict_facts.to_json()),
    )
    return SaveId(found)


async def set_columns_bytes(conn: Connection, save_id: SaveId, size: int | None) -> None:
    """Write down how large the kept columns of a save are; ``None``: they are not kept."""
    await conn.execute("UPDATE saves SET columns_bytes = $2 WHERE id = $1", save_id, size)


async def list_kept_columns(conn: Connection, server_id: ServerId) -> list[KeptColumns]:
    """Return the saves of a server whose columns are kept."""
    rows = await conn.fetch(
        """
        SELECT id AS save_id, saved_at, columns_bytes AS bytes
        FROM saves
        WHERE server_id = $1 AND columns_bytes IS NOT NULL
        """,
        server_id,
    )
    return [KeptColumns(**row) for row in rows]


async def find_saved_at(conn: Connection, server_id: ServerId, save_id: SaveId) -> datetime | None:
    """Return when a save of a server was written."""
    found: datetime | None = await conn.fetchval(
        "SELECT saved_at FROM saves WHERE server_id = $1 AND id = $2", server_id, save_id
    )
    return found


async def find_current_id(conn: Connection, server_id: ServerId) -> SaveId | None:
    """Return the id of the save in use."""
    found = await conn.fetchval("SELECT save_id FROM current_saves WHERE server_id = $1", server_id)
    return None if found is None else SaveId(found)


async def set_current_save(conn: Connection, server_id: ServerId, save_id: SaveId) -> None:
    """Let a save be the one that a server's tribes and bases come from."""
    await conn.execute(
        """
        INSERT INTO current_saves (server_id, save_id) VALUES ($1, $2)
        ON CONFLICT (server_id) DO UPDATE SET save_id = excluded.save_id
        """,
        server_id,
        save_id,
    )


async def set_refused(
    conn: Connection, server_id: ServerId, content_hash: str, *, reason: str, at: datetime
) -> None:
    """Write down that a file could not be used, and why."""
    await conn.execute(
        """
        INSERT INTO refused_saves (server_id, content_hash, refused_at, reason) VALUES ($1, $2, $3, $4)
        ON CONFLICT (server_id, content_hash) DO UPDATE
        SET refused_at = excluded.refused_at, reason = excluded.reason
        """,
        server_id,
        content_hash,
        at,
        reason,
    )


async def list_tribe_fingerprints(conn: Connection, server_id: ServerId) -> dict[TribeId, int]:
    """Return what shows whether a stored tribe changed, by id."""
    rows = await conn.fetch("SELECT tribe_id, fingerprint FROM tribes WHERE server_id = $1", server_id)
    return {TribeId(row["tribe_id"]): row["fingerprint"] for row in rows}


async def list_known_bases(conn: Connection, server_id: ServerId) -> dict[BaseId, KnownBase]:
    """Return what shows whether a stored base changed, by id."""
    rows = await conn.fetch(
        "SELECT id, tribe_id, fingerprint, first_decay_at, last_decay_at FROM bases WHERE server_id = $1",
        server_id,
    )
    return {
        BaseId(row["id"]): KnownBase(
            tribe_id=TribeId(row["tribe_id"]),
            fingerprint=row["fingerprint"],
            first_decay_at=row["first_decay_at"],
            last_decay_at=row["last_decay_at"],
        )
        for row in rows
    }


async def list_base_members(conn: Connection, server_id: ServerId) -> dict[BaseId, NDArray[np.int64]]:
    """Return which structures each stored base has, in order of id."""
    found = {}
    cursor = conn.cursor(
        "SELECT base_id, structures FROM base_members WHERE server_id = $1 ORDER BY base_id",
        server_id,
        prefetch=_FETCHED_AT_ONCE,
    )
    async for row in cursor:
        found[BaseId(row["base_id"])] = np.array(row["structures"], dtype=np.int64)
    return found


async def add_base_ids(conn: Connection, count: int) -> list[BaseId]:
    """Return ids that no base has ever had, ascending."""
    rows = await conn.fetch("SELECT nextval('base_ids') AS id FROM generate_series(1, $1)", count)
    return sorted(BaseId(row["id"]) for row in rows)


async def merge_tribes(conn: Connection, server_id: ServerId, tribes: Sequence[TribeLine]) -> None:
    """Add or change tribes; COPY takes them in, one statement merges them in order of id."""
    await conn.execute(
        """
        CREATE TEMP TABLE incoming_tribes (tribe_id bigint, name text, owner_name text, members text[],
            structures int, source text, fingerprint bigint) ON COMMIT DROP
        """
    )
    columns = ("tribe_id", "name", "owner_name", "members", "structures", "source", "fingerprint")
    records = (tuple(getattr(tribe, column) for column in columns) for tribe in tribes)
    await conn.copy_records_to_table("incoming_tribes", records=records, columns=columns)
    await conn.execute(
        """
        INSERT INTO tribes (server_id, tribe_id, name, owner_name, members, structures, source, fingerprint)
        SELECT $1, tribe_id, name, owner_name, members, structures, source, fingerprint
        FROM incoming_tribes
        ORDER BY tribe_id
        ON CONFLICT (server_id, tribe_id) DO UPDATE
        SET name = excluded.name, owner_name = excluded.owner_name, members = excluded.members,
            structures = excluded.structures, source = excluded.source, fingerprint = excluded.fingerprint
        """,
        server_id,
    )


async def merge_bases(
    conn: Connection, server_id: ServerId, bases: Sequence[tuple[BaseId, BaseLine]]
) -> None:
    """Add or change bases; COPY takes them in, one statement merges them in order of id."""
    await conn.execute(
        """
        CREATE TEMP TABLE incoming_bases (id bigint, tribe_id bigint, structures int, x double precision,
            y double precision, z double precision, latitude double precision, longitude double precision,
            hull double precision[], tiers text, first_decay_at timestamptz, last_decay_at timestamptz,
            explanation text, fingerprint bigint) ON COMMIT DROP
        """
    )
    records = ((base_id, *(getattr(base, column) for column in _BASE_COLUMNS)) for base_id, base in bases)
    await conn.copy_records_to_table("incoming_bases", records=records, columns=("id", *_BASE_COLUMNS))
    await conn.execute(
        """
        INSERT INTO bases (server_id, id, tribe_id, structures, x, y, z, latitude, longitude, hull, tiers,
            first_decay_at, last_decay_at, explanation, fingerprint)
        SELECT $1, id, tribe_id, structures, x, y, z, latitude, longitude, hull, tiers::jsonb,
            first_decay_at, last_decay_at, explanation, fingerprint
        FROM incoming_bases
        ORDER BY id
        ON CONFLICT (server_id, id) DO UPDATE
        SET tribe_id = excluded.tribe_id, structures = excluded.structures, x = excluded.x, y = excluded.y,
            z = excluded.z, latitude = excluded.latitude, longitude = excluded.longitude, hull = excluded.hull,
            tiers = excluded.tiers, first_decay_at = excluded.first_decay_at,
            last_decay_at = excluded.last_decay_at, explanation = excluded.explanation,
            fingerprint = excluded.fingerprint
        """,
        server_id,
    )


async def merge_base_members(
    conn: Connection, server_id: ServerId, members: Sequence[tuple[BaseId, NDArray[np.int64]]]
) -> None:
    """Write down which structures some bases have now."""
    await conn.execute(
        "CREATE TEMP TABLE incoming_members (base_id bigint, structures bigint[]) ON COMMIT DROP"
    )
    records = ((base_id, structures.tolist()) for base_id, structures in members)
    await conn.copy_records_to_table("incoming_members", records=records, columns=("base_id", "structures"))
    await conn.execute(
        """
        INSERT INTO base_members (server_id, base_id, structures)
        SELECT $1, base_id, structures
        FROM incoming_members
        ORDER BY base_id
        ON CONFLICT (server_id, base_id) DO UPDATE SET structures = excluded.structures
        """,
        server_id,
    )


async def remove_tribes(conn: Connection, server_id: ServerId, tribe_ids: Sequence[TribeId]) -> None:
    """Remove tribes that the world no longer has."""
    await conn.execute(
        "DELETE FROM tribes WHERE server_id = $1 AND tribe_id = ANY ($2)", server_id, list(tribe_ids)
    )


async def remove_bases(conn: Connection, server_id: ServerId, base_ids: Sequence[BaseId]) -> None:
    """Remove bases that the world no longer has, and what is known of their structures."""
    await conn.execute(
        """
        WITH gone AS (DELETE FROM base_members WHERE server_id = $1 AND base_id = ANY ($2))
        DELETE FROM bases WHERE server_id = $1 AND id = ANY ($2)
        """,
        server_id,
        list(base_ids),
    )

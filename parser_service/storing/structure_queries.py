"""The structures of a server's save in use: what differs goes in by COPY and one merge for each chunk."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from parser_service.storing.copy_format import COLUMNS
from parser_service.storing.stored_rows import StoredState
from shared.db import Connection
from shared.ids import ServerId


async def list_class_ids(conn: Connection, names: Iterable[str]) -> dict[str, int]:
    """Return the ids of classes, by name; a class without one gets one."""
    wanted = sorted(set(names))
    rows = await conn.fetch("SELECT id, name FROM structure_classes WHERE name = ANY ($1)", wanted)
    found = {row["name"]: row["id"] for row in rows}
    missing = [name for name in wanted if name not in found]
    if missing:
        # the second statement sees what others have added meanwhile, and what the first could not
        await conn.execute(
            """
            INSERT INTO structure_classes (name)
            SELECT name FROM unnest($1::text[]) AS name ORDER BY name
            ON CONFLICT DO NOTHING
            """,
            missing,
        )
        rows = await conn.fetch("SELECT id, name FROM structure_classes WHERE name = ANY ($1)", missing)
        found |= {row["name"]: row["id"] for row in rows}
    return found


async def list_classes_stored(conn: Connection, server_id: ServerId) -> dict[int, str]:
    """Return the names of the classes of a server's stored structures, by id."""
    rows = await conn.fetch(
        """
        SELECT id, name FROM structure_classes
        WHERE id IN (SELECT DISTINCT class_id FROM structures WHERE server_id = $1)
        """,
        server_id,
    )
    return {row["id"]: row["name"] for row in rows}


async def find_state(conn: Connection, server_id: ServerId) -> StoredState | None:
    """Return what shows which structures are stored."""
    row = await conn.fetchrow(
        "SELECT structures, checksum FROM structure_states WHERE server_id = $1", server_id
    )
    return None if row is None else StoredState(**row)


async def set_state(conn: Connection, server_id: ServerId, state: StoredState) -> None:
    """Write down what shows which structures are stored."""
    await conn.execute(
        """
        INSERT INTO structure_states (server_id, structures, checksum) VALUES ($1, $2, $3)
        ON CONFLICT (server_id) DO UPDATE SET structures = excluded.structures, checksum = excluded.checksum
        """,
        server_id,
        state.structures,
        state.checksum,
    )


async def copy_stored(conn: Connection, server_id: ServerId) -> bytes:
    """Return all stored structures as the payload of a COPY, in order of identity."""
    payload = io.BytesIO()
    await conn.copy_from_query(
        """
        SELECT identity, class_id, tribe_id, coalesce(base_id, 0), coalesce(x, 'NaN'), coalesce(y, 'NaN'),
            coalesce(z, 'NaN'), coalesce(decays_at, 'infinity')
        FROM structures
        WHERE server_id = $1
        ORDER BY identity
        """,
        server_id,
        output=payload,
        format="binary",
    )
    return payload.getvalue()


async def add_incoming_table(conn: Connection) -> None:
    """Make the table that chunks are copied into; it goes with the transaction."""
    await conn.execute(
        """
        CREATE TEMP TABLE incoming_structures (identity bigint, class_id int, tribe_id bigint, base_id bigint,
            x real, y real, z real, decays_at timestamptz) ON COMMIT DROP
        """
    )


async def merge_chunk(conn: Connection, server_id: ServerId, payload: bytes) -> None:
    """Add or change the structures of one payload."""
    await conn.copy_to_table(
        "incoming_structures", source=io.BytesIO(payload), columns=COLUMNS, format="binary"
    )
    await conn.execute(
        """
        INSERT INTO structures (server_id, identity, class_id, tribe_id, base_id, x, y, z, decays_at)
        SELECT $1, identity, class_id, tribe_id, nullif(base_id, 0), nullif(x, 'NaN'), nullif(y, 'NaN'),
            nullif(z, 'NaN'), nullif(decays_at, 'infinity')
        FROM incoming_structures
        ORDER BY identity
        ON CONFLICT (server_id, identity) DO UPDATE
        SET class_id = excluded.class_id, tribe_id = excluded.tribe_id, base_id = excluded.base_id,
            x = excluded.x, y = excluded.y, z = excluded.z, decays_at = excluded.decays_at
        """,
        server_id,
    )
    await conn.execute("TRUNCATE incoming_structures")


async def remove_structures(conn: Connection, server_id: ServerId, identities: Sequence[int]) -> None:
    """Remove structures that the world no longer has."""
    await conn.execute(
        "DELETE FROM structures WHERE server_id = $1 AND identity = ANY ($2)", server_id, list(identities)
    )

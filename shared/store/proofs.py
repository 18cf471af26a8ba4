"""Codes that saves show, and who may have put them there: the parser service finds them, the admin bot settles them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.db import Connection
from shared.ids import GuildId, PlatformId, SaveId, ServerId, TribeId


class ProofObject(StrEnum):
    """What bears a code as its name."""

    TAME = "tame"
    BOX = "box"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A survivor who may have given a thing of a tribe its name.

    ``is_member`` says whether they belong to the tribe in the save; the others left it. ``is_awake``: they are on.
    ``has_body``: a living one lies in the world, so that ``last_seen_at`` tells when they left it; of others it is
    when they came last. It is ``None`` where nothing tells either.
    """

    player_id: int
    name: str
    platform_name: str
    account: PlatformId | None
    is_member: bool
    is_awake: bool
    has_body: bool
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProof:
    """A code in a save. ``is_complete``: ``people`` are all who could have put it there."""

    code: str
    tribe_id: TribeId
    object_kind: ProofObject
    is_complete: bool
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveProof:
    """A code that a good save was the first to show. ``since``: when the good save before it was written."""

    id: int
    server_id: ServerId
    guild_id: GuildId
    save_id: SaveId
    saved_at: datetime
    since: datetime | None
    found: FoundProof


async def add_proofs(
    conn: Connection,
    server_id: ServerId,
    save_id: SaveId,
    proofs: Sequence[FoundProof],
    *,
    saved_at: datetime,
) -> None:
    """Keep the codes of a save, each the first time that something of a tribe bears it.

    Call it before the save is made the one in use: the one that is tells since when a name can be there. A save
    that is older than that one (a backup was put back) has no such instant.
    """
    await conn.executemany(
        """
        INSERT INTO save_proofs
            (server_id, save_id, code, tribe_id, object_kind, saved_at, since, is_complete, people)
        SELECT $1, $2, $3, $4, $5, $6, (
                SELECT v.saved_at FROM current_saves c JOIN saves v ON v.id = c.save_id
                WHERE c.server_id = $1 AND v.id <> $2 AND v.saved_at < $6
            ), $7, $8
        ON CONFLICT (server_id, code, tribe_id) DO NOTHING
        """,
        [
            (
                server_id,
                save_id,
                proof.code,
                proof.tribe_id,
                proof.object_kind.value,
                saved_at,
                proof.is_complete,
                [_encoded(person) for person in proof.people],
            )
            for proof in proofs
        ],
    )


async def lock_open_proofs(conn: Connection, *, limit: int) -> list[SaveProof]:
    """Return the oldest codes that nobody has dealt with, and hold them."""
    rows = await conn.fetch(
        """
        SELECT p.id, p.server_id, s.guild_id, p.save_id, p.saved_at, p.since, p.code, p.tribe_id, p.object_kind,
            p.is_complete, p.people
        FROM save_proofs p
        JOIN servers s ON s.id = p.server_id
        WHERE p.settled_at IS NULL
        ORDER BY p.id
        LIMIT $1
        FOR UPDATE OF p SKIP LOCKED
        """,
        limit,
    )
    return [
        SaveProof(
            id=row["id"],
            server_id=ServerId(row["server_id"]),
            guild_id=GuildId(row["guild_id"]),
            save_id=SaveId(row["save_id"]),
            saved_at=row["saved_at"],
            since=row["since"],
            found=FoundProof(
                code=row["code"],
                tribe_id=TribeId(row["tribe_id"]),
                object_kind=ProofObject(row["object_kind"]),
                is_complete=row["is_complete"],
                people=tuple(_decoded(person) for person in row["people"]),
            ),
        )
        for row in rows
    ]


async def set_proofs_settled(conn: Connection, ids: Sequence[int], *, at: datetime) -> None:
    """Mark codes as dealt with."""
    await conn.execute("UPDATE save_proofs SET settled_at = $2 WHERE id = ANY ($1)", list(ids), at)


async def remove_old_proofs(conn: Connection, *, before: datetime) -> None:
    """Forget codes that were dealt with before an instant."""
    await conn.execute("DELETE FROM save_proofs WHERE settled_at < $1", before)


def _encoded(person: Person) -> dict[str, Any]:
    return {
        "player_id": person.player_id,
        "name": person.name,
        "platform_name": person.platform_name,
        "account": person.account,
        "is_member": person.is_member,
        "is_awake": person.is_awake,
        "has_body": person.has_body,
        "last_seen_at": None if person.last_seen_at is None else person.last_seen_at.isoformat(),
    }


def _decoded(value: dict[str, Any]) -> Person:
    seen = value["last_seen_at"]
    return Person(**{**value, "last_seen_at": None if seen is None else datetime.fromisoformat(seen)})

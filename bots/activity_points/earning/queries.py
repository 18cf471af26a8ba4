"""What the reader remembers between two batches, by server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from bots.activity_points.earning.domain import Rule
from bots.activity_points.earning.people import Person
from shared.db import Connection
from shared.domain.events import SurvivorId
from shared.domain.sessions import OpenSession
from shared.ids import ServerId


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTime:
    """How far the log's time has come, since when presence counts, and the server's last sign of life."""

    now_at: datetime
    counts_since: datetime
    alive_at: datetime | None


async def find_clock(conn: Connection, server_id: ServerId) -> ServerTime | None:
    """Return how far time has come on a server."""
    row = await conn.fetchrow(
        "SELECT now_at, counts_since, alive_at FROM activity_points.clocks WHERE server_id = $1", server_id
    )
    return None if row is None else ServerTime(**row)


async def set_clock(conn: Connection, server_id: ServerId, clock: ServerTime) -> None:
    """Keep how far time has come."""
    await conn.execute(
        """
        INSERT INTO activity_points.clocks (server_id, now_at, counts_since, alive_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (server_id) DO UPDATE
        SET now_at = excluded.now_at, counts_since = excluded.counts_since, alive_at = excluded.alive_at
        """,
        server_id,
        clock.now_at,
        clock.counts_since,
        clock.alive_at,
    )


async def list_survivor_ids(
    conn: Connection, server_id: ServerId, ids: Sequence[SurvivorId]
) -> list[tuple[SurvivorId, str]]:
    """Return the names of survivors by the game's ids."""
    rows = await conn.fetch(
        """
        SELECT survivor_id, survivor FROM activity_points.survivor_ids WHERE server_id = $1 AND survivor_id = ANY ($2)
        """,
        server_id,
        list(ids),
    )
    return [(SurvivorId(row["survivor_id"]), row["survivor"]) for row in rows]


async def list_survivors(
    conn: Connection, server_id: ServerId, names: Sequence[str]
) -> list[tuple[str, str]]:
    """Return whose survivors go by these names: survivor and player."""
    rows = await conn.fetch(
        "SELECT survivor, player FROM activity_points.survivors WHERE server_id = $1 AND survivor = ANY ($2)",
        server_id,
        list(names),
    )
    return [(row["survivor"], row["player"]) for row in rows]


async def list_people(
    conn: Connection, server_id: ServerId, *, players: Sequence[str], names: Sequence[str]
) -> list[tuple[Person, OpenSession | None]]:
    """Return who is on, or was in this slot, and the people with these keys or names."""
    rows = await conn.fetch(
        """
        SELECT player, name, joined_as, joined_at, seen_at, present, idle_minutes, active_at, day, earned, victims, signs
        FROM activity_points.people
        WHERE server_id = $1
            AND (joined_at IS NOT NULL OR present > interval '0' OR player = ANY ($2) OR name = ANY ($3))
        ORDER BY player
        """,
        server_id,
        list(players),
        list(names),
    )
    return [(_person(row), _session(row)) for row in rows]


async def set_people(
    conn: Connection, server_id: ServerId, people: Sequence[tuple[Person, OpenSession | None]]
) -> None:
    """Keep what is remembered of these people."""
    await conn.executemany(
        """
        INSERT INTO activity_points.people (
            server_id, player, name, joined_as, joined_at, seen_at, present, idle_minutes, active_at, day, earned,
            victims, signs
        )
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (server_id, player) DO UPDATE
        SET name = excluded.name, joined_as = excluded.joined_as, joined_at = excluded.joined_at, seen_at = excluded.seen_at,
            present = excluded.present, idle_minutes = excluded.idle_minutes, active_at = excluded.active_at,
            day = excluded.day, earned = excluded.earned, victims = excluded.victims, signs = excluded.signs
        """,
        [_row(server_id, person, session) for person, session in people],
    )


async def add_survivors(conn: Connection, server_id: ServerId, known: Sequence[tuple[str, str]]) -> None:
    """Keep whose survivors are whose."""
    await conn.executemany(
        """
        INSERT INTO activity_points.survivors (server_id, survivor, player) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING
        """,
        [(server_id, survivor, player) for survivor, player in known],
    )


async def set_survivor_ids(conn: Connection, server_id: ServerId, known: Mapping[SurvivorId, str]) -> None:
    """Keep what survivors with these ids are called now."""
    await conn.executemany(
        """
        INSERT INTO activity_points.survivor_ids (server_id, survivor_id, survivor) VALUES ($1, $2, $3)
        ON CONFLICT (server_id, survivor_id) DO UPDATE SET survivor = excluded.survivor
        """,
        [(server_id, survivor_id, survivor) for survivor_id, survivor in known.items()],
    )


def _person(row: asyncpg.Record) -> Person:
    return Person(
        player=row["player"],
        name=row["name"],
        present=row["present"],
        idle_minutes=row["idle_minutes"],
        active_at=row["active_at"],
        day=row["day"],
        earned={Rule(rule): amount for rule, amount in row["earned"].items()},
        victims=list(row["victims"]),
        # a list of pairs, because a JSON object does not keep the order
        signs={doing: datetime.fromisoformat(at) for doing, at in row["signs"]},
    )


def _session(row: asyncpg.Record) -> OpenSession | None:
    if row["joined_at"] is None:
        return None
    return OpenSession(
        player=row["player"], name=row["joined_as"], joined_at=row["joined_at"], seen_at=row["seen_at"]
    )


def _row(server_id: ServerId, person: Person, session: OpenSession | None) -> tuple[object, ...]:
    return (
        server_id,
        person.player,
        person.name,
        session.name if session else None,
        session.joined_at if session else None,
        session.seen_at if session else None,
        max(person.present, timedelta(0)),
        person.idle_minutes,
        person.active_at,
        person.day,
        {rule.value: amount for rule, amount in person.earned.items()},
        person.victims,
        [[doing, at.isoformat()] for doing, at in person.signs.items()],
    )

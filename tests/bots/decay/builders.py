"""Saves, tribes and bases as the parser stores them, written with plain SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count

from shared.db import Database
from shared.ids import GuildId, MemberId, PlatformId, SaveId, ServerId, TribeId
from shared.store.links import Link, add_link
from shared.store.servers import CommunityRow, set_community, set_server
from shared.store.survivor_accounts import SurvivorAccount, merge_survivor_accounts

_numbers = count(1)


async def add_servers(db: Database, guild_id: GuildId, *keys: str) -> dict[str, ServerId]:
    """Add a guild with servers."""
    community = CommunityRow(guild_id=guild_id, name="Wetlands", staff_roles=(), owner_roles=())
    async with db.transaction() as conn:
        await set_community(conn, community)
        return {
            key: await set_server(
                conn, guild_id, key=key, name=key.title(), game="asa", map_name="TheIsland_WP", cluster="main"
            )
            for key in keys
        }


async def add_save(
    db: Database,
    server_id: ServerId,
    saved_at: datetime,
    *,
    decoded_at: datetime | None = None,
    feeds: bool = True,
    reason: str = "",
) -> SaveId:
    """Make a save the one in use, and return its number."""
    async with db.transaction() as conn:
        save_id = await conn.fetchval(
            """
            INSERT INTO saves (server_id, content_hash, saved_at, decoded_at, game, version, map, game_time, structures,
                tribes, bases, objects, objects_failed, seconds, feeds, reason)
            VALUES ($1, $2, $3, $4, 'asa', 14, 'TheIsland_WP', 1000, 10, 2, 3, 100, 0, 0.5, $5, $6)
            RETURNING id
            """,
            server_id,
            f"hash-{next(_numbers)}",
            saved_at,
            decoded_at or saved_at,
            feeds,
            reason,
        )
        await conn.execute(
            """
            INSERT INTO current_saves (server_id, save_id) VALUES ($1, $2)
            ON CONFLICT (server_id) DO UPDATE SET save_id = excluded.save_id
            """,
            server_id,
            save_id,
        )
    return SaveId(save_id)


async def doubt_save(db: Database, server_id: ServerId, decoded_at: datetime, reason: str) -> SaveId:
    """Note a save that was read, and that cannot be trusted, as the parser does: as a refusal, too."""
    content = f"hash-{next(_numbers)}"
    async with db.transaction() as conn:
        save_id = await conn.fetchval(
            """
            INSERT INTO saves (server_id, content_hash, saved_at, decoded_at, game, version, map, game_time, structures,
                tribes, bases, objects, objects_failed, seconds, verdict, reason, feeds)
            VALUES ($1, $2, $3, $3, 'asa', 14, 'TheIsland_WP', 900, 10, 2, 3, 100, 0, 0.5, 'suspect', $4, false)
            RETURNING id
            """,
            server_id,
            content,
            decoded_at,
            reason,
        )
        await conn.execute(
            "INSERT INTO refused_saves (server_id, content_hash, refused_at, reason) VALUES ($1, $2, $3, $4)",
            server_id,
            content,
            decoded_at,
            reason,
        )
    return SaveId(save_id)


async def refuse_save(db: Database, server_id: ServerId, refused_at: datetime, reason: str) -> None:
    """Note a save that cannot be used."""
    async with db.transaction() as conn:
        await conn.execute(
            "INSERT INTO refused_saves (server_id, content_hash, refused_at, reason) VALUES ($1, $2, $3, $4)",
            server_id,
            f"hash-{next(_numbers)}",
            refused_at,
            reason,
        )


async def add_tribe(
    db: Database, server_id: ServerId, tribe_id: int, name: str, *, members: Sequence[str] = ()
) -> None:
    """Add a tribe."""
    async with db.transaction() as conn:
        await conn.execute(
            """
            INSERT INTO tribes (server_id, tribe_id, name, owner_name, members, structures, source, fingerprint)
            VALUES ($1, $2, $3, '', $4, 0, 'tribe_file', 0)
            """,
            server_id,
            tribe_id,
            name,
            list(members),
        )


async def add_base(
    db: Database,
    server_id: ServerId,
    tribe_id: int,
    first_decay_at: datetime | None,
    *,
    structures: int = 10,
    tiers: Mapping[str, int] | None = None,
    has_coordinates: bool = True,
    explanation: str = "Stone, 12 d x 1.0, last ally 3 d 4 h before the save",
) -> int:
    """Add a base, and return its number."""
    number = next(_numbers)
    async with db.transaction() as conn:
        await conn.execute(
            """
            INSERT INTO bases (id, server_id, tribe_id, structures, x, y, z, latitude, longitude, hull, tiers,
                first_decay_at, last_decay_at, explanation, fingerprint)
            VALUES ($1, $2, $3, $4, -12345, 67890, 11, $5, $6, '{}', $7, $8, $8, $9, 0)
            """,
            number,
            server_id,
            tribe_id,
            structures,
            41.7 if has_coordinates else None,
            63.2 if has_coordinates else None,
            dict(tiers if tiers is not None else {"stone": structures}),
            first_decay_at,
            explanation,
        )
    return number


async def add_base_event(
    db: Database,
    server_id: ServerId,
    save_id: SaveId,
    base_id: int,
    tribe_id: int,
    kind: str,
    at: datetime,
    *,
    other: int | None = None,
    before: int = 0,
    after: int = 0,
    shared: int = 0,
) -> None:
    """Note what became of a base."""
    async with db.transaction() as conn:
        await conn.execute(
            """
            INSERT INTO base_events (server_id, save_id, base_id, occurred_at, kind, tribe_id, other_base_id,
                structures_before, structures, structures_shared)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            *(server_id, save_id, base_id, at, kind, tribe_id, other, before, after, shared),
        )


async def tie_survivor(
    db: Database,
    guild_id: GuildId,
    member_id: MemberId,
    server_id: ServerId,
    *,
    tribe_id: int,
    player_id: int = 50_001,
) -> None:
    """Let a member have proved to be the only survivor of a server, who is in a tribe, or in none."""
    account = f"account-{next(_numbers)}"
    survivor = SurvivorAccount(
        account=PlatformId(account),
        player_id=player_id,
        survivor="Nia",
        platform_name="Otter",
        tribe_id=TribeId(tribe_id),
    )
    link = Link(player=account, member_id=member_id, name="Otter", linked_at=datetime.now(UTC))
    async with db.transaction() as conn:
        await merge_survivor_accounts(conn, server_id, [survivor])
        await add_link(conn, guild_id, link)

"""A community in the database, for tests of what stands on it."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.config.community import Community, Guild, ServerEntry
from shared.db import Database
from shared.domain.events import Chat, GameEvent
from shared.ids import ChannelId, GuildId, RoleId, ServerId
from shared.store.community import sync
from shared.store.events import NewEvent, add_events

GUILD = GuildId(100)
CHAT_CHANNEL = ChannelId(200)
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def a_community() -> Community:
    """Return a community with an ASA and an ASE server."""
    return Community(
        guild=Guild(id=GUILD, name="Test", staff_roles=(RoleId(300),), owner_roles=(RoleId(301),)),
        channels={"status": ChannelId(201)},
        servers=(
            ServerEntry(
                key="island", name="The Island", game="asa", map="TheIsland_WP", chat_channel=CHAT_CHANNEL
            ),
            ServerEntry(key="ragnarok", name="Ragnarok", game="ase", map="Ragnarok"),
        ),
    )


async def add_community(db: Database) -> dict[str, ServerId]:
    """Put the community into the database, and return its servers' ids."""
    return await sync(db, a_community())


def said(text: str, survivor: str = "Mira") -> Chat:
    """Return a line of chat."""
    return Chat(platform_name=survivor.lower(), survivor=survivor, text=text)


async def happen(db: Database, server_id: ServerId, *events: GameEvent, at: datetime = NOON) -> int:
    """Append events to the log, and return the last seq."""
    new = [NewEvent(occurred_at=at, event=event, raw=repr(event)) for event in events]
    async with db.transaction() as conn:
        return await add_events(conn, server_id, "test", new)

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from redis.asyncio import Redis

from bots.decay.in_game.service import InGameService
from shared.cache import Wakeups
from shared.clock import FrozenClock
from shared.db import Database
from shared.domain.events import Chat
from shared.ids import GuildId, ServerId
from shared.runtime.readers import Batch
from shared.store.events import ReaderCursor, StoredEvent
from tests.bots.decay.builders import add_base, add_save, add_servers, add_tribe, refuse_save

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_guilds = count(8500)


@pytest.fixture
async def server_id(db: Database) -> ServerId:
    return (await add_servers(db, GuildId(next(_guilds)), "marsh"))["marsh"]


@pytest.fixture
def service(redis: Redis) -> InGameService:
    return InGameService(Wakeups(redis), FrozenClock(NOW))


async def ask(
    db: Database,
    service: InGameService,
    server_id: ServerId,
    survivor: str,
    *,
    text: str = "!decay",
    at: datetime = NOW,
) -> list[str]:
    """Let somebody say something in the game, twice as after a crash, and return what was queued for the game."""
    event = Chat(platform_name="Otter", survivor=survivor, text=text)
    stored = StoredEvent(server_id=server_id, seq=5, occurred_at=at, event=event)
    cursor = ReaderCursor(seq=4, last_seq=5, since=at)
    for _ in range(2):
        async with db.transaction() as conn:
            await service.apply(conn, Batch(server_id=server_id, events=[stored], cursor=cursor))
    async with db.connection() as conn:
        rows = await conn.fetch(
            "SELECT command FROM rcon_commands WHERE server_id = $1 ORDER BY id", server_id
        )
    return [row["command"] for row in rows]


async def test_a_member_is_told_about_their_own_tribe_alone(
    db: Database, service: InGameService, server_id: ServerId
) -> None:
    await add_save(db, server_id, NOW - timedelta(minutes=18))
    await add_tribe(db, server_id, 1, "Reed Court", members=["Bo", "Nia"])
    await add_tribe(db, server_id, 2, "Mud Guild", members=["Ann"])
    await add_base(db, server_id, 1, NOW + timedelta(days=2, hours=4))
    await add_base(db, server_id, 1, NOW + timedelta(days=9))
    await add_base(db, server_id, 2, NOW + timedelta(hours=1))

    assert await ask(db, service, server_id, "Nia", text=" !Decay ") == [
        'ServerChatToPlayer "Nia" Reed Court: 2 bases, first decay in 2 d 4 h. (save 18 min old)'
    ]


async def test_overdue_bases_and_a_refused_save_are_told(
    db: Database, service: InGameService, server_id: ServerId
) -> None:
    await add_save(db, server_id, NOW - timedelta(hours=2))
    await refuse_save(db, server_id, NOW - timedelta(hours=1), "file ends at 61 %")
    await add_tribe(db, server_id, 1, "Reed Court", members=["Nia"])
    await add_base(db, server_id, 1, NOW - timedelta(hours=3))

    assert await ask(db, service, server_id, "Nia") == [
        'ServerChatToPlayer "Nia" Reed Court: 1 base, first decay overdue for 3 h. (save 2 h old, a newer one was refused)'
    ]


async def test_who_is_in_no_tribe_or_asks_before_the_first_save_is_told_what_to_do(
    db: Database, service: InGameService, server_id: ServerId
) -> None:
    assert await ask(db, service, server_id, "Nia") == [
        'ServerChatToPlayer "Nia" No save of this map has been read yet. Ask again after the next world save.'
    ]

    await add_save(db, server_id, NOW)
    await add_tribe(db, server_id, 1, "Reed Court", members=["Nia "])

    async with db.transaction() as conn:
        await conn.execute("DELETE FROM rcon_commands")
    assert await ask(db, service, server_id, "Stranger") == [
        'ServerChatToPlayer "Stranger" You are in no tribe that the save knows. Ask again after the next one. (save 0 s old)'
    ]


async def test_a_survivor_whose_name_two_tribes_know_is_told_of_both(
    db: Database, service: InGameService, server_id: ServerId
) -> None:
    await add_save(db, server_id, NOW)
    for tribe_id, name in [(1, "Reed Court"), (2, "Mud Guild"), (3, "Zebras")]:
        await add_tribe(db, server_id, tribe_id, name, members=["Nia"])

    commands = await ask(db, service, server_id, "Nia")

    assert [command.split('" ')[1].split(":")[0] for command in commands] == ["Mud Guild", "Reed Court"]


async def test_questions_of_the_past_other_lines_and_names_that_cannot_be_addressed_are_not_answered(
    db: Database, service: InGameService, server_id: ServerId
) -> None:
    assert await ask(db, service, server_id, "Nia", at=NOW - timedelta(minutes=2)) == []
    assert await ask(db, service, server_id, "Nia", text="what about !decay") == []
    assert await ask(db, service, server_id, 'N"ia') == []
    assert await ask(db, service, server_id, "") == []

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bots.activity_points.earning.service import EarningService
from bots.activity_points.queries import list_accounts, list_mismatches
from shared.cache import Wakeups
from shared.clock import FrozenClock
from shared.db import Database
from shared.domain.events import EventKind, WorldSaved
from shared.ids import ServerId
from shared.runtime.readers import Batch
from shared.store.events import list_events, lock_reader, set_reader
from shared.store.quarantine import Quarantined, add_quarantined
from tests.bots.activity_points.builders import (
    HERON,
    OTTER,
    Line,
    add_server,
    after,
    append,
    chat,
    joined,
    ledger_of,
    left,
    logs,
    tamed,
)

KINDS = tuple(EventKind)


@pytest.fixture
def service(redis: Redis) -> EarningService:
    return EarningService(Wakeups(redis), FrozenClock(after(0)))


@pytest.fixture(autouse=True)
async def _ledger_adds_up(db: Database) -> AsyncIterator[None]:
    yield
    async with db.connection() as conn:
        assert await list_mismatches(conn) == []


async def read(
    db: Database, service: EarningService, server_id: ServerId, *, upto: int | None = None
) -> None:
    """Read on to a number, in one transaction, as the runtime does."""
    async with db.transaction() as conn:
        cursor = await lock_reader(conn, "activity_points", server_id)
        end = cursor.last_seq if upto is None else upto
        events = await list_events(conn, server_id, after=cursor.seq, upto=end, kinds=KINDS)
        if events:
            await service.apply(conn, Batch(server_id=server_id, events=events, cursor=cursor))
        await set_reader(conn, "activity_points", server_id, end)


async def read_in_pieces(
    db: Database, service: EarningService, lines: Sequence[Line], cuts: Sequence[int], game: str
) -> list[tuple[object, ...]]:
    guild_id, server_id = await add_server(db, game=game)
    await append(db, server_id, lines)
    for cut in sorted(set(cuts)):
        await read(db, service, server_id, upto=min(cut, len(lines)))
    await read(db, service, server_id)
    async with db.connection() as conn:
        return await ledger_of(conn, guild_id)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=logs(), cuts=st.lists(st.integers(1, 60), max_size=12), game=st.sampled_from(("ase", "asa")))
async def test_any_cut_of_a_log_into_batches_gives_the_same_ledger(
    db: Database, service: EarningService, lines: list[Line], cuts: list[int], game: str
) -> None:
    whole = await read_in_pieces(db, service, lines, [], game)
    pieces = await read_in_pieces(db, service, lines, cuts, game)
    one_by_one = await read_in_pieces(db, service, lines, range(len(lines)), game)

    assert pieces == whole
    assert one_by_one == whole


BUSY_DAY: list[Line] = [
    (joined("Otter", OTTER), after(0)),
    (joined("Heron", HERON), after(1)),
    *((chat("Otter", "Nia", f"line {minute}"), after(minute)) for minute in range(2, 60, 7)),
    (tamed("Nia"), after(61)),
    (WorldSaved(), after(75)),
    (left("Heron", HERON), after(76)),
    (WorldSaved(), after(90)),
]


async def test_what_a_crash_undid_is_booked_once(db: Database, service: EarningService) -> None:
    guild_id, server_id = await add_server(db)
    await append(db, server_id, BUSY_DAY)
    await read(db, service, server_id, upto=5)

    with pytest.raises(ConnectionResetError):
        await read_and_die(db, service, server_id)
    async with db.connection() as conn:
        before = await ledger_of(conn, guild_id)
    await read(db, service, server_id)
    async with db.connection() as conn:
        after_restart = await ledger_of(conn, guild_id)

    assert after_restart[: len(before)] == before
    assert after_restart == await read_in_pieces(db, service, BUSY_DAY, [], "asa")


async def test_a_log_that_is_read_again_from_its_start_books_nothing_twice(
    db: Database, service: EarningService
) -> None:
    guild_id, server_id = await add_server(db)
    await append(db, server_id, BUSY_DAY)
    await read(db, service, server_id)
    async with db.connection() as conn:
        once = await ledger_of(conn, guild_id)

    async with db.transaction() as conn:
        for table in ("clocks", "people", "survivors", "survivor_ids"):
            await conn.execute(f"DELETE FROM activity_points.{table}")
        await set_reader(conn, "activity_points", server_id, 0)
    await read(db, service, server_id)

    assert once != []
    async with db.connection() as conn:
        assert await ledger_of(conn, guild_id) == once


async def test_a_clock_that_is_set_back_within_a_batch_books_each_slot_once(
    db: Database, service: EarningService
) -> None:
    twice = [*BUSY_DAY, *((event, at - timedelta(minutes=1)) for event, at in BUSY_DAY)]

    whole = await read_in_pieces(db, service, twice, [], "asa")

    slots = [
        (owner, at) for owner, _, rule, at, *_ in whole if rule in {"playtime", "idle"} and owner != "rewards"
    ]
    assert len(slots) == len(set(slots))
    assert whole == await read_in_pieces(db, service, twice, range(len(twice)), "asa")


async def test_points_of_all_servers_of_a_guild_go_to_one_account(
    db: Database, service: EarningService
) -> None:
    guild_id, first = await add_server(db)
    _, second = await add_server(db, guild_id=guild_id)
    for server_id in (first, second):
        await append(db, server_id, BUSY_DAY)
        await read(db, service, server_id)

    async with db.connection() as conn:
        accounts = await list_accounts(conn, guild_id, [OTTER])
        each = [entry[1] for entry in await ledger_of(conn, guild_id) if entry[0] == OTTER]

    assert [account.name for account in accounts] == ["Otter"]
    assert accounts[0].balance == sum(amount for amount in each if isinstance(amount, int))


async def read_and_die(db: Database, service: EarningService, server_id: ServerId) -> None:
    """Read everything, and lose the connection before the transaction ends."""
    async with db.transaction() as conn:
        cursor = await lock_reader(conn, "activity_points", server_id)
        events = await list_events(conn, server_id, after=cursor.seq, upto=cursor.last_seq, kinds=KINDS)
        await service.apply(conn, Batch(server_id=server_id, events=events, cursor=cursor))
        await set_reader(conn, "activity_points", server_id, cursor.last_seq)
        raise ConnectionResetError


async def test_a_player_whose_id_several_people_share_earns_nothing_and_the_others_do(
    db: Database, service: EarningService
) -> None:
    guild_id, server_id = await add_server(db)
    async with db.transaction() as conn:
        shared = Quarantined(player=OTTER, reason="two people at once", found_at=after(0))
        assert await add_quarantined(conn, guild_id, shared)
    await append(db, server_id, BUSY_DAY)

    await read(db, service, server_id)

    async with db.connection() as conn:
        names = [account.name for account in await list_accounts(conn, guild_id, [OTTER, HERON])]
    assert names == ["Heron"]

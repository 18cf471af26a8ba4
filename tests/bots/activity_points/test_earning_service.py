from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bots.activity_points.earning.service import EarningService
from bots.activity_points.queries import list_mismatches
from shared.cache import Wakeups
from shared.clock import FrozenClock
from shared.db import Database
from shared.domain.events import EventKind
from shared.ids import ServerId
from shared.runtime.readers import Batch
from shared.store.events import list_events, lock_reader, set_reader
from tests.bots.activity_points.builders import (
    Line,
    add_server,
    after,
    append,
    ledger_of,
    logs,
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

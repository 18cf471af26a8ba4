"""Fixtures of the tickets' tests."""

from __future__ import annotations

import pytest

from shared.clock import FrozenClock
from shared.db import Database
from shared.ids import ChannelId, ServerId
from shared.store.servers import CommunityRow, Purpose, Route, set_community, set_route
from tests.bots.tickets.builders import GUILD, NOW


@pytest.fixture
async def guild(db: Database) -> Database:
    """Return a database with one community and its channel for tickets."""
    async with db.transaction() as conn:
        row = CommunityRow(guild_id=GUILD, name="Ark of Helena", staff_roles=(), owner_roles=())
        await set_community(conn, row)
        route = Route(
            guild_id=GUILD, purpose=Purpose.TICKETS, server_id=ServerId(0), channel_id=ChannelId(50)
        )
        await set_route(conn, route)
    return db


@pytest.fixture
def clock() -> FrozenClock:
    """Return a clock that stands."""
    return FrozenClock(NOW)

"""Fixtures of the admin bot's tests."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from shared.cache import Wakeups
from shared.clock import FrozenClock
from shared.db import Database
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources
from tests.bots.admin.world import START, World, build_world


@pytest.fixture
async def world(db: Database, redis: Redis) -> World:
    """Return a guild with two servers, and a clock that stands."""
    clock = FrozenClock(START)
    resources = Resources(db=db, redis=redis, wakeups=Wakeups(redis), reporter=Reporter("tests"), clock=clock)
    return await build_world(resources, clock)

"""Fixtures of the stats' tests."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from shared.db import Database
from tests.bots.stats.world import World, make_world


@pytest.fixture
async def world(db: Database, redis: Redis) -> World:
    """Return a community of two game servers."""
    return await make_world(db, redis)

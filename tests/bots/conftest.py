"""Fixtures of the bots' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bots.harness import TestCommunity, open_test_community


@pytest.fixture
async def community(tmp_path: Path, database_url: str, redis_url: str) -> AsyncIterator[TestCommunity]:
    """Return a community with two servers and nobody's bot running yet."""
    async with open_test_community(data=tmp_path, database_url=database_url, redis_url=redis_url) as opened:
        yield opened

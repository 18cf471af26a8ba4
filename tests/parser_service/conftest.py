"""What tests of the parser service stand on: a community with servers, in a real database."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from parser_service.game_servers import Served
from shared.cache import Wakeups
from shared.clock import Clock, SystemClock
from shared.config.community import load_community
from shared.db import Connection, Database
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources
from shared.store.community import sync
from supervisor.embedded import EmbeddedStack
from tests.parser_service.programs import TOKEN, community_file


@dataclass(frozen=True)
class Environment:
    """A database, a Redis, a folder: what a test serves game servers with."""

    db: Database
    redis: Redis
    database_url: str
    admin_url: str
    redis_url: str
    folder: Path

    def variables(self, *servers: dict[str, object]) -> dict[str, str]:
        """Return the environment of the program, serving these servers."""
        return {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "HELENA_COMMUNITY_FILE": str(community_file(self.folder, servers)),
            "HELENA_DATA": str(self.folder / "data"),
            "HELENA_PARSER_TOKEN": TOKEN,
            "HELENA_PARSER_PORT": "0",
            "HELENA_LOG_FORMAT": "text",
        }

    async def serve(self, server: dict[str, object]) -> Served:
        """Bring a server into the database, and return it."""
        community = load_community(community_file(self.folder, [server]))
        entry = community.servers[0]
        return Served(id=(await sync(self.db, community))[entry.key], entry=entry)

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[Connection]:
        """Lend a connection to no test's database, for making and dropping some."""
        conn = await asyncpg.connect(self.admin_url)
        try:
            yield conn
        finally:
            await conn.close()

    def resources(self, clock: Clock | None = None) -> Resources:
        """Return what a process would hold open."""
        return Resources(
            db=self.db,
            redis=self.redis,
            wakeups=Wakeups(self.redis),
            reporter=Reporter("parser_service", None),
            clock=clock or SystemClock(),
        )


@pytest.fixture
async def environment(
    db: Database, redis: Redis, database_url: str, redis_url: str, servers: EmbeddedStack, tmp_path: Path
) -> Environment:
    """Return what a test serves game servers with."""
    return Environment(
        db=db,
        redis=redis,
        database_url=database_url,
        admin_url=servers.database_url,
        redis_url=redis_url,
        folder=tmp_path,
    )

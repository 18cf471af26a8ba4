"""Nitrado's stand-in over a small cluster, and the parser's side of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from parser_service.game_servers import Served
from parser_service.hosting.service import Hosting, open_hosting
from parser_service.settings import ParserSettings
from sandbox.ark.cluster import Cluster, open_cluster
from sandbox.ark.server import State
from sandbox.nitrado.app import NitradoStandIn, open_nitrado
from sandbox.nitrado.quirks import NitradoQuirks
from shared.cache.kept.connecting import in_database, open_client
from shared.cache.keys import NITRADO_GAMESERVER
from shared.clock import SystemClock
from shared.config.community import ServerEntry
from shared.ids import ServerId
from shared.runtime.resources import Resources
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import TOKEN, until

EVERY = timedelta(milliseconds=50)


@dataclass(frozen=True)
class Desk:
    """The stand-in, and everything it takes to ask it."""

    nitrado: NitradoStandIn
    cluster: Cluster
    environment: Environment
    raw: Redis
    resources: Resources

    def served(self, **changes: int) -> list[Served]:
        """Return the cluster's servers as the community file has them; ``changes`` are wrong numbers."""
        services = self.nitrado.service_ids | changes
        return [
            Served(
                id=ServerId(number),
                entry=ServerEntry(key=key, name=key, game="asa", map="TheIsland_WP", nitrado_service=service),
            )
            for number, (key, service) in enumerate(services.items())
        ]

    def settings(self, *, token: str | None = None) -> ParserSettings:
        return ParserSettings(
            database_url=SecretStr(self.environment.database_url),
            redis_url=SecretStr(self.environment.redis_url),
            parser_token=SecretStr(TOKEN),
            nitrado_token=SecretStr(token or self.nitrado.token),
            nitrado_api=self.nitrado.url,
        )

    @asynccontextmanager
    async def hosting(self, *, token: str | None = None, **changes: int) -> AsyncIterator[Hosting]:
        """Look often, with the cache in between."""
        settings = self.settings(token=token)
        async with open_hosting(settings, self.resources, self.served(**changes), every=EVERY) as hosting:
            yield hosting

    def behave(self, **quirks: bool | int | timedelta) -> None:
        """Have the stand-in misbehave."""
        self.nitrado.quirks = replace(NitradoQuirks(), **quirks)  # type: ignore[arg-type] # names of switches

    async def expire(self, key: str = "island") -> None:
        """End the time of what is known of a server."""
        service = str(self.nitrado.service_ids[key])
        await self.raw.pexpire(NITRADO_GAMESERVER.due_key(service), 1)

    def asked(self, key: str = "island") -> int:
        """Return how often the stand-in was asked about a server."""
        path = f"/services/{self.nitrado.service_ids[key]}/gameservers"
        return [asked for _, asked in self.nitrado.requests].count(path)

    async def says(self, hosting: Hosting, words: str, key: str = "island") -> str:
        """Return what is said of a server, once these words are in it."""
        await until(lambda: words in (hosting.explain(key) or ""), what=words)
        return hosting.explain(key) or ""

    async def reports(self, words: str) -> list[str]:
        """Return the problems told, once these words are among them."""

        def told() -> list[str]:
            return [text for text in self.resources.reporter.report().problems if words in text]

        await until(lambda: bool(told()), what=words)
        return list(self.resources.reporter.report().problems)


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    data = tmp_path_factory.mktemp("cluster")
    async with open_cluster(data=data, clock=SystemClock(), is_lively=False, boot=timedelta(0)) as opened:
        yield opened


@pytest.fixture
async def desk(cluster: Cluster, environment: Environment, redis_url: str) -> AsyncIterator[Desk]:
    async with (
        open_nitrado(cluster=cluster) as nitrado,
        open_client(in_database(redis_url, 1), retries=1) as raw,
    ):
        yield Desk(nitrado, cluster, environment, raw, environment.resources())
    for server in cluster.servers.values():
        if server.state is not State.UP:
            server.start()
            await server.wait_until(State.UP)

"""A server with several ways to its lines, and the feed that reads them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from parser_service.feeds.building import Intervals, Ways, build_feed
from parser_service.feeds.server_feed import Pace
from parser_service.feeds.source import SourceName
from parser_service.feeds.status import FeedStatus
from parser_service.stopping import Stop
from sandbox.ark.cluster import Cluster
from sandbox.ark.server import ArkServer
from sandbox.nitrado.app import NitradoStandIn, open_nitrado
from shared.clock import Clock
from shared.ids import ServerId
from shared.nitrado.client import open_nitrado as open_client
from shared.nitrado.models import NitradoServiceId
from shared.rcon.link import Address, Keeping, open_link
from shared.rcon.models import Timeouts
from shared.store.events import NewEvent
from shared.store.gaps import FeedGap, FeedState, list_feed_states, list_gaps
from tests.parser_service.conftest import Environment
from tests.parser_service.game import PASSWORD, game_server
from tests.parser_service.programs import GUILD, server_entry, until
from tests.parser_service.tasks import tasks

FAST = Keeping(timeouts=Timeouts(connect_seconds=0.5, login_seconds=0.5, reply_seconds=0.5))
# Everything a hundred times as fast: seconds for minutes.
QUICK = Pace(
    log_patience=0.2,
    nitrado_patience=0.4,
    check_after=1_000.0,
    tell_every=0.05,
)
EVERY = timedelta(milliseconds=20)


@dataclass
class Desk:
    """A game server, Nitrado's view of it, and what has been stored of its lines."""

    game: ArkServer
    nitrado: NitradoStandIn
    environment: Environment
    server_id: ServerId

    def say(self, *texts: str) -> None:
        who = next(iter(self.game.world.survivors.values()))
        if who not in self.game.online():
            self.game.join(who.name)
        for text in texts:
            self.game.say(who.name, text)

    async def chat(self) -> list[str]:
        async with self.environment.db.connection() as conn:
            rows = await conn.fetch(
                "SELECT data ->> 'text' AS text FROM game_events WHERE kind = 'chat' ORDER BY seq"
            )
        return [row["text"] for row in rows]

    async def sources(self) -> list[str]:
        """Return by which sources chat came, in order, without repetitions."""
        async with self.environment.db.connection() as conn:
            rows = await conn.fetch("SELECT source FROM game_events WHERE kind = 'chat' ORDER BY seq")
        names = [row["source"] for row in rows]
        return [name for name, before in zip(names, [None, *names], strict=False) if name != before]

    async def hears(self, *texts: str) -> None:
        """Wait until these have been stored, each once."""

        async def has() -> bool:
            return len(await self.chat()) >= len(texts)

        await until(has, what=f"{texts[-1]}")
        assert sorted(await self.chat()) == sorted(texts), await self.lines()

    async def lines(self) -> list[str]:
        """Return what has been stored, without the file's own stamps."""
        async with self.environment.db.connection() as conn:
            rows = await conn.fetch("SELECT raw, source, recorded_at FROM game_events ORDER BY seq")
        return [f"{row['source']}: {row['raw']} {row['recorded_at']}" for row in rows]

    async def gaps(self) -> list[FeedGap]:
        async with self.environment.db.connection() as conn:
            found = await conn.fetchval("SELECT min(occurred_at) FROM game_events")
            return [] if found is None else await list_gaps(conn, self.server_id, since=found)

    async def state(self) -> FeedState | None:
        async with self.environment.db.connection() as conn:
            states = await list_feed_states(conn, GUILD)
        return states[0] if states else None

    async def is_led_by(self, name: SourceName) -> None:
        async def is_so() -> bool:
            state = await self.state()
            return state is not None and state.source == name

        await until(is_so, what=f"lines by {name}")

    @asynccontextmanager
    async def feeding(
        self, *names: SourceName, path: Path | None = None, pace: Pace = QUICK
    ) -> AsyncIterator[list[NewEvent]]:
        """Read by these sources for as long as the block runs, and stop in order."""
        rcon = {"host": "127.0.0.1", "port": self.game.port, "password": PASSWORD}
        server = await self.environment.serve(server_entry(rcon=rcon))
        resources, stop = self.environment.resources(), Stop()
        told: list[NewEvent] = []

        def stored(events: Sequence[NewEvent]) -> None:
            told.extend(events)

        async with AsyncExitStack() as stack:
            feed = build_feed(
                server,
                await self._ways(stack, names, path or self.game.log_path, resources.clock),
                resources,
                stop=stop,
                status=FeedStatus(),
                stored=stored,
                intervals=Intervals(log=EVERY, nitrado=2 * EVERY, rcon=EVERY),
                pace=pace,
            )
            async with tasks(feed.run) as running:
                yield told
                stop.request()
                await running[0]

    async def _ways(
        self, stack: AsyncExitStack, names: Sequence[SourceName], path: Path, clock: Clock
    ) -> Ways:
        nitrado = link = None
        if SourceName.NITRADO in names:
            token = SecretStr(self.nitrado.token)
            client = open_client(token, clock=clock, base_url=self.nitrado.url)
            service = NitradoServiceId(self.nitrado.service_ids["island"])
            nitrado = (await stack.enter_async_context(client), service)
        if SourceName.RCON in names:
            address = Address(host="127.0.0.1", port=self.game.port, password=SecretStr(PASSWORD))
            link = await stack.enter_async_context(open_link(address, clock=clock, keeping=FAST))
        return Ways(log_path=path if SourceName.LOG in names else None, nitrado=nitrado, link=link)


@pytest.fixture
async def desk(tmp_path: Path, environment: Environment) -> AsyncIterator[Desk]:
    async with (
        game_server(tmp_path) as game,
        open_nitrado(cluster=Cluster({"island": game})) as nitrado,
    ):
        rcon = {"host": "127.0.0.1", "port": game.port, "password": PASSWORD}
        server = await environment.serve(server_entry(rcon=rcon))
        yield Desk(game, nitrado, environment, server.id)

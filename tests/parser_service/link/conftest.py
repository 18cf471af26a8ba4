"""A game server, and this side of its link, run apart from the rest of the service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from parser_service.feeds.log_feed import LogFeed
from parser_service.feeds.status import FeedStatus
from parser_service.game_servers import Served
from parser_service.link.commands import CommandRunner
from parser_service.stopping import Stop
from sandbox.ark.server import ArkServer
from shared.rcon.link import Address, Keeping, RconLink, open_link
from shared.rcon.models import Timeouts
from shared.runtime.resources import Resources
from shared.store.commands import CommandOutcome, NewCommand, add_command, find_outcome
from shared.store.events import NewEvent
from tests.parser_service.conftest import Environment
from tests.parser_service.game import game_server, rcon_of
from tests.parser_service.programs import server_entry, until
from tests.parser_service.tasks import tasks

FAST = Keeping(timeouts=Timeouts(connect_seconds=0.5, login_seconds=0.5, reply_seconds=0.5))


@dataclass(frozen=True)
class Side:
    """A stand-in, and what serves it."""

    game: ArkServer
    server: Served
    resources: Resources
    link: RconLink
    runner: CommandRunner
    stop: Stop

    async def queue(self, command: str, *, shows_as: str | None = None, seconds: float = 60) -> int:
        """Queue a command, and return its number."""
        new = NewCommand(
            server_id=self.server.id,
            dedupe_key=f"{command} {time.monotonic_ns()}",
            command=command,
            requested_by="a test",
            expires_at=datetime.now(UTC) + timedelta(seconds=seconds),
            shows_as=shows_as,
        )
        async with self.resources.db.transaction() as conn:
            number = await add_command(conn, new)
        assert number is not None
        return number

    async def outcome(self, number: int) -> CommandOutcome:
        """Return how far a command has come."""
        async with self.resources.db.connection() as conn:
            found = await find_outcome(conn, number)
        assert found is not None
        return found

    async def settled(self, number: int) -> CommandOutcome:
        """Return how a command ended, once it has."""

        async def is_settled() -> bool:
            return (await self.outcome(number)).state.value in {"confirmed", "failed", "expired"}

        await until(is_settled, what="settling")
        return await self.outcome(number)

    def shown(self, text: str) -> int:
        """Return how often people in the game have read a text."""
        return self.game.screen.texts.count(text)


@pytest.fixture
async def game(tmp_path: Path) -> AsyncIterator[ArkServer]:
    async with game_server(tmp_path) as server:
        yield server


@pytest.fixture
async def side(game: ArkServer, environment: Environment) -> AsyncIterator[Side]:
    server = await environment.serve(server_entry(rcon=rcon_of(game), log_path=game.log_path))
    resources, stop, status = environment.resources(), Stop(), FeedStatus()
    rcon = server.entry.rcon
    assert rcon is not None

    def stored(_events: Sequence[NewEvent]) -> None:
        pass

    feed = LogFeed(
        server,
        game.log_path,
        resources,
        stop=stop,
        status=status,
        interval=timedelta(milliseconds=10),
        stored=stored,
    )
    address = Address(host=rcon.host, port=rcon.port, password=rcon.password)
    async with open_link(address, clock=resources.clock, keeping=FAST) as link, tasks(feed.run):
        runner = CommandRunner(server, link, resources, feed=status, stop=stop)
        async with asyncio.timeout(5):
            await link.wait_up()
        yield Side(game=game, server=server, resources=resources, link=link, runner=runner, stop=stop)
        stop.request()

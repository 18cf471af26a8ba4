"""Lines by RCON: stored once, and where some may be lost, a gap says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from parser_service.feeds.rcon_feed import RconFeed
from parser_service.feeds.status import FeedStatus
from parser_service.stopping import Stop
from sandbox.ark.server import ArkServer
from shared.db import Database
from shared.rcon.link import Address, Keeping, open_link
from shared.rcon.models import Timeouts
from shared.store.events import NewEvent
from tests.parser_service.conftest import Environment
from tests.parser_service.game import game_server, rcon_of
from tests.parser_service.programs import server_entry, until
from tests.parser_service.tasks import tasks

FAST = Keeping(timeouts=Timeouts(connect_seconds=0.5, login_seconds=0.5, reply_seconds=0.5))


@pytest.fixture
async def game(tmp_path: Path) -> AsyncIterator[ArkServer]:
    async with game_server(tmp_path) as server:
        yield server


@asynccontextmanager
async def reading(
    environment: Environment, game: ArkServer, *, is_stopped: bool = True
) -> AsyncIterator[list[NewEvent]]:
    """Read for as long as the block runs, and then stop in order, or be killed."""
    server = await environment.serve(server_entry(rcon=rcon_of(game)))
    rcon = server.entry.rcon
    assert rcon is not None
    resources, stop = environment.resources(), Stop()
    events: list[NewEvent] = []
    address = Address(host=rcon.host, port=rcon.port, password=rcon.password)
    async with open_link(address, clock=resources.clock, keeping=FAST) as link:
        feed = RconFeed(
            server,
            link,
            resources,
            stop=stop,
            status=FeedStatus(),
            interval=timedelta(milliseconds=20),
            stored=events.extend,
        )
        async with tasks(feed.run) as running:
            yield events
            if is_stopped:
                stop.request()
                await running[0]


async def chat(db: Database) -> list[str]:
    async with db.connection() as conn:
        rows = await conn.fetch(
            "SELECT data ->> 'text' AS text FROM game_events WHERE kind = 'chat' ORDER BY seq"
        )
    return [row["text"] for row in rows]


async def has(db: Database, texts: list[str]) -> bool:
    return await chat(db) == texts


async def gaps(db: Database) -> list[tuple[str, datetime, datetime]]:
    async with db.connection() as conn:
        rows = await conn.fetch("SELECT reason, began_at, ended_at FROM feed_gaps ORDER BY id")
    return [(row["reason"], row["began_at"], row["ended_at"]) for row in rows]


def say(game: ArkServer, *texts: str) -> None:
    who = next(iter(game.world.survivors.values()))
    if who not in game.online():
        game.join(who.name)
    for text in texts:
        game.say(who.name, text)


async def test_lines_are_stored_once_also_when_more_wait_than_a_reply_holds(
    environment: Environment, game: ArkServer
) -> None:
    texts = [f"line {number}" for number in range(250)]
    say(game, *texts)

    async with reading(environment, game):
        await until(partial(has, environment.db, texts))
        say(game, "one more")
        await until(partial(has, environment.db, [*texts, "one more"]))

    assert await gaps(environment.db) == []


async def test_a_reader_that_stopped_in_order_goes_on_without_a_gap(
    environment: Environment, game: ArkServer
) -> None:
    say(game, "before")
    async with reading(environment, game):
        await until(partial(has, environment.db, ["before"]))
    say(game, "meanwhile")

    async with reading(environment, game):
        await until(partial(has, environment.db, ["before", "meanwhile"]))

    assert await gaps(environment.db) == []


async def test_a_reader_that_was_killed_leaves_a_gap(environment: Environment, game: ArkServer) -> None:
    say(game, "before")
    async with reading(environment, game, is_stopped=False):
        await until(partial(has, environment.db, ["before"]))

    async with reading(environment, game):
        say(game, "after")
        await until(partial(has, environment.db, ["before", "after"]))

    [(reason, began_at, ended_at)] = await gaps(environment.db)
    assert "ended without a word" in reason
    assert began_at <= ended_at


async def test_a_reply_that_broke_off_leaves_a_gap(environment: Environment, game: ArkServer) -> None:
    async with reading(environment, game):
        say(game, "before")
        await until(partial(has, environment.db, ["before"]))
        game.quirks = replace(game.quirks, drop_in_reply=True)
        say(game, "lost")
        await until(lambda: not game.unread._log, what="handing out the line")
        game.quirks = replace(game.quirks, drop_in_reply=False)
        say(game, "after")
        await until(partial(has, environment.db, ["before", "after"]))

    assert any("broke" in reason for reason, _, _ in await gaps(environment.db))


async def test_a_server_that_was_away_leaves_a_gap(environment: Environment, game: ArkServer) -> None:
    async with reading(environment, game):
        say(game, "before")
        await until(partial(has, environment.db, ["before"]))
        await game.restart_now()
        say(game, "after")
        await until(partial(has, environment.db, ["before", "after"]))

    assert await gaps(environment.db)

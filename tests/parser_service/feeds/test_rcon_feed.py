"""Lines by RCON: stored once, and where some may be lost, a gap says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from parser_service.feeds.rcon_feed import RconFeed
from parser_service.feeds.status import FeedStatus
from parser_service.stopping import Stop
from sandbox.ark.server import ArkServer
from shared.db import Database
from shared.rcon.link import Address, Keeping, RconLink, open_link
from shared.rcon.models import Timeouts
from shared.runtime.resources import Resources
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


@dataclass(frozen=True)
class Taken:
    """What a feed has stored, and what it says of itself."""

    events: list[NewEvent]
    resources: Resources
    link: RconLink

    @property
    def thieves(self) -> list[str]:
        problems = self.resources.reporter.report().problems
        return [text for text in problems if "another program reads" in text]


@asynccontextmanager
async def reading(
    environment: Environment, game: ArkServer, *, is_stopped: bool = True
) -> AsyncIterator[Taken]:
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
            yield Taken(events=events, resources=resources, link=link)
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


async def has_last(db: Database, text: str) -> bool:
    return (await chat(db))[-1:] == [text]


@asynccontextmanager
async def breaking(game: ArkServer, command: str) -> AsyncIterator[None]:
    """Let the server break the connection in the middle of its replies to one command, from the next one on."""
    answer, asked = game._rcon.handler, 0

    async def handle(text: str) -> str:
        nonlocal asked
        asked += 1
        game.quirks = replace(game.quirks, drop_in_reply=text == command)
        return await answer(text)

    game._rcon.handler = handle
    try:
        await until(lambda: asked > 0, what="a command")
        yield
    finally:
        game._rcon.handler = answer
        game.quirks = replace(game.quirks, drop_in_reply=False)


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
        async with breaking(game, "GetGameLog"):
            say(game, "lost")
            await until(lambda: not game.unread._log, what="handing out the line")
        say(game, "after")
        await until(partial(has_last, environment.db, "after"))

    found = await gaps(environment.db)
    assert any("broke" in reason for reason, _, _ in found), found


async def test_chat_is_not_lost_with_the_reply_that_held_it_because_the_log_has_it_too(
    environment: Environment, game: ArkServer
) -> None:
    async with reading(environment, game):
        async with breaking(game, "GetChat"):
            say(game, "one", "two")
            await until(lambda: not game.unread._chat, what="handing out the lines")
        say(game, "three")

        await until(partial(has, environment.db, ["one", "two", "three"]))


async def test_chat_that_was_logged_before_a_break_and_heard_after_it_counts_once(
    environment: Environment, game: ArkServer
) -> None:
    async with reading(environment, game) as taken:
        say(game, "one")
        heard = game.unread.take_chat()
        await until(partial(has, environment.db, ["one"]))
        up_since = taken.link.state.since_at
        async with breaking(game, "GetChat"):
            await until(lambda: taken.link.state.since_at != up_since, what="the break")
        game.unread._chat.append(heard)
        say(game, "two")

        await until(partial(has_last, environment.db, "two"))
    assert await chat(environment.db) == ["one", "two"]


async def test_chat_that_was_logged_to_one_process_and_heard_by_the_next_counts_once(
    environment: Environment, game: ArkServer
) -> None:
    async with reading(environment, game):
        say(game, "one")
        heard = game.unread.take_chat()
        await until(partial(has, environment.db, ["one"]))
    game.unread._chat.append(heard)

    async with reading(environment, game):
        say(game, "two")
        await until(partial(has_last, environment.db, "two"))
    assert await chat(environment.db) == ["one", "two"]


async def test_chat_that_another_program_took_from_the_log_comes_by_the_other_buffer_and_is_reported(
    environment: Environment, game: ArkServer
) -> None:
    async with reading(environment, game) as taken:
        say(game, "whole")
        await until(partial(has, environment.db, ["whole"]))
        for number in range(3):
            say(game, f"stolen {number}")
            game.unread._log.pop()
            await until(partial(has_last, environment.db, f"stolen {number}"))

        await until(lambda: bool(taken.thieves), what="the report")
        assert "GetGameLog" in taken.thieves[0]
        assert len(await chat(environment.db)) == 4


async def test_chat_that_another_program_took_from_the_chat_buffer_is_reported(
    environment: Environment, game: ArkServer
) -> None:
    async with reading(environment, game) as taken:
        for number in range(3):
            say(game, f"stolen {number}")
            game.unread._chat.pop()
            await until(partial(has_last, environment.db, f"stolen {number}"))

        await until(lambda: bool(taken.thieves), what="the report")
        assert "GetChat" in taken.thieves[0]


async def test_a_server_that_was_away_leaves_a_gap(environment: Environment, game: ArkServer) -> None:
    async with reading(environment, game):
        say(game, "before")
        await until(partial(has, environment.db, ["before"]))
        await game.restart_now()
        say(game, "after")
        await until(partial(has, environment.db, ["before", "after"]))

    assert await gaps(environment.db)

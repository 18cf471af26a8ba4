"""Bad days on the whole of Helena: what is away comes back by itself, and nothing is lost or doubled meanwhile."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator

import pytest

from sandbox.ark.lifecycle import State
from shared.domain.text import for_discord
from tests.e2e.outside import Day, embedded, lines_in, messages_in, open_day, reactions_of
from tests.waiting import until


@pytest.fixture(scope="module")
async def day(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Day]:
    """Return one Helena for all bad days."""
    async with open_day(tmp_path_factory.mktemp("bad-days"), "chat_bridge", "stats") as opened:
        yield opened


async def test_a_line_nobody_knows_is_kept_and_counted(day: Day) -> None:
    line = "Zorgon of the Deep (mod 4711) has turned 3 obelisks inside out"

    day.island.write_line(line)
    day.island.write_line(line.replace("4711", "4712"))

    async def counted() -> bool:
        return any(known["count"] == 2 and known["example"].startswith("Zorgon") for known in await unknown())

    async def unknown() -> list[dict[str, object]]:
        return list(await day.api("/servers/island/unknown"))

    await until(counted)
    events = (await day.api("/servers/island/events?kind=unknown&limit=1000"))["events"]
    assert [event["raw"] for event in events if "4711" in event["raw"]][0].endswith(line)


async def test_postgres_killed_comes_back_and_loses_nothing(day: Day) -> None:
    first = embedded(day.helena, "postgres")
    # with the supervisor paused nobody starts Postgres again, so the outage lasts as long as the test wants
    day.helena.process.send_signal(signal.SIGSTOP)
    try:
        first.kill()
        reply = await (await day.bob.slash("status")).reply()
        said_in_game = say(day, "while the database was away", 20)
        said_in_discord = await day.bob.say("chat-island", "does anybody hear me without a database?")
        assert "try again" in reply.text.lower()
        assert "our side" not in reply.text
    finally:
        day.helena.process.send_signal(signal.SIGCONT)

    await arrive(day, said_in_game)
    await shows(day, "does anybody hear me without a database?")
    await bears(day, said_in_discord.id, "✅")
    await until(day.helena.is_healthy, within=30)
    assert "Server status" in (await (await day.bob.slash("status")).reply()).text
    assert embedded(day.helena, "postgres").pid != first.pid


def say(day: Day, text: str, count: int) -> list[str]:
    """Let somebody in the game say something so many times, numbered, and return what Discord should show."""
    who = next(iter(day.island.world.survivors.values())).name
    said = [f"{text} {number}" for number in range(count)]
    for line in said:
        day.island.say(who, line)
    return [for_discord(line) for line in said]


async def arrive(day: Day, expected: list[str], *, within: float = 45.0) -> None:
    """Wait until the lines are in Discord; they must be there once, and in order."""
    wanted = set(expected)

    async def found() -> bool:
        return {line for line in await lines_in(day.alice, "chat-island") if line in wanted} == wanted

    await until(found, within=within, every=0.2)
    assert [line for line in await lines_in(day.alice, "chat-island") if line in wanted] == expected


async def shows(day: Day, text: str, *, within: float = 45.0) -> None:
    """Wait until the game shows a text; it must do so once."""

    async def shown() -> bool:
        return any(text in line for line in day.island.screen.texts)

    await until(shown, within=within)
    assert sum(text in line for line in day.island.screen.texts) == 1


async def bears(day: Day, message_id: str, emoji: str, *, within: float = 45.0) -> None:
    """Wait until a message bears this receipt and no other."""

    async def marked() -> bool:
        found = [message for message in await messages_in(day.alice, "chat-island") if message.id == message_id]
        return list(reactions_of(found[0])) == [emoji]

    await until(marked, within=within, every=0.2)

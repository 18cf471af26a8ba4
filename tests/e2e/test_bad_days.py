"""Bad days on the whole of Helena: what is away comes back by itself, and nothing is lost or doubled meanwhile."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace

import asyncpg
import pytest

from sandbox.ark.lifecycle import State
from sandbox.discord.human_values import NoAnswerError
from shared.cache import open_redis
from tests.e2e.outside import (
    Day,
    embedded,
    embedded_redis_url,
    embedded_url,
    lines_in,
    messages_in,
    open_day,
    reactions_of,
)
from tests.waiting import until

# Longer than the status panel waits between two looks, so that it meets the outage for certain.
OUTAGE_SECONDS = 15.0


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
        known = await day.api("/servers/island/unknown")
        return any(each["count"] == 2 and each["example"].startswith("Zorgon") for each in known)

    await until(counted)
    events = (await day.api("/servers/island/events?kind=unknown&limit=1000"))["events"]
    kept = [event["raw"] for event in events if "Zorgon" in event["raw"]]
    assert [raw.endswith(text) for raw, text in zip(kept, (line, line.replace("4711", "4712")), strict=True)]


async def test_a_killed_postgres_comes_back_and_nothing_is_lost(day: Day) -> None:
    killed = embedded(day.helena, "postgres")

    with nobody_restarts(day):
        killed.kill()
        reply = await (await day.bob.slash("status")).reply()
        from_game = say(day, "while the database was away", 20)
        from_discord = await day.bob.say("chat-island", "does anybody hear me without a database?")

    assert "try again" in reply.text.lower()
    await arrive(day, from_game)
    await shows(day, "does anybody hear me without a database?")
    await bears(day, from_discord.id, "✅")
    await until_back(day, "PostgreSQL")
    assert "Server status" in (await (await day.bob.slash("status")).reply()).text
    assert embedded(day.helena, "postgres").pid != killed.pid


async def test_a_killed_redis_costs_time_and_nothing_else(day: Day) -> None:
    killed = embedded(day.helena, "valkey")

    with nobody_restarts(day):
        killed.kill()
        await arrive(day, say(day, "while Redis was away", 10))
        await day.bob.say("chat-island", "who needs Redis?")
        await shows(day, "who needs Redis?")
        assert "Server status" in (await (await day.bob.slash("status")).reply()).text

    await until_back(day, "Valkey")
    assert embedded(day.helena, "valkey").pid != killed.pid


async def test_an_emptied_redis_loses_nothing(day: Day) -> None:
    from_game = say(day, "before and after the flush", 5)

    async with open_redis(embedded_redis_url(day.helena)) as redis:
        await redis.flushall()
    from_game += say(day, "after the flush", 5)

    await arrive(day, from_game)
    assert await day.helena.is_healthy()


async def test_a_silent_rcon_is_waited_out_and_nothing_is_said_twice(day: Day) -> None:
    day.island.stall(11.5)

    await day.bob.say("chat-island", "are you frozen?")
    await until_it_is(day, "down")
    await day.island.wait_until(State.UP)

    await shows(day, "are you frozen?")
    await until_it_is(day, "up")


async def test_a_connection_that_drops_in_the_middle_of_a_reply_is_opened_again(day: Day) -> None:
    day.island.quirks = replace(day.island.quirks, drop_in_reply=True)

    await day.bob.say("chat-island", "did this line drop?")
    await until_it_is(day, "down")
    day.island.quirks = replace(day.island.quirks, drop_in_reply=False)

    await shows(day, "did this line drop?")
    await until_it_is(day, "up")


async def test_a_restarted_server_takes_up_the_chat_again(day: Day) -> None:
    await day.island.restart_now()

    await day.bob.say("chat-island", "back after the restart?")
    await shows(day, "back after the restart?")
    await arrive(day, say(day, "yes, after the restart", 3))


async def test_what_is_said_to_a_crashed_server_waits_or_is_marked_with_its_reason(day: Day) -> None:
    day.island.crash()
    await day.island.wait_until(State.DOWN)
    too_late = await day.bob.say("chat-island", "nobody will read this in time")
    await bears(day, too_late.id, "⏳")
    await until_it_is(day, "down")
    status = await (await day.bob.slash("status")).reply()
    await expire_commands(day)
    await bears(day, too_late.id, "⚠️")
    waiting = await day.bob.say("chat-island", "this one waits for the start")

    day.island.start()

    await shows(day, "this one waits for the start")
    await bears(day, waiting.id, "✅")
    assert re.search(r"Down since <t:\d+:R> \(source: rcon", status.text), status.text
    why = await (await day.bob.slash("bridge status")).reply()
    assert "could not be reached before" in why.text
    assert not any("nobody will read this" in line for line in day.island.screen.texts)
    await until_it_is(day, "up")


async def test_posts_wait_for_discord_and_arrive_once_and_in_order(day: Day) -> None:
    day.outside.discord.outage(503)
    from_game = say(day, "while Discord was away", 12)
    from_discord = await day.bob.say("chat-island", "the bots are deaf just now")
    with pytest.raises(NoAnswerError):
        await (await day.bob.slash("status")).reply()
    await asyncio.sleep(OUTAGE_SECONDS)  # an outage lasts a while: that is what is tested
    from_game += say(day, "and shortly before it came back", 3)
    day.outside.discord.outage(None)

    await arrive(day, from_game, within=90)
    await shows(day, "the bots are deaf just now")
    await bears(day, from_discord.id, "✅")
    await until(day.helena.is_healthy, within=30)


@contextmanager
def nobody_restarts(day: Day) -> Iterator[None]:
    """Pause the supervisor, so that an outage lasts as long as the test wants."""
    day.helena.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        day.helena.process.send_signal(signal.SIGCONT)


def say(day: Day, text: str, count: int) -> list[str]:
    """Let somebody in the game say something so many times, and return the lines."""
    who = next(iter(day.island.world.survivors.values())).name
    said = [f"{text} {number}" for number in range(count)]
    for line in said:
        day.island.say(who, line)
    return said


async def arrive(day: Day, expected: list[str], *, within: float = 45.0) -> None:
    """Wait until the lines are in Discord; they must be there once, and in order."""
    wanted = set(expected)

    async def found() -> bool:
        return wanted <= set(await lines_in(day.alice, "chat-island"))

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
        found = [each for each in await messages_in(day.alice, "chat-island") if each.id == message_id]
        return reactions_of(found[0]) == [emoji]

    await until(marked, within=within, every=0.2)


async def until_back(day: Day, name: str) -> None:
    """Wait until a server of Helena's own runs again, and all is well."""

    async def back() -> bool:
        is_told = f"{name} is back" in (day.helena.data / "up.log").read_text()
        return is_told and await day.helena.is_healthy()

    await until(back, within=30, every=0.1)


async def until_it_is(day: Day, state: str) -> None:
    """Wait until The Island is known to be up, or down."""

    async def look() -> bool:
        return bool((await day.api("/servers/island"))["state"]["is_up"]) == (state == "up")

    await until(look, within=45, every=0.1)


async def expire_commands(day: Day) -> None:
    """Let five minutes be over for what waits for a game server."""
    conn = await asyncpg.connect(embedded_url(day.helena))
    await conn.execute("UPDATE rcon_commands SET expires_at = now() WHERE state = 'queued'")
    await conn.close()

"""A rented server's log by Nitrado's file API: onwards, across rotations, and without a call too many."""

from __future__ import annotations

from parser_service.feeds.source import SourceName
from sandbox.nitrado.quirks import NitradoQuirks
from tests.parser_service.feeds.conftest import Desk

NITRADO = SourceName.NITRADO


async def test_lines_come_as_they_are_written_and_once(desk: Desk) -> None:
    async with desk.feeding(NITRADO):
        texts = [f"line {number}" for number in range(40)]
        for text in texts:
            desk.say(text)
        await desk.hears(*texts)

    assert await desk.chat() == texts
    assert "\ufeff" not in (await desk.lines())[0]


async def test_a_file_longer_than_one_answer_is_read_whole(desk: Desk) -> None:
    texts = [f"{number} {'x' * 900}" for number in range(600)]
    desk.say(*texts)

    async with desk.feeding(NITRADO):
        await desk.hears(*texts)

    assert await desk.chat() == texts


async def test_a_restart_of_the_reader_doubles_nothing(desk: Desk) -> None:
    async with desk.feeding(NITRADO):
        desk.say("one")
        await desk.hears("one")
    desk.say("two")

    async with desk.feeding(NITRADO):
        desk.say("three")
        await desk.hears("one", "two", "three")


async def test_the_rest_of_a_file_that_was_renamed_is_read_before_the_new_one(desk: Desk) -> None:
    async with desk.feeding(NITRADO):
        desk.say("one")
        await desk.hears("one")
    desk.say("two")
    await desk.game.restart_now()
    desk.say("three")
    await desk.game.restart_now()
    desk.say("four")

    async with desk.feeding(NITRADO):
        await desk.hears("one", "two", "three", "four")

    assert await desk.chat() == ["one", "two", "three", "four"]
    assert [gap for gap in await desk.gaps() if gap.recovered_at is None] == []


async def test_the_log_before_that_consoles_keep_is_found_too(desk: Desk) -> None:
    async with desk.feeding(NITRADO):
        desk.say("one")
        await desk.hears("one")
    desk.say("two")
    await desk.game.restart_now()
    (backup,) = desk.game.log_path.parent.glob("*backup*")
    backup.rename(backup.with_name("ShooterGame_Last.log"))
    desk.say("three")

    async with desk.feeding(NITRADO):
        await desk.hears("one", "two", "three")


async def test_a_copy_that_comes_late_gives_its_lines_with_their_own_time(desk: Desk) -> None:
    live = desk.game.log.path
    hidden = live.with_name("live.log")
    live.rename(hidden)
    desk.game.log.path = hidden
    desk.say("one", "two")
    async with desk.feeding(NITRADO) as told:
        half = hidden.read_bytes()
        live.write_bytes(half[: len(half) - 20])
        await desk.hears("one")
        live.write_bytes(half)

        await desk.hears("one", "two")
    assert told[-1].occurred_at.strftime("%Y.%m.%d-%H.%M.%S") in told[-1].raw


async def test_nitrados_bad_days_cost_time_and_no_line(desk: Desk) -> None:
    async with desk.feeding(NITRADO):
        desk.say("one")
        await desk.hears("one")
        for quirks in (NitradoQuirks(is_in_maintenance=True), NitradoQuirks(is_failing=True)):
            desk.nitrado.quirks = quirks
            asked = len(desk.nitrado.requests)
            desk.say("during")
            while len(desk.nitrado.requests) < asked + 3:
                await desk.is_led_by(NITRADO)
        desk.nitrado.quirks = NitradoQuirks()

        await desk.hears("one", "during", "during")


async def test_a_look_at_a_quiet_file_is_one_call(desk: Desk) -> None:
    async with desk.feeding(NITRADO):
        desk.say("one")
        await desk.hears("one")
        before = len(desk.nitrado.requests)
        while len(desk.nitrado.requests) < before + 8:
            await desk.is_led_by(NITRADO)
        paths = [path.rsplit("/", 1)[-1] for _, path in desk.nitrado.requests[before:]]

    # the answer is an address; the file server behind it is not the API
    assert set(paths) == {"seek", ""}


async def test_the_last_calls_of_an_hour_are_left_to_others(desk: Desk) -> None:
    desk.nitrado.quirks = NitradoQuirks(limit=40)
    async with desk.feeding(NITRADO):
        desk.say("one")
        await desk.hears("one")
        desk.say("two")
        asked = -1
        while asked != len(desk.nitrado.requests):
            asked = len(desk.nitrado.requests)
            await desk.is_led_by(NITRADO)

        calls = [path for _, path in desk.nitrado.requests if path.startswith("/services")]
    assert len(calls) <= 36

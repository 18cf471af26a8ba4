"""Commands reach the game in order, and what became of each is known."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from parser_service.link.commands import EXPIRED, MAY_HAVE_RUN
from sandbox.ark.server import State
from shared.store.commands import (
    CommandOutcome,
    CommandState,
    set_command_queued,
    set_command_sending,
    set_command_settled,
)
from tests.parser_service.link.conftest import Side
from tests.parser_service.programs import until
from tests.parser_service.tasks import tasks


async def test_commands_run_in_order_and_their_replies_are_kept(side: Side) -> None:
    said = [await side.queue(f"ServerChat line {number}") for number in range(10)]
    saved = await side.queue("SaveWorld")

    async with tasks(side.runner.run):
        assert (await side.settled(saved)) == CommandOutcome(
            state=CommandState.CONFIRMED, reply="World Saved", failure=None
        )

    assert side.game.screen.texts[-10:] == [f"SERVER: line {number}" for number in range(10)]
    outcomes = [await side.outcome(number) for number in said]
    assert {(outcome.state, outcome.reply) for outcome in outcomes} == {(CommandState.CONFIRMED, "")}


async def test_a_command_waits_for_a_server_that_is_down_and_runs_once(side: Side) -> None:
    side.game.crash()
    await until(lambda: not side.link.state.is_up)

    async with tasks(side.runner.run):
        number = await side.queue("ServerChat after the crash")
        await asyncio.sleep(0.3)
        assert (await side.outcome(number)).state is CommandState.QUEUED
        side.game.start()

        assert (await side.settled(number)).state is CommandState.CONFIRMED
    assert side.shown("SERVER: after the crash") == 1


async def test_a_command_that_could_not_be_sent_in_time_expires(side: Side) -> None:
    side.game.crash()
    await until(lambda: not side.link.state.is_up)
    number = await side.queue("ServerChat too late", seconds=0.2)

    async with tasks(side.runner.run):
        outcome = await side.settled(number)

    assert outcome == CommandOutcome(state=CommandState.EXPIRED, reply=None, failure=EXPIRED)


async def test_chat_whose_reply_was_lost_is_confirmed_by_the_log_and_not_said_twice(side: Side) -> None:
    side.game.quirks = replace(side.game.quirks, drop_in_reply=True)
    number = await side.queue("ServerChat hello", shows_as="hello")

    async with tasks(side.runner.run):
        await until(lambda: side.shown("SERVER: hello") == 1)
        side.game.quirks = replace(side.game.quirks, drop_in_reply=False)

        assert (await side.settled(number)).state is CommandState.CONFIRMED
    assert side.shown("SERVER: hello") == 1


async def test_chat_sent_into_a_frozen_server_appears_once_when_it_runs_again(side: Side) -> None:
    side.game.stall(1.5)
    number = await side.queue("ServerChat thaw", shows_as="thaw")

    async with tasks(side.runner.run):
        assert (await side.settled(number)).state is CommandState.CONFIRMED
    await asyncio.sleep(0.3)

    assert side.shown("SERVER: thaw") == 1


async def test_chat_that_a_dead_process_left_behind_unsaid_is_said(side: Side) -> None:
    number = await side.queue("ServerChat left behind", shows_as="left behind")
    async with side.resources.db.transaction() as conn:
        await set_command_sending(conn, number)

    async with tasks(side.runner.run):
        assert (await side.settled(number)).state is CommandState.CONFIRMED

    assert side.shown("SERVER: left behind") == 1


async def test_chat_that_a_dead_process_did_say_is_not_said_again(side: Side) -> None:
    number = await side.queue("ServerChat said", shows_as="said")
    async with side.resources.db.transaction() as conn:
        await set_command_sending(conn, number)
    await side.link.execute("ServerChat said")

    async with tasks(side.runner.run):
        assert (await side.settled(number)).state is CommandState.CONFIRMED

    assert side.shown("SERVER: said") == 1


async def test_the_line_of_an_equal_text_before_it_logged_late_confirms_no_command(side: Side) -> None:
    said, unsaid = [await side.queue("ServerChat yes", shows_as="yes") for _ in range(2)]
    confirmed = CommandOutcome(state=CommandState.CONFIRMED, reply="", failure=None)
    async with side.resources.db.transaction() as conn:
        await set_command_sending(conn, said)
        await set_command_settled(conn, said, confirmed)
    async with side.resources.db.transaction() as conn:
        await set_command_sending(conn, unsaid)
    # the first one's line, which is read after the second was given to a process that died before it sent it
    await side.link.execute("ServerChat yes")

    async with tasks(side.runner.run):
        assert (await side.settled(unsaid)).state is CommandState.CONFIRMED

    assert side.shown("SERVER: yes") == 2


async def test_where_the_log_has_a_hole_an_equal_text_takes_no_line(side: Side) -> None:
    lost, said = [await side.queue("ServerChat yes", shows_as="yes") for _ in range(2)]
    async with side.resources.db.transaction() as conn:
        await set_command_sending(conn, lost)
        await set_command_settled(
            conn, lost, CommandOutcome(state=CommandState.CONFIRMED, reply="", failure=None)
        )
        await conn.execute(
            """
            INSERT INTO feed_gaps (server_id, source, began_at, ended_at, reason)
            VALUES ($1, 'log', now() - interval '1 second', now() + interval '1 millisecond', 'the disk was full')
            """,
            side.server.id,
        )
    async with side.resources.db.transaction() as conn:
        await set_command_sending(conn, said)
    await side.link.execute("ServerChat yes")

    async with tasks(side.runner.run):
        assert (await side.settled(said)).state is CommandState.CONFIRMED

    assert side.shown("SERVER: yes") == 1


async def test_a_runner_that_lost_its_turn_changes_nothing_any_more(side: Side) -> None:
    number = await side.queue("ServerChat once")
    late = CommandOutcome(state=CommandState.FAILED, reply=None, failure="late")
    async with side.resources.db.transaction() as conn:
        first = await set_command_sending(conn, number)
        second = await set_command_sending(conn, number)
        await set_command_settled(
            conn, number, CommandOutcome(state=CommandState.CONFIRMED, reply="", failure=None)
        )
        await set_command_settled(conn, number, late)
        await set_command_queued(conn, number, "late")

    assert (first, second) == (True, False)
    assert (await side.outcome(number)).state is CommandState.CONFIRMED


@pytest.mark.parametrize(
    ("command", "state", "failure"),
    [
        ("SaveWorld", CommandState.CONFIRMED, None),
        ("GiveExpToPlayer 1 100 0 1", CommandState.FAILED, MAY_HAVE_RUN),
    ],
)
async def test_a_command_of_unknown_fate_is_repeated_only_where_that_does_no_harm(
    side: Side, command: str, state: CommandState, failure: str | None
) -> None:
    number = await side.queue(command)
    async with side.resources.db.transaction() as conn:
        await set_command_sending(conn, number)

    async with tasks(side.runner.run):
        outcome = await side.settled(number)

    assert (outcome.state, outcome.failure) == (state, failure)


async def test_chat_of_unknown_fate_fails_when_it_expires_before_the_server_is_back(side: Side) -> None:
    side.game.crash()
    await until(lambda: not side.link.state.is_up)
    number = await side.queue("ServerChat gone", shows_as="gone", seconds=0.3)
    async with side.resources.db.transaction() as conn:
        await set_command_sending(conn, number)

    async with tasks(side.runner.run):
        outcome = await side.settled(number)

    assert outcome == CommandOutcome(state=CommandState.FAILED, reply=None, failure=MAY_HAVE_RUN)


async def test_a_command_that_cannot_be_sent_at_all_fails_and_blocks_nothing(side: Side) -> None:
    broken = await side.queue("ServerChat " + "x" * 100_000)
    fine = await side.queue("ServerChat fine")

    async with tasks(side.runner.run):
        assert (await side.settled(fine)).state is CommandState.CONFIRMED

    assert (await side.outcome(broken)).state is CommandState.FAILED


async def test_a_restart_asked_for_by_command_leaves_the_queue_working(side: Side) -> None:
    exiting = await side.queue("DoExit")
    after = await side.queue("ServerChat back again", seconds=60)

    async with tasks(side.runner.run):
        assert (await side.settled(exiting)).reply == "Exiting..."
        assert (await side.settled(after)).state is CommandState.CONFIRMED

    assert side.game.state is State.UP

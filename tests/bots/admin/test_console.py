"""The console: what is dangerous, what is secret, what is confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.admin.console.domain import find_secret, is_dangerous, read_command
from bots.admin.console.service import Console, Question, Started
from shared.domain.permissions import Level
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError
from tests.bots.admin.helpers import queued, settle
from tests.bots.admin.world import World, actor

OWNER = actor(Level.OWNER, member=1, name="Alice")


@pytest.fixture
def console(world: World) -> Console:
    return Console(world.db, world.runs, world.clock)


@pytest.mark.parametrize(
    "command",
    [
        "DestroyAllEnemies", "destroystructures", "DESTROYWILDDINOS", "OpenMap TheCenter", "DoExit",
        "admincheat DestroyAll Rex_Character_BP_C 1", "cheat DoExit", "ListPlayers | DoExit",
        "DestroyTribeIdDinos 5", "KillPlayer 7", "WipeWild", "quit",
    ],
)  # fmt: skip
def test_commands_that_destroy_are_dangerous(command: str) -> None:
    assert is_dangerous(command)


@pytest.mark.parametrize(
    "command", ["ListPlayers", "SaveWorld", "Broadcast DoExit at noon", "ServerChat destroy"]
)
def test_other_commands_are_not(command: str) -> None:
    assert not is_dangerous(command)


@pytest.mark.parametrize(
    ("command", "secret"),
    [
        ("EnableCheats hunter2", "hunter2"),
        ("admincheat enablecheats  hunter2", "hunter2"),
        ("RequestSpectator pw1", "pw1"),
        ("open 1.2.3.4?Password=abc?x=1", "abc"),
        ("SetServerPassword abc", "abc"),
        ("Broadcast the weather is fine", ""),
        ("ListPlayers", ""),
    ],
)
def test_passwords_in_commands_are_found(command: str, secret: str) -> None:
    assert find_secret(command) == secret


@pytest.mark.parametrize(
    "command", ["", "   ", "ListPlayers\nDoExit", "x" * 1001, "GetChat", "ListPlayers|getgamelog", "a\u202eb"]
)
def test_what_is_no_command_or_would_take_lines_from_the_log_is_refused(command: str) -> None:
    with pytest.raises(InvalidInputError):
        read_command(command)


@given(st.text(max_size=1200))
def test_reading_any_text_gives_one_printable_line_or_says_why_not(text: str) -> None:
    try:
        command = read_command(text)
    except InvalidInputError:
        return
    assert command.isprintable()
    assert is_dangerous(command) in {True, False}
    assert find_secret(command) in command


async def test_an_ordinary_command_runs_at_once(world: World, console: Console) -> None:
    outcome = await console.ask(OWNER, "island", "ListPlayers", "who is on")

    assert isinstance(outcome, Started)
    assert await queued(world.db) == ["ListPlayers"]
    (entry,) = await world.entries()
    assert (entry.action, entry.reason, entry.arguments) == ("rcon", "who is on", {"command": "ListPlayers"})


async def test_a_dangerous_command_runs_once_when_its_asker_confirms_it(
    world: World, console: Console
) -> None:
    question = await console.ask(OWNER, None, "DestroyWildDinos", "lag")
    assert isinstance(question, Question)
    assert question.servers == ("Island", "Ragnarok")
    assert await queued(world.db) == []

    with pytest.raises(NotFoundError):
        await console.confirm(actor(Level.OWNER, member=2), question.pending_id)
    await console.confirm(OWNER, question.pending_id)
    with pytest.raises(NotFoundError):
        await console.confirm(OWNER, question.pending_id)

    assert await queued(world.db) == ["DestroyWildDinos", "DestroyWildDinos"]


async def test_a_question_that_is_old_or_cancelled_runs_nothing(world: World, console: Console) -> None:
    old = await console.ask(OWNER, None, "DoExit", "")
    assert isinstance(old, Question)
    world.clock.advance(timedelta(minutes=6))
    with pytest.raises(NotFoundError):
        await console.confirm(OWNER, old.pending_id)
    cancelled = await console.ask(OWNER, "island", "DoExit", "")
    assert isinstance(cancelled, Question)
    await console.cancel(OWNER, cancelled.pending_id)
    with pytest.raises(NotFoundError):
        await console.confirm(OWNER, cancelled.pending_id)

    assert await queued(world.db) == []
    (entry,) = await world.entries()
    assert entry.result == "cancelled before it was sent"


async def test_only_owners_may_use_the_console(world: World, console: Console) -> None:
    question = await console.ask(OWNER, "island", "DoExit", "")
    assert isinstance(question, Question)

    with pytest.raises(ForbiddenError):
        await console.ask(actor(Level.STAFF), "island", "ListPlayers", "")
    with pytest.raises(ForbiddenError):
        await console.confirm(actor(Level.STAFF, member=1), question.pending_id)


async def test_a_password_is_kept_nowhere_once_the_command_ran(world: World, console: Console) -> None:
    outcome = await console.ask(OWNER, "island", "EnableCheats hunter2", "")
    assert isinstance(outcome, Started)
    assert outcome.command == "EnableCheats ***"
    assert await queued(world.db) == ["EnableCheats hunter2"]
    await settle(world.db, reply="hunter2 accepted")

    await world.runs.settle()

    (entry,) = await world.entries()
    assert entry.result == "Island: confirmed: *** accepted"
    async with world.db.connection() as conn:
        kept = [
            str(await conn.fetch("SELECT * FROM rcon_commands")),
            str(await conn.fetch("SELECT * FROM admin.runs")),
            str(await conn.fetch("SELECT * FROM audit_log")),
        ]
    assert "hunter2" not in "".join(kept)
